import type { ResolverSettings } from "../../config/steering-config.ts";
import type { Effect, EffectAt } from "../../api/effect.ts";
import type { Words } from "../../core/control-contract.ts";
import type { LocationName } from "../../core/estate.ts";
import type { RouteState } from "../../core/route/route.ts";
import type { RouteTable } from "../../core/route/table.ts";
import type { UnixMs } from "../../core/step.ts";
import { askServer, connectionFailure, shortAddress, type Answer, type Asked } from "../../drivers/dns/ask-server.ts";
import { readServerAddress } from "../../drivers/dns/tcp-exchange.ts";
import { zoneLookupOf } from "../../drivers/dns/zone-lookup.ts";
import { placesFor } from "../../drivers/dns/told-places.ts";
import type { Asker, LocationAddresses, RunningSteering } from "../../drivers/steering-context.ts";
import type { Clock } from "../../runtime/clock.ts";
import { lateWords, seenWords } from "./effect-words.ts";
import { keptUntil } from "./kept-until.ts";
import { askerFrom, changedAskers, changedNames, familiesOf, routeOf, type Sampled } from "./sample.ts";

/**
 * Asks whether what was decided is what users are told. Like a postman's sender who rings up the addressee: that the letter was taken at
 * the counter proves nothing.
 *
 * 1. Only what a table changes is asked for: an answer that was right before proves no change.
 * 2. A name server is late after its driver's own time; a resolver only after all that it may rightly keep has run out.
 * 3. What a newer table changes again is asked for no longer under the older one; the rest of the older one still is.
 * 4. Each is asked once at a time, slower and slower: a proof is no load.
 */
export type EffectWatch = {
  /** The newest table that was decided on; the same one again is nothing new. */
  decided(table: RouteTable): void;
  /** Newest first. */
  effects(): readonly Effect[];
  stop(): void;
};

export type EffectWatchOptions = Omit<Sampled, "lookup"> & {
  readonly clock: Clock;
  readonly steering: readonly RunningSteering[];
  readonly resolvers: readonly ResolverSettings[];
  readonly addresses: Readonly<Record<LocationName, LocationAddresses>>;
  readonly ttlSeconds: number;
  readonly tell: (id: string, words: Words) => void;
};

const TURN_MS = 100;
const ASK_WITHIN_MS = 1000;
const AGAIN_FIRST_MS = 100;
const AGAIN_MOST_MS = 1000;
const LATE_AGAIN_MS = 10_000;
/** A driver that says nothing of its time. */
const APPLIED_WITHIN_MS = 1000;
/** What a busy machine and a way there and back may take on top. */
const GRACE_MS = 2000;
const EFFECTS_KEPT = 20;

type Target = {
  readonly kind: "server" | "resolver";
  readonly at: string;
  readonly dueAt: UnixMs;
  readonly asked: number;
  /** Whose word it answers by; of a resolver any of them. */
  readonly by: readonly RunningSteering[];
  pending: readonly Asker[];
  /** Some of it was changed again before it was seen. */
  isReplaced: boolean;
  seenAt: UnixMs | null;
  says: string | null;
  isTold: boolean;
  isBusy: boolean;
  againMs: number;
  nextAt: UnixMs;
};

type Watched = {
  readonly version: number;
  readonly decidedAt: UnixMs;
  readonly route: RouteState;
  readonly isFirst: boolean;
  readonly targets: readonly Target[];
  isTold: boolean;
};

