import { setTimeout as sleep } from "node:timers/promises";
import type { Outcome } from "../../core/control-contract.ts";
import { CallerError } from "../../core/errors.ts";
import type { LocationName } from "../../core/estate.ts";
import { followedAsLost, initialRoute, type RouteState } from "../../core/route/route.ts";
import type { UnixMs } from "../../core/step.ts";
import { oneAtATime } from "../one-at-a-time.ts";
import type { Asker, LocationAddresses, RunningSteering, SteeredHost, SteeringContext } from "../steering-context.ts";
import { type Marker, markerName, markerText, readMarker, setsDigest, tableDigest } from "./marker.ts";
import { type RecordServer, type RecordSet, refused, retry } from "./record-server.ts";
import { withLoss, withTable } from "./told-route.ts";
import { decideWrite } from "./write-decision.ts";

/** The records of all hosts for what is answered now, in the server's grain; `says` names what rounding put elsewhere. */
export type Rendered =
  | { readonly kind: "sets"; readonly sets: readonly RecordSet[]; readonly says: string }
  | Extract<Outcome, { readonly kind: "refused" }>;

/** What the server was last told to hold. */
export type Written = { readonly route: RouteState; readonly sets: readonly RecordSet[] };

export type RecordSteering = {
  readonly name: string;
  readonly owner: string | undefined;
  readonly domains: readonly string[];
  readonly takeOver: string | undefined;
  readonly withinMs: number;
  readonly locations: readonly LocationName[];
  readonly hosts: readonly SteeredHost[];
  /** Names of its own that a DNS zone holds beside the hosts; absent: none. */
  readonly besides?: (domain: string) => readonly string[];
  readonly ttlSeconds: number;
  readonly server: RecordServer;
  readonly render: (route: RouteState) => Rendered;
  /** Those who answer users: `192.0.2.53`. */
  readonly answeredBy: readonly string[];
  /** What is right for one who asks, by what was written last; absent: the server may rightly answer otherwise by itself. */
  readonly rightFor?: (asker: Asker, written: Written) => LocationAddresses;
  /** Of all that the records come from beside the table: when it changes they are written anew. */
  readonly config: string;
  readonly now: () => UnixMs;
};

/** What every driver of records takes alike from its settings, and from what is steered. */
export function commonOf(
  settings: Pick<RecordSteering, "domains"> & {
    readonly owner?: string | undefined;
    readonly takeOver?: string | undefined;
    readonly withinSeconds: number;
  },
  { name, estate, hosts, now }: Pick<SteeringContext, "name" | "estate" | "hosts" | "now">,
) {
  const { domains, owner, takeOver, withinSeconds } = settings;
  const locations = estate.locations.map((location) => location.name);
  const withinMs = 1000 * withinSeconds;
  return { name, owner, domains, takeOver, withinMs, locations, hosts, ttlSeconds: estate.ttlSeconds, now };
}

/**
 * A steering driver for a server that holds records, whichever it is: what is to be there is worked out from the table, looked up,
 * written where it differs, and asked for until those who answer users say so.
 *
 * 1. Nothing is written without a look just before, and only over what that look found (write-decision.ts says when).
 * 2. Done is what the answering servers say, not what was accepted.
 * 3. One thing at a time: a notice waits for the table that is being written.
 * 4. Each DNS zone is written as a whole with its marker; what fails in one keeps no other waiting.
 */
