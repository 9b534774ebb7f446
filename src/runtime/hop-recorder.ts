import type { UnixMs } from "../core/step.ts";
import {
  HOP_COUNTS,
  type HopCount,
  type HopsStore,
  type KeptHop,
  type KeptMinute,
  type KeptRequest,
} from "../drivers/store/hops-contract.ts";
import type { Clock } from "./clock.ts";
import { countsOf, oneInFor } from "./hop-sampling.ts";

/**
 * A location's memory of the way of requests, for `houston trace`.
 *
 * 1. Serving never waits for it: `take` only puts a hop on a pile, and a timer of its own writes the pile, once a second.
 * 2. Whether a request is kept is decided once it is quiet, from all of its hops here: what failed is known by its end alone.
 * 3. Every request is counted, kept or not, in its minute, with why: nobody takes "not kept" for "never came".
 * 4. The pile is bounded, and so is what is kept of a second; a disk that fails costs requests, which are counted, and nothing else.
 */
export type HopRecorder = {
  take(hop: SeenHop): void;
  /** By request id, trace id or Idempotency-Key, what is still on the pile included, in order of time. Throws when the store can't be read. */
  find(name: string): readonly KeptHop[];
  /** What was kept of the minute that this moment is in; without one of all that is still there. */
  kept(at?: UnixMs): KeptShare;
  /** Writes what is on the pile, and closes the file. */
  stop(): void;
};

export type SeenHop = KeptHop & {
  readonly requestId: string;
  readonly traceId: string;
  readonly idempotencyKey?: string | undefined;
  readonly relayed?: boolean;
};

/** How much of what was asked for can be there at all. */
export type KeptShare = {
  /** The first minute of which anything is still known; null: none. */
  readonly since: UnixMs | null;
  /** Of what went well one in so many was to be kept, where it was fewest; 1: all of it. */
  readonly oneIn: number;
} & Readonly<Record<HopCount, number>>;

type Pile = {
  readonly traceId: string;
  readonly idempotencyKeys: Set<string>;
  readonly hops: KeptHop[];
  relayed: boolean;
  quietSince: UnixMs;
};

const WRITE_EVERY_MS = 1000;
/** A service waits 1 s for another; its own hop follows at once. */
const QUIET_FOR_MS = 2000;
/** About a minute of a busy location; some 3 MB. */
const PILE_MAX = 20_000;
const MINUTE_MS = 60_000;
const RETRY_MS = 10_000;
/** Of one name: a checkout that is tried again each second for a minute has two each time. */
const FOUND_MAX = 200;

