import type { LocationName } from "../core/estate.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Have, PeerName, Receiver, Transport } from "../runtime/transport.ts";
import { chance } from "./chance.ts";
import type { Fault } from "./faults.ts";
import type { Life } from "./life.ts";

/** The roads between nodes, Houston and worlds: distances, cut links, and messages that are lost, late or come twice. */
export type Network = {
  transport(name: PeerName, life: Life): Transport;
  /** A call to a process: arrives, is answered, comes back. Never, when either dies; the caller bounds its wait. */
  call<Answer>(options: {
    readonly from: Life;
    readonly fromName: PeerName;
    readonly to: PeerName;
    readonly arrive: () => Answer;
    /** What the caller gets when nobody listens there: at once, as a refused connection. */
    readonly refused: Answer;
  }): Promise<Answer>;
  /** Whether a node's look at another location's edge gets through: that a node is cut off does not touch its edge. */
  looksAt(vantage: PeerName, location: LocationName): boolean;
  setFaults(active: readonly Fault[]): void;
};

/** As the real transport waits. */
const SEND_WITHIN_MS = 1_500;
const LATE_MS_MAX = 3_000;
/** A little unlike each time. */
const JITTER = 0.2;

export function network(options: {
  readonly clock: Clock;
  readonly seed: number;
  readonly names: readonly LocationName[];
  readonly houston: PeerName;
  readonly roundTripMs: (a: PeerName, b: PeerName) => number;
  /** Who listens under a name now: null when nobody does. */
  readonly lifeOf: (name: PeerName) => Life | null;
}): Network {
  const { clock, names, houston } = options;
  const random = chance(options.seed, "network");
  const receivers = new Map<PeerName, Receiver>();
  let active: readonly Fault[] = [];

  const oneWayMs = (a: PeerName, b: PeerName): number => (options.roundTripMs(a, b) / 2) * (1 + JITTER * random.next());
  const sizeOf = (kind: Fault["kind"]): number => active.find((fault) => fault.kind === kind)?.size ?? 0;
  const isLinkCut = (a: PeerName, b: PeerName): boolean =>
    active.some(
      ({ kind, location, other }) =>
        kind === "link" && ((location === a && other === b) || (location === b && other === a)),
    );
  const isCutOff = (name: PeerName): boolean =>
    active.some(({ kind, location }) => kind === "cut-off" && location === name);
  const isCut = (a: PeerName, b: PeerName): boolean => isLinkCut(a, b) || isCutOff(a) || isCutOff(b);

  /** Brings a message there; the time it takes may be that of a lost one: none. */
  const carry = (from: PeerName, to: PeerName, arrive: () => void): void => {
    const lost = sizeOf("summaries-lost");
    if (isCut(from, to) || random.is(lost)) return;
    const late = random.is(lost) ? random.between(0, LATE_MS_MAX) : 0;
    clock.after(oneWayMs(from, to) + late, arrive);
    if (random.is(lost)) clock.after(oneWayMs(from, to) + random.between(0, LATE_MS_MAX), arrive);
  };

  return {
    looksAt: (vantage, location) => !isLinkCut(vantage, location) && !isCutOff(vantage),
    setFaults(next) {
      active = next;
    },
    transport(name, own) {
      const send = (to: PeerName, deliver: (receiver: Receiver) => Have | null): Promise<Have | null> =>
        new Promise((resolve) => {
          own.clock.after(SEND_WITHIN_MS, () => resolve(null));
          carry(name, to, () => {
            const there = options.lifeOf(to);
            if (there === null) return;
            there.run(() => {
              const receiver = receivers.get(to);
              if (receiver === undefined) return;
              const answer = deliver(receiver);
              carry(to, name, () => own.run(() => resolve(answer)));
            });
          });
        });
      return {
        name,
        peers: [...names.filter((each) => each !== name), ...(name === houston ? [] : [houston])],
        send: (to, message) => send(to, (receiver) => receiver.message(name, message)),
        async look(to, location) {
          await send(to, (receiver) => {
            receiver.look(name, location);
            return null;
          });
        },
        receive(receiver) {
          receivers.set(name, receiver);
        },
        setUnreachable: () => {},
        counters: { sent: 0, failed: 0, received: 0, refused: {} },
      };
    },
    call({ from, fromName, to, arrive, refused }) {
      return new Promise((resolve) => {
        const back = oneWayMs(to, fromName);
        clock.after(oneWayMs(fromName, to), () => {
          const there = options.lifeOf(to);
          if (there === null) {
            clock.after(back, () => from.run(() => resolve(refused)));
            return;
          }
          there.run(() => {
            const answer = arrive();
            clock.after(back, () => from.run(() => resolve(answer)));
          });
        });
      });
    },
  };
}
