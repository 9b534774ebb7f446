import { innerClient, type InnerClient } from "../inner/client.ts";
import { NO_PASSPORT, type InnerAnswer, type InnerRequest } from "../inner/message.ts";
import type { InnerHandler } from "../inner/server.ts";
import type { Caller } from "../../../drivers/edge/caller.ts";
import type { Records, StoreRecord } from "./records.ts";

/**
 * Asynchronous replication: each location tells each other its own writes, in batches, some time after they were made.
 * A sender keeps for each target the place up to which it has taken the log; a target that was restarted has taken
 * nothing, says so, and is sent what the log still has. A location that starts asks two others for all they hold.
 */
export type Replication = {
  /** What other locations ask of our store's address. */
  readonly handle: InnerHandler;
  /** Asks the location where a record was made. */
  ask(location: number, key: string, withinMs: number): Promise<StoreRecord | undefined>;
  /** Asks all others that are in reach at once, for a record that is not where it began. */
  askAll(key: string, withinMs: number): Promise<StoreRecord | undefined>;
  /** Takes over what the others have, for a location that starts; how many records. Takes no longer than CATCH_UP_WITHIN_MS. */
  catchUp(): Promise<number>;
  /** The longest time that one of our writes has been waiting to be sent, by location that is reached. */
  lagMs(nowMs: number): number;
  stop(): void;
};

export type ReplicaTarget = {
  readonly index: number;
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly roundTripMs: number;
};

/** Often enough for a lag of half a second to be one. */
const LOOK_EVERY_MS = 100;
const BATCH_MAX = 500;
const PAGE_MAX = 1000;
const SEND_WITHIN_MS = 2000;
/** A target that failed is left alone for so long. */
const PAUSE_MS = 1000;
/** A location that starts has what two others hold: what one of them had not yet, the other may have. */
const CATCH_UP_FROM = 2;
/** So many are asked side by side, nearest first: dead and frozen neighbours cost no start its time. */
const CATCH_UP_SIDE_BY_SIDE = 5;
/** More than any location keeps: who sends pages for ever is not one of ours. */
const CATCH_UP_RECORDS_MAX = 50_000;
/** A location may open without its past, when all others are dead; not before it has asked for so long. */
const CATCH_UP_WITHIN_MS = 3000;

