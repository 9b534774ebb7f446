import type { ClassName, Estate, LocationName, ZoneName } from "../core/estate.ts";
import type { UnixMs } from "../core/step.ts";
import type { Environment } from "./secret.ts";
import type { SteeringDriver } from "./steering-contract.ts";

/** What every kind of steering is told beside its own settings: whom it steers, and where to (`steering:` in houston.yaml). */
export type SteeringContext = {
  /** Its own among all drivers: what it is called in words, and in the state folder. */
  readonly name: string;
  readonly estate: Estate;
  /** Lower case, without the last dot; a name is of one class only. */
  readonly hosts: readonly SteeredHost[];
  /** Where users reach each location: all locations have the same families, at least one. */
  readonly addresses: Readonly<Record<LocationName, LocationAddresses>>;
  /** In CIDR form, of clients and of resolvers; a zone that is absent, or has none, is not told apart from `otherwise`. */
  readonly subnets: Readonly<Record<ZoneName, readonly string[]>>;
  /** As whose users those are answered that are in no zone's subnets. */
  readonly otherwise: ZoneName;
  /** Requests a second by class and zone as Houston believes now; null before it has heard of any. */
  readonly demandRps: () => Readonly<Record<ClassName, Readonly<Record<ZoneName, number>>>> | null;
  /** Secrets come from here, by `secretOf`. */
  readonly env: Environment;
  /** Of this driver alone; it is there. */
  readonly stateFolder: string;
  readonly now: () => UnixMs;
};

/** `www.example.com`: its users are spread over the buckets by their network. `*.shops.example.com`: each name below is a bucket's as a whole. */
export type SteeredHost = { readonly name: string; readonly class: ClassName; readonly bucketBy: "network" | "host" };

export type LocationAddresses = { readonly v4: readonly string[]; readonly v6: readonly string[] };

/**
 * Makes a driver of its settings. It may begin to serve (what it kept in its state folder); it throws `CallerError` for what only a
 * person can mend: a secret that is missing, a port that is taken. The world's failures come later, as outcomes.
 */
export type MakeSteering<Settings> = (settings: Settings, context: SteeringContext) => Promise<RunningSteering>;

export type RunningSteering = {
  readonly driver: SteeringDriver;
  /** The version that its servers answer from by what is known, at the start from before a restart; null: none yet. */
  readonly version: () => number | null;
  /** Absent: it steers by no name server, or by one that may rightly answer otherwise. */
  readonly told?: ToldByDns;
  stop(): Promise<void>;
};

/** What a driver's name servers should tell users by the newest table that it was given, so that it can be proven from outside. */
export type ToldByDns = {
  /** Where they are asked: `203.0.113.53:53`, `[2001:db8::53]:53`. */
  readonly servers: readonly string[];
  /** Every address that is right for this asker: whoever is told another one is led elsewhere. Null: it was given none yet. */
  readonly rightFor: (asker: Asker) => LocationAddresses | null;
  /** Who was told of a location lately and may still hold it, as far as it was kept; absent: its servers tell us nothing. */
  readonly toldOf?: (location: LocationName) => readonly ToldAsker[];
};

/** One that asked our name server: a resolver, or a client that asks itself. */
export type ToldAsker = {
  readonly address: string;
  /** It may hold the last answer until then. */
  readonly until: UnixMs;
  /** How many named the location, since it last held none. */
  readonly answers: number;
};

/** Who asks for a name, as name servers see it. */
export type Asker = {
  readonly host: SteeredHost;
  /** The host's own, or one below `*.`. */
  readonly name: string;
  /** Null: it is not known as whose user it is answered; all zones' answers are right. */
  readonly from: { readonly zone: ZoneName; readonly network: Uint8Array } | null;
};
