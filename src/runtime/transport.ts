import type { ConditionAnswer } from "../core/conditions.ts";
import type { Capacity, LocationName } from "../core/estate.ts";
import type { EntryDemand } from "../core/control-contract.ts";
import type { Summary } from "../core/summary.ts";

/**
 * How nodes and the deciding Houston reach each other. Production and the planet use mutual TLS (peers.ts), the
 * simulator a made network. A peer's name is proven by the transport, never taken from what it says.
 */
export type Transport = {
  readonly name: PeerName;
  readonly peers: readonly PeerName[];
  /** What the peer has now; null when it could not be reached or refused. Never rejects. */
  send(to: PeerName, message: PeerMessage): Promise<Have | null>;
  /** "I saw it fail, look now." Never rejects. */
  look(to: PeerName, location: LocationName): Promise<void>;
  /** The one receiver of what the peers say. */
  receive(receiver: Receiver): void;
  /** A fault for tests and drills: these peers reach us no more, and we don't reach them. */
  setUnreachable(peers: readonly PeerName[]): void;
  readonly counters: TransportCounters;
};

/** A location's name, or `houston`. */
export type PeerName = string;

export type PeerMessage = {
  /** Our own newest first, then others' that the receiver lacks. */
  readonly summaries: readonly Summary[];
  /** Only to the deciding Houston: what came to our edge, what we can take, and which table our world answers from. */
  readonly demand?: EntryDemand;
  readonly capacity?: Capacity;
  readonly tableVersion?: number;
  /** What its own node found when it asked the conditions of its location. */
  readonly conditions?: readonly ConditionAnswer[];
};

/** The newest summary of each location that a peer has. */
export type Have = Readonly<Record<LocationName, number>>;

export type Receiver = {
  message(from: PeerName, message: PeerMessage): Have;
  look(from: PeerName, location: LocationName): void;
};

export type TransportCounters = {
  sent: number;
  failed: number;
  received: number;
  /** By code: bad-shape, too-large, not-the-peer, bad-seal, unreachable. */
  refused: Record<string, number>;
};