export function replication(options: {
  readonly records: Records;
  /** This location's number. */
  readonly origin: number;
  /** Tells two lives of this process apart: the log of a new life begins anew. */
  readonly life: string;
  readonly targets: readonly ReplicaTarget[];
  readonly localAddress: string;
  readonly lagMs: () => number;
  readonly isCut: (location: string) => boolean;
  readonly callerOf: (address: string) => Caller;
}): Replication {
  const { records, origin, life } = options;
  const peers: Peer[] = options.targets.map((target) => ({
    target,
    client: innerClient({
      host: target.host,
      port: target.port,
      localAddress: options.localAddress,
      dialDelayMs: target.roundTripMs,
    }),
    place: 0,
    busy: false,
    pausedUntil: 0,
  }));
  /** What we have taken of each other location's log, in its present life. */
  const taken = new Map<number, { life: string; place: number }>();

  /** Fourteen others are sent the same: the text is made once. */
  let made = { place: -1, head: -1, text: "" };
  const batchFrom = (place: number): string => {
    if (made.place === place && made.head === records.head()) return made.text;
    const { from, next, records: batch } = records.since(place, BATCH_MAX);
    const text = JSON.stringify({
      origin,
      life,
      oldest: records.oldest(),
      from,
      next,
      records: batch.map(({ key, value, at }) => [key, value, at]),
    });
    made = { place, head: records.head(), text };
    return text;
  };

  const send = async (peer: Peer): Promise<void> => {
    peer.busy = true;
    const body = batchFrom(peer.place);
    try {
      const answer = await peer.client.call(
        { method: "POST", path: "/replicate", body, passport: NO_PASSPORT },
        SEND_WITHIN_MS + 2 * peer.target.roundTripMs,
      );
      const said = JSON.parse(answer.body) as { place?: unknown };
      if (answer.status === 200 && typeof said.place === "number") peer.place = said.place;
      else peer.pausedUntil = performance.now() + PAUSE_MS;
    } catch {
      // Dead, cut off or restarting: it is sent everything once it answers.
      peer.pausedUntil = performance.now() + PAUSE_MS;
    } finally {
      peer.busy = false;
    }
  };
  const due = (peer: Peer, nowMs: number): boolean => {
    if (
      peer.busy ||
      peer.place >= records.head() ||
      performance.now() < peer.pausedUntil ||
      options.isCut(peer.target.name)
    )
      return false;
    const oldest = records.timeOf(Math.max(peer.place, records.oldest()));
    return oldest === undefined || nowMs - oldest >= options.lagMs();
  };
  const timer = setInterval(() => {
    const nowMs = Date.now();
    for (const peer of peers) if (due(peer, nowMs)) void send(peer);
  }, LOOK_EVERY_MS);

  const take = (body: string): InnerAnswer => {
    const batch = readBatch(body);
    if (batch === null) return { status: 400, body: '{"code":"bad-batch"}' };
    const before = taken.get(batch.origin);
    const place = before?.life === batch.life ? before.place : 0;
    for (const [key, value, at] of batch.records) records.merge({ key, value, at, origin: batch.origin });
    // A gap: we were restarted, and want all that the log still has. The answer says from where.
    const gap = batch.from > place && batch.from > batch.oldest;
    const next = gap ? place : Math.max(place, batch.next);
    taken.set(batch.origin, { life: batch.life, place: next });
    return { status: 200, body: JSON.stringify({ place: next }) };
  };
  const answer = (request: InnerRequest): InnerAnswer => {
    if (request.method === "POST" && request.path === "/replicate") return take(request.body);
    const url = new URL(request.path, "http://store");
    if (request.method === "GET" && url.pathname === "/record") {
      const record = records.get(url.searchParams.get("key") ?? "");
      return record === undefined
        ? { status: 404, body: '{"code":"not-here"}' }
        : { status: 200, body: JSON.stringify(record) };
    }
    if (request.method === "GET" && url.pathname === "/records") {
      const skip = Number(url.searchParams.get("skip")) || 0;
      const page: StoreRecord[] = [];
      let at = 0;
      for (const record of records.all()) {
        if (at++ < skip) continue;
        if (page.length >= PAGE_MAX) break;
        page.push(record);
      }
      return { status: 200, body: JSON.stringify(page) };
    }
    return { status: 404, body: '{"code":"unknown-call"}' };
  };

  const askOne = async (peer: Peer, key: string, withinMs: number): Promise<StoreRecord | undefined> => {
    if (options.isCut(peer.target.name)) return undefined;
    try {
      const path = `/record?key=${encodeURIComponent(key)}`;
      const said = await peer.client.call(
        { method: "GET", path, body: "", passport: NO_PASSPORT },
        withinMs + 2 * peer.target.roundTripMs,
      );
      return said.status === 200 ? readRecord(JSON.parse(said.body)) : undefined;
    } catch {
      return undefined;
    }
  };

  return {
    handle(request, from) {
      const caller = options.callerOf(from);
      if (caller.kind !== "location") return { status: 403, body: '{"code":"not-a-location"}' };
      if (options.isCut(caller.location)) return new Promise<never>(() => undefined);
      if (caller.oneWayMs < 0.5) return answer(request);
      return wait(caller.oneWayMs)
        .then(() => answer(request))
        .then((result) => wait(caller.oneWayMs).then(() => result));
    },
    async ask(location, key, withinMs) {
      const peer = peers.find(({ target }) => target.index === location);
      return peer === undefined ? undefined : askOne(peer, key, withinMs);
    },
    askAll: (key, withinMs) => firstFound(peers.map((peer) => askOne(peer, key, withinMs))),
    async catchUp() {
      const nearest = peers
        .filter(({ target }) => !options.isCut(target.name))
        .sort((a, b) => a.target.roundTripMs - b.target.roundTripMs);
      let [found, answered] = [0, 0];
      const over = new AbortController();
      const enough = Promise.withResolvers<void>();
      const askInTurn = async (): Promise<void> => {
        while (answered < CATCH_UP_FROM && !over.signal.aborted) {
          const peer = nearest.shift();
          if (peer === undefined) return;
          // Each page counts as it comes, the first with all stock in it; what comes after the wait is as true as other news.
          const held = await eachPage(peer, (page) => {
            for (const record of page) if (records.merge(record)) found += 1;
          });
          // Who has nothing has just started as well, and can't tell us the past.
          if (held > 0 && ++answered === CATCH_UP_FROM) enough.resolve();
        }
      };
      const asked = Promise.all(Array.from({ length: CATCH_UP_SIDE_BY_SIDE }, askInTurn));
      await Promise.race([asked, enough.promise, wait(CATCH_UP_WITHIN_MS, over.signal)]);
      over.abort();
      return found;
    },
    lagMs(nowMs) {
      let oldest = nowMs;
      for (const peer of peers) {
        if (performance.now() >= peer.pausedUntil && peer.place < records.head())
          oldest = Math.min(oldest, records.timeOf(peer.place) ?? nowMs);
      }
      return nowMs - oldest;
    },
    stop() {
      clearInterval(timer);
      for (const peer of peers) peer.client.stop();
    },
  };
}