export async function recordSteering(options: RecordSteering): Promise<RunningSteering> {
  const { name, domains, hosts, server, now, withinMs, rightFor } = options;
  const hostsOf = hostsByDomain(options);
  const mayWrite = writeLimit(server.grain.writesPerSecond, now);
  let route = initialRoute(options.locations);
  let version: number | null = null;
  let written: Written | null = null;
  const queue = oneAtATime();

  const read = async (domain: string, signal: AbortSignal) => {
    const marker = markerName(domain, options.owner);
    const names = [
      ...hostsOf.get(domain)!.map((host) => ({ name: host.name, types: server.leads })),
      ...(options.besides?.(domain) ?? []).map((own) => ({ name: own, types: server.leads })),
      { name: marker, types: ["TXT"] as const },
    ];
    const found = await server.read({ domain, names }, signal);
    if (found.kind !== "read") return found;
    const marks = found.sets.filter((set) => set.name === marker && set.type === "TXT");
    const leading = found.sets.filter((set) => set.name !== marker);
    const text = marks[0]?.values.length === 1 ? marks[0].values[0]! : null;
    const known = text === null ? null : readMarker(text);
    // A marker that can't be read is a record that somebody wrote.
    return { ...found, marker: known, leading: known === null ? [...leading, ...marks] : leading, names };
  };

  const bring = async (domain: string, wanted: readonly RecordSet[], signal: AbortSignal): Promise<Outcome> => {
    const mark: Marker = {
      version: route.table!.version,
      table: tableDigest(route.table!),
      lost: followedAsLost(route),
      config: options.config,
      sets: setsDigest(wanted),
    };
    const found = await read(domain, signal);
    if (found.kind !== "read") return found;
    const decision = decideWrite(found, mark, options.takeOver);
    if (decision.kind === "refused") return decision;
    if (decision.kind === "keep") return server.answers(found.sets, domain, signal);
    if (!mayWrite())
      return retry("too-soon", `${server.grain.writesPerSecond} writes a second are allowed, and were made`);
    const markers = [markerSet(domain, mark)];
    const after = [...wanted, ...markers];
    const absent = found.names.flatMap(({ name: host, types }) =>
      types
        .filter((type) => !found.sets.some((set) => set.name === host && set.type === type))
        .map((type) => ({ name: host, type })),
    );
    const written = await server.write({ domain, before: found.sets, absent, after }, signal);
    // An answer that was lost says nothing about what was done: a look does.
    if (written.kind === "refused" || (written.kind === "retry" && !(await stands(domain, mark)))) return written;
    return untilAnswered(after, domain, signal);
  };

  const stands = async (domain: string, mark: Marker): Promise<boolean> => {
    const found = await read(domain, AbortSignal.timeout(withinMs));
    if (found.kind !== "read" || found.marker === null || found.isUnfinished === true) return false;
    return markerText(found.marker) === markerText(mark);
  };

  const untilAnswered = async (sets: readonly RecordSet[], domain: string, signal: AbortSignal): Promise<Outcome> => {
    const until = AbortSignal.any([signal, AbortSignal.timeout(withinMs)]);
    const leastMs = server.lookAgainMs ?? LOOK_AGAIN_MS;
    let last: Outcome | null = null;
    for (let waitMs = leastMs; ; waitMs = Math.max(leastMs, Math.min(waitMs * 2, LOOK_AGAIN_MAX_MS))) {
      const answered = await server.answers(sets, domain, until);
      // A look that our own patience cut short says less than the one before.
      if (answered.kind === "retry" && until.aborted) return last ?? answered;
      if (answered.kind !== "retry" || answered.code !== "not-applied") return answered;
      last = answered;
      await sleep(waitMs, undefined, { signal: until }).catch(() => undefined);
      if (until.aborted) return answered;
    }
  };

  const markerSet = (domain: string, mark: Marker): RecordSet => ({
    name: markerName(domain, options.owner),
    type: "TXT",
    ttlSeconds: options.ttlSeconds,
    values: [markerText(mark)],
  });

  const bringAll = async (signal: AbortSignal): Promise<Outcome> => {
    const rendered = options.render(route);
    if (rendered.kind === "refused") return rendered;
    written = { route, sets: rendered.sets };
    const empty = hosts.find((host) => !rendered.sets.some((set) => set.name === host.name && set.values.length > 0));
    if (empty !== undefined)
      return refused("empty-set", `${empty.name} would have no address; its records stay as they are`);
    const outcomes = await Promise.all(
      domains.map(async (domain): Promise<readonly [string, Outcome]> => {
        const sets = rendered.sets.filter((set) => domainOf(set.name, options) === domain);
        return [domain, sets.length === 0 ? { kind: "done" } : await bring(domain, sets, signal)];
      }),
    );
    const failed = outcomes.filter(([, outcome]) => outcome.kind !== "done");
    const worst = failed.find(([, { kind }]) => kind === "refused") ?? failed[0];
    if (worst === undefined) {
      version = route.table!.version;
      return { kind: "done", says: rendered.says };
    }
    const says = failed.map(([domain, outcome]) => `${domain}: ${outcome.says ?? outcome.kind}`).join("; ");
    return { ...worst[1], says: `${name}: ${says}` };
  };

  for (const domain of domains) {
    const found = await read(domain, AbortSignal.timeout(withinMs));
    if (found.kind === "read" && found.marker !== null && found.isUnfinished !== true)
      version = Math.max(version ?? 0, found.marker.version);
  }

  return {
    version: () => version,
    ...(rightFor !== undefined && {
      told: {
        servers: options.answeredBy,
        rightFor: (asker: Asker) => (written === null ? null : rightFor(asker, written)),
      },
    }),
    stop: async () => void (await queue.ended()),
    driver: {
      name,
      withinMs: CALLS * withinMs,
      apply: (table, signal) =>
        queue.run(async () => {
          const told = withTable(route, table, now());
          if (told.kind === "refused") return told;
          route = told.route;
          return bringAll(signal);
        }),
      notice: (notice, signal) =>
        queue.run(async () => {
          const told = withLoss(route, notice, now());
          if (told.kind === "refused") return told;
          route = told.route;
          return bringAll(signal);
        }),
    },
  };
}

/** A change is a look, a write and a question; all others wait for it, and what takes longer is found done at the next try. */
const CALLS = 2;
/** What was accepted is answered within milliseconds by the server itself, and later by others that copy it. */
const LOOK_AGAIN_MS = 10;
const LOOK_AGAIN_MAX_MS = 200;

type Placed = Pick<RecordSteering, "name" | "domains" | "hosts">;

/** The hosts of each DNS zone. Throws `CallerError` for a host that is in none of them. */
export function hostsByDomain(options: Placed): ReadonlyMap<string, readonly SteeredHost[]> {
  const hosts = new Map(options.domains.map((domain) => [domain, [] as SteeredHost[]]));
  for (const host of options.hosts) hosts.get(domainOf(host.name, options))!.push(host);
  return hosts;
}

/** The DNS zone that holds a name: the longest that ends it. Throws `CallerError` where none does. */
function domainOf(host: string, { domains, name }: Omit<Placed, "hosts">): string {
  const holding = domains
    .filter((domain) => host === domain || host.endsWith(`.${domain}`))
    .toSorted((a, b) => b.length - a.length)[0];
  if (holding !== undefined) return holding;
  throw new CallerError({
    code: "host-without-domain",
    message: `${name}: the host ${host} is in none of its domains (${domains.join(", ")})`,
    hint: "add its DNS zone to `domains` of this driver in houston.yaml",
  });
}

/** So many a second, and a second's worth at once. */
function writeLimit(perSecond: number, now: () => UnixMs): () => boolean {
  const eachMs = 1000 / perSecond;
  let free = 0;
  return () => {
    const at = now();
    // No write was ever so far ahead: a clock that was put back must not keep all waiting.
    if (free > at + Math.max(1000, eachMs)) free = at;
    if (free > at + Math.max(0, 1000 - eachMs)) return false;
    free = Math.max(free, at) + eachMs;
    return true;
  };
}