export function watchEffects(options: EffectWatchOptions): EffectWatch {
  const { clock, resolvers, addresses, homeOf, subnets } = options;
  const steering = options.steering.filter(({ told }) => told !== undefined);
  const lookup = zoneLookupOf(subnets);
  const sampled: Sampled = { ...options, lookup };
  const kept = keptUntil(options.ttlSeconds);
  const families = familiesOf(addresses);
  const placeOf = new Map(
    Object.entries(addresses).flatMap(([place, { v4, v6 }]) =>
      [...v4, ...v6].map((each) => [shortAddress(each), place]),
    ),
  );
  const ending = new AbortController();
  let watched: Watched[] = [];

  const begin = (table: RouteTable): void => {
    const before = watched[0]?.route ?? null;
    const route = routeOf(table);
    const at = before === null ? clock.now() : table.at;
    if (before?.table) kept.replaced(before.table, at);
    const keptBefore = (askers: readonly Asker[]): UnixMs =>
      Math.max(
        at + (before === null ? 1000 * options.ttlSeconds : 0),
        ...askers.flatMap((asker) =>
          before === null ? [] : placesFor(before, asker, homeOf).map((place) => kept.of(place, at)),
        ),
      );
    const changed = changedAskers(before, route, sampled);
    const servers = steering.flatMap((each) =>
      (each.told?.servers ?? []).map((server) =>
        target({
          kind: "server",
          at: server,
          by: [each],
          pending: changed,
          dueAt: at + withinMs(each) + GRACE_MS,
        }),
      ),
    );
    const asking = resolvers.map(({ address, asksFrom }) => {
      const from = asksFrom === null ? null : askerFrom(asksFrom, sampled);
      const pending = changedNames(before, route, from, sampled);
      const slowest = Math.max(APPLIED_WITHIN_MS, ...steering.map(withinMs));
      return target({
        kind: "resolver",
        at: address,
        by: steering,
        pending,
        dueAt: keptBefore(pending) + slowest + GRACE_MS,
      });
    });
    const targets = (steering.length === 0 ? [] : [...servers, ...asking]).filter(({ pending }) => pending.length > 0);
    for (const older of watched) leaveTo(route, older);
    watched = [
      { version: table.version, decidedAt: at, route, isFirst: before === null, targets, isTold: false },
      ...watched,
    ].slice(0, EFFECTS_KEPT);
  };

  const target = (of: Pick<Target, "kind" | "at" | "by" | "pending" | "dueAt">): Target => ({
    ...of,
    asked: of.pending.length * families.length,
    isReplaced: false,
    seenAt: null,
    says: null,
    isTold: false,
    isBusy: false,
    againMs: AGAIN_FIRST_MS,
    nextAt: 0,
  });

  /** What the newer state answers otherwise is the newer one's to prove. */
  const leaveTo = (newer: RouteState, older: Watched): void => {
    for (const each of older.targets) {
      const stays = each.pending.filter(
        (asker) => placesFor(older.route, asker, homeOf).join() === placesFor(newer, asker, homeOf).join(),
      );
      if (stays.length === each.pending.length) continue;
      each.pending = stays;
      each.isReplaced = true;
    }
  };

  const ask = async (effect: Watched, each: Target): Promise<void> => {
    each.isBusy = true;
    const askers = each.pending;
    const asked = askers.flatMap((asker) =>
      families.map(({ type }): Asked => ({ name: asker.name, type, ...subnetOf(each, asker) })),
    );
    const answers = await answersOf(each, asked);
    each.isBusy = false;
    if (ending.signal.aborted) return;
    const at = clock.now();
    each.nextAt = at + (at > each.dueAt ? LATE_AGAIN_MS : each.againMs);
    each.againMs = Math.min(AGAIN_MOST_MS, 2 * each.againMs);
    // While it was asked a newer table may have taken some of it over.
    if (typeof answers === "string") each.says = answers;
    else {
      const wrong = askers.flatMap((asker, index) => {
        const own = answers.slice(index * families.length, (index + 1) * families.length);
        const says = each.pending.includes(asker) ? wrongIn(effect, each, asker, own) : null;
        return says === null ? [] : [{ asker, says }];
      });
      each.pending = wrong.map(({ asker }) => asker);
      each.says = wrong[0]?.says ?? null;
      if (each.pending.length === 0) each.seenAt ??= at;
    }
    tellOf(effect, each, at);
  };

  /** What it answered to each question, or why it could not be asked. */
  const answersOf = async (each: Target, asked: readonly Asked[]): Promise<readonly Answer[] | string> => {
    const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(ASK_WITHIN_MS)]);
    try {
      return await askServer(readServerAddress(each.at), asked, signal, { recursion: each.kind === "resolver" });
    } catch (error) {
      return connectionFailure(error, each.at).says ?? "no answer";
    }
  };

  /** Null: all families are answered rightly. */
  const wrongIn = (effect: Watched, { by }: Target, asker: Asker, answers: readonly Answer[]): string | null => {
    const holding = by.filter((driver) => hasTaken(driver, effect) && (driver.told?.rightFor(asker) ?? null) !== null);
    if (holding.length === 0) return `${by.map(({ driver }) => driver.name).join(", ")} has not taken it`;
    for (const [index, { type, family }] of families.entries()) {
      const right = holding.flatMap(({ told }) => told?.rightFor(asker)?.[family] ?? []).map(shortAddress);
      const answer = answers[index]!;
      const what = `${asker.name} ${type}`;
      if (answer.kind === "not-answered") return `${what} is not answered: ${answer.rcode}`;
      const values = answer.sets.flatMap((set) => set.values);
      if (values.length === 0) return `${what} is not found there; right is ${named(right)}`;
      if (values.some((value) => !right.includes(value)))
        return `${what} is answered with ${named(values)}; right is ${named(right)}`;
    }
    return null;
  };

  const named = (values: readonly string[]): string =>
    [...new Set(values)]
      .slice(0, NAMED_MAX)
      .map((value) => `${value} (${placeOf.get(value) ?? "no location of ours"})`)
      .join(", ");

  const tellOf = (effect: Watched, each: Target, at: UnixMs): void => {
    if (isLate(each, at) && !each.isTold) {
      each.isTold = true;
      const isTaken = each.by.some((driver) => hasTaken(driver, effect));
      options.tell(
        `effect-late-${effect.version}-${effect.decidedAt}-${each.at}`,
        lateWords({ ...each, ...effect, isTaken, now: at }),
      );
    }
    // That our own name server answers as it should within a moment is no news of each step.
    const isNews = effect.targets.some(({ kind, isTold }) => kind === "resolver" || isTold);
    if (!isNews || effect.isTold || effectOf(effect, at).state !== "seen") return;
    effect.isTold = true;
    options.tell(`effect-seen-${effect.version}-${effect.decidedAt}`, seenWords(effectOf(effect, at), at));
  };

  const cancel = clock.every(TURN_MS, () => {
    const at = clock.now();
    for (const effect of watched)
      for (const each of effect.targets)
        if (each.pending.length > 0 && !each.isBusy && each.nextAt <= at) void ask(effect, each);
  });

  return {
    decided(table) {
      if (table.version > (watched[0]?.version ?? 0)) begin(table);
    },
    effects: () => watched.filter(({ targets }) => targets.length > 0).map((each) => effectOf(each, clock.now())),
    stop() {
      cancel();
      ending.abort();
    },
  };
}