type Peer = {
  readonly target: ReplicaTarget;
  readonly client: InnerClient;
  place: number;
  busy: boolean;
  pausedUntil: number;
};

/** Reads all that a location holds, page by page, until the end or until it is silent; how many records it gave. */
async function eachPage(peer: Peer, take: (page: readonly StoreRecord[]) => void): Promise<number> {
  let held = 0;
  try {
    for (;;) {
      const said = await peer.client.call(
        { method: "GET", path: `/records?skip=${held}`, body: "", passport: NO_PASSPORT },
        SEND_WITHIN_MS + 2 * peer.target.roundTripMs,
      );
      const page = said.status === 200 ? (JSON.parse(said.body) as unknown[]) : [];
      take(page.map(readRecord).filter((record) => record !== undefined));
      held += page.length;
      if (page.length < PAGE_MAX || held >= CATCH_UP_RECORDS_MAX) return held;
    }
  } catch {
    return held;
  }
}

type Batch = {
  readonly origin: number;
  readonly life: string;
  readonly oldest: number;
  readonly from: number;
  readonly next: number;
  readonly records: readonly [string, string, number][];
};

function readBatch(body: string): Batch | null {
  try {
    const batch = JSON.parse(body) as Partial<Batch>;
    const whole = [batch.origin, batch.oldest, batch.from, batch.next].every((each) => Number.isSafeInteger(each));
    if (!whole || typeof batch.life !== "string" || !Array.isArray(batch.records)) return null;
    const good = batch.records.every(
      (record: unknown) =>
        Array.isArray(record) &&
        typeof record[0] === "string" &&
        typeof record[1] === "string" &&
        Number.isFinite(record[2]),
    );
    return good ? (batch as Batch) : null;
  } catch {
    return null;
  }
}

function readRecord(value: unknown): StoreRecord | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { key, value: text, at, origin } = value as Partial<StoreRecord>;
  if (typeof key !== "string" || typeof text !== "string" || typeof at !== "number" || typeof origin !== "number")
    return undefined;
  return { key, value: text, at, origin };
}

/** The first record that any of them finds; undefined when none does. */
export function firstFound(asked: readonly Promise<StoreRecord | undefined>[]): Promise<StoreRecord | undefined> {
  const found = asked.map(async (each) => (await each) ?? Promise.reject(new Error("not there")));
  return Promise.any(found).catch(() => undefined);
}

function wait(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