export function hopRecorder(options: {
  readonly clock: Clock;
  /** Opens the store; called again after a failure. */
  readonly open: () => HopsStore;
  /** Of what went well, so many a second at most on average; and of all together so many in one. */
  readonly sampledRpsMax: number;
  readonly keptPerSecondMax: number;
}): HopRecorder {
  const { clock } = options;
  const pile = new Map<string, Pile>();
  let piled = 0;
  let store: HopsStore | null = null;
  let notBefore: UnixMs = 0;
  let oneIn = 1;
  let minute = { at: 0, wentWell: 0 };
  /** Counted, and not yet in the store. */
  let unwritten = new Map<UnixMs, KeptMinute>();

  const count = (at: UnixMs, what: HopCount): void => {
    const begins = minuteOf(at);
    const known = unwritten.get(begins) ?? { at: begins, oneIn, ...NOTHING };
    unwritten.set(begins, { ...known, oneIn: Math.max(oneIn, known.oneIn), [what]: known[what] + 1 });
  };

  const opened = (): HopsStore => {
    if (store !== null) return store;
    if (clock.now() < notBefore)
      throw new Error("the store of traces could not be opened or written in; it is tried again within 10 s");
    notBefore = clock.now() + RETRY_MS;
    return (store = options.open());
  };

  const turnMinute = (now: UnixMs): void => {
    const begins = minuteOf(now);
    if (begins === minute.at) return;
    oneIn = oneInFor(minute.wentWell, options.sampledRpsMax * (MINUTE_MS / 1000));
    minute = { at: begins, wentWell: 0 };
  };

  const write = (quietBefore: UnixMs): void => {
    turnMinute(clock.now());
    const due = [...pile].filter(([, { quietSince }]) => quietSince <= quietBefore);
    for (const [id, { hops }] of due) {
      pile.delete(id);
      piled -= hops.length;
    }
    const requests = due.map(([id, request]) => keptRequest(id, request));
    const counts = countsOf(
      due.map(([, { traceId, hops, relayed, idempotencyKeys }]) => {
        return { traceId, hops, relayed, keyed: idempotencyKeys.size > 0 };
      }),
      { oneIn, keptMax: options.keptPerSecondMax },
    );
    const isKept = (index: number): boolean => !NOT_KEPT.has(counts[index]!);
    for (const [index, { at }] of requests.entries()) count(at, counts[index]!);
    minute.wentWell += counts.filter((each) => each === "sampled" || each === "notSampled").length;
    if (unwritten.size === 0) return;
    try {
      opened().append(
        requests.filter((_, index) => isKept(index)),
        [...unwritten.values()],
      );
      unwritten = new Map();
    } catch {
      store = null;
      // What was counted stays, to be written with the next; what was to be kept of it is lost.
      for (const [index, { at }] of requests.entries()) {
        if (!isKept(index)) continue;
        const begins = minuteOf(at);
        const known = unwritten.get(begins)!;
        unwritten.set(begins, { ...known, [counts[index]!]: known[counts[index]!] - 1, lost: known.lost + 1 });
      }
      while (unwritten.size > UNWRITTEN_MAX) unwritten.delete(unwritten.keys().next().value!);
    }
  };

  const cancel = clock.every(WRITE_EVERY_MS, () => write(clock.now() - QUIET_FOR_MS));

  return {
    take({ requestId, traceId, idempotencyKey, relayed = false, kind, at, ms, status }) {
      if (piled >= PILE_MAX) return count(at, "lost");
      let request = pile.get(requestId);
      if (request === undefined) {
        request = { traceId, idempotencyKeys: new Set(), hops: [], relayed: false, quietSince: at };
        pile.set(requestId, request);
      }
      request.hops.push({ kind, at, ms, status });
      piled += 1;
      request.relayed ||= relayed;
      request.quietSince = clock.now();
      if (idempotencyKey !== undefined) request.idempotencyKeys.add(idempotencyKey);
    },
    find(name) {
      const waiting = [...pile]
        .filter(([id, request]) => namesOf(id, request).includes(name))
        .flatMap(([, { hops }]) => hops);
      return [
        ...opened()
          .find(name, FOUND_MAX)
          .flatMap(({ hops }) => hops),
        ...waiting,
      ].sort((one, other) => one.at - other.at);
    },
    kept(at) {
      const begins = at === undefined ? 0 : minuteOf(at);
      const until = at === undefined ? Number.MAX_SAFE_INTEGER : begins;
      const written = opened().minutes({ since: begins, until });
      const minutes = [...written, ...[...unwritten.values()].filter((each) => each.at >= begins && each.at <= until)];
      const added = HOP_COUNTS.map((what) => [what, minutes.reduce((sum, each) => sum + each[what], 0)] as const);
      return {
        since: minutes.length === 0 ? null : Math.min(...minutes.map((each) => each.at)),
        oneIn: Math.max(1, ...minutes.map((each) => each.oneIn)),
        ...(Object.fromEntries(added) as Record<HopCount, number>),
      };
    },
    stop() {
      cancel();
      write(Number.POSITIVE_INFINITY);
      store?.close();
    },
  };
}

const NOTHING = Object.fromEntries(HOP_COUNTS.map((what) => [what, 0])) as Readonly<Record<HopCount, number>>;
const NOT_KEPT: ReadonlySet<HopCount> = new Set(["notSampled", "tooMany", "lost"]);
/** Minutes of a disk that can't be written on; then the oldest counts go as well. */
const UNWRITTEN_MAX = 60;

/** When its minute begins. */
const minuteOf = (at: UnixMs): UnixMs => at - (at % MINUTE_MS);

const namesOf = (id: string, { traceId, idempotencyKeys }: Pile): readonly string[] => [
  id,
  traceId,
  ...idempotencyKeys,
];

function keptRequest(id: string, pile: Pile): KeptRequest {
  const inOrder = pile.hops.toSorted((one, other) => one.at - other.at);
  return { at: inOrder[0]!.at, hops: inOrder, names: namesOf(id, pile) };
}