const NAMED_MAX = 4;

/** A name server is told as whose user it is asked; a resolver asks as it always does. */
const subnetOf = ({ kind }: Target, { from }: Asker): Pick<Asked, "subnet"> =>
  kind === "server" && from !== null ? { subnet: from.network } : {};

function effectOf({ version, decidedAt, targets }: Watched, now: UnixMs): Effect {
  const of = (kind: Target["kind"]): readonly EffectAt[] =>
    targets
      .filter((each) => each.kind === kind)
      .map((each) => {
        const { at, asked, seenAt, dueAt, says } = each;
        return { at, asked, seenAt, dueAt, isLate: isLate(each, now), says };
      });
  return { version, decidedAt, state: stateOf(targets, now), servers: of("server"), resolvers: of("resolver") };
}

const isLate = ({ pending, dueAt }: Target, now: UnixMs): boolean => pending.length > 0 && now > dueAt;

function stateOf(targets: readonly Target[], now: UnixMs): Effect["state"] {
  const open = targets.filter(({ pending }) => pending.length > 0);
  if (open.some((each) => isLate(each, now))) return "late";
  if (open.length > 0) return "waiting";
  return targets.some(({ seenAt }) => seenAt === null) ? "replaced" : "seen";
}

const hasTaken = ({ version: has }: RunningSteering, { version }: Watched): boolean => (has() ?? 0) >= version;

const withinMs = ({ driver }: RunningSteering): number => driver.withinMs ?? APPLIED_WITHIN_MS;
