import type { Outcome } from "../../core/control-contract.ts";
import type { LocationName } from "../../core/estate.ts";
import type { UnixMs } from "../../core/step.ts";
import type { LookingScaleDriver, ScaleLook, ScaleRefusal, ScaleRetry } from "./contract.ts";
import type { ScaledLocation, ScaledPart, ScaleLimits } from "./limits.ts";
import type { MachinesProblem, MachinesSeen } from "./machines.ts";
import { problem } from "./problem.ts";
import { unlessAborted } from "../unless-aborted.ts";
import { addedCost, affordable, changesSaid, type Wish, wishesOf } from "./wish.ts";

/** Less than the five seconds after which control asks again. */
const ANSWER_WITHIN_MS = 4500;
/** The work itself goes on for so long when nobody waits any more: whoever asks again finds it, not a second one. */
const WORK_WITHIN_MS = 10_000;
/** Of an order's time the others' machines get so much: they are looked at for the sum of costs alone. */
const OTHERS_WITHIN_MS = 3000;
/** Who does not answer to the end of its time either is left: a provider's library may take no signal, and would hold the location for ever. */
const LEFT_AFTER_MS = 1500;
/** A refusal is what the location can have for so long, then it may be asked again. */
const REFUSAL_KNOWN_MS = 120_000;
const BACKOFF_MS = 1000;
const BACKOFF_MAX_MS = 60_000;
const MINUTE_MS = 60_000;

type NotDone = Exclude<Outcome, { readonly kind: "done" }>;
type Work = { readonly targetRps: number; readonly outcome: Promise<Outcome> };
type Waiting = {
  readonly targetRps: number;
  readonly outcome: Promise<Outcome>;
  readonly begin: () => void;
  readonly drop: () => void;
};

/** What is remembered of a part between two orders; all of it can be lost, and is then seen again. */
type Memory = {
  /** NaN: not seen yet. */
  floor: number;
  /** Grows as a change of the floor begins and as it ends: a look that began before is too old to say what it is. */
  turns: number;
  asked: { readonly floor: number; readonly at: UnixMs } | null;
  refusedAt: UnixMs | null;
};

/**
 * What stands between control's wish and a provider, once for all providers: like a foreman who is told "room for 1,200 a
 * second", walks past to see what is there, orders so many machines and no more than the day's money allows, does not ring a
 * supplier who said "call back in a minute", and counts only machines that he has seen working.
 *
 * 1. Nothing is asked for without a look just before; what is so already is not asked for again.
 * 2. A floor is never under `restReplicas`, never raised by more than `maxStepReplicas` at once, and never lowered by an order for more
 *    than is ready.
 * 3. What all floors add to the rest, in money an hour, is never more than `maxAddedCostPerHour`.
 * 4. Before the moment that a provider named, or that repeated failures earn, it is not called for that location.
 * 5. A location has one order under way and one waiting; a newer one takes the place of the one that waits.
 * 6. Growth that a provider refuses, or that is late, is no capacity.
 */
export function limitedScale(options: {
  readonly name: string;
  readonly locations: Readonly<Record<LocationName, ScaledLocation>>;
  readonly limits: ScaleLimits;
  readonly now: () => UnixMs;
}): LookingScaleDriver {
  const { locations, limits, now } = options;
  const memories = new Map<ScaledPart, Memory>();
  /** By location, for orders and for looks apart: one that goes well says nothing of the other. */
  const patience = new Map<string, { readonly until: UnixMs; readonly failures: number; readonly says: string }>();
  const underWay = new Map<LocationName, Work>();
  const waiting = new Map<LocationName, Waiting>();
  let asksAt: readonly UnixMs[] = [];

  const work = async (name: LocationName, targetRps: number): Promise<Outcome> => {
    const location = locations[name]!;
    const held = patienceOf(name);
    if (held !== null) return held;
    const signal = AbortSignal.timeout(WORK_WITHIN_MS);
    const looked = await lookAt(location, signal);
    if ("problem" in looked) return failed(name, looked.problem);
    const { parts } = looked;
    const all = wishesOf(parts, targetRps);
    const isGrowth = all.some(({ asks, seen }) => asks > seen.floor);
    if (isGrowth) await seeOthers(location);
    const wanted = affordable({ all, targetRps, leftPerHour: limits.maxAddedCostPerHour - othersCost(location) });
    const changes = wanted.filter(({ asks, seen }) => asks !== seen.floor);
    const short = parts.map(([part, seen]) => shortOf(part, seen, location)).find((each) => each !== null) ?? null;
    if (changes.length === 0) {
      patience.delete(name);
      if (wanted !== all) return costs();
      if (short !== null && all.some(({ wants, seen }) => wants > seen.ready)) return short;
      const limit = all.find(({ wants, seen }) => wants > seen.most && seen.ready >= seen.most);
      if (limit) return refused("quota", `${limit.part.machines.name} may have ${limit.seen.most} replicas at most`);
      return { kind: "done" };
    }
    if (short?.kind === "refused" && isGrowth) return short;
    if (limits.dryRun) return refused("dry-run", `nobody was asked: ${changesSaid(changes)}`);
    if (!mayAsk(changes.length))
      return retry("too-soon", `${limits.asksPerMinute} asks a minute are allowed, and were made`);
    const answers = await Promise.all(changes.map(async (wish) => askFor(wish, signal)));
    const worst = worstOf(answers);
    if (worst !== null) return failed(name, worst);
    patience.delete(name);
    return { kind: "done", says: changesSaid(changes) };
  };

  const askFor = async ({ part, seen, asks }: Wish, signal: AbortSignal): Promise<MachinesProblem | null> => {
    const memory = remember(part);
    const grows = asks > seen.floor;
    // Taken before the first wait, so that another location's order counts with it; and given back only when that is known.
    memory.floor = Math.max(asks, seen.floor);
    memory.turns += 1;
    const answer = await heeded(part.machines.ask(asks, signal), signal);
    memory.turns += 1;
    if (answer.kind === "done") {
      memory.floor = asks;
      if (grows) memory.asked = { floor: asks, at: now() };
      if (grows) memory.refusedAt = null;
      return null;
    }
    if (answer.kind === "refused") memory.floor = seen.floor;
    if (answer.kind === "refused" && grows) memory.refusedAt = now();
    return { ...answer, says: `${part.machines.name}: ${answer.says}` };
  };

  const lookAt = async (
    { parts }: ScaledLocation,
    signal: AbortSignal,
  ): Promise<{ readonly parts: readonly [ScaledPart, MachinesSeen][] } | { readonly problem: MachinesProblem }> => {
    const turns = parts.map((part) => remember(part).turns);
    const looks = await Promise.all(
      parts.map(async (part) => [part, await heeded(part.machines.look(signal), signal)] as const),
    );
    const problems = looks.flatMap(([part, look]) =>
      look.kind === "seen" ? [] : [{ ...look, says: `${part.machines.name}: ${look.says}` }],
    );
    const worst = worstOf(problems);
    if (worst !== null) return { problem: worst };
    const seen = looks.flatMap(([part, look]): [ScaledPart, MachinesSeen][] =>
      look.kind === "seen" ? [[part, { ...look, most: Math.min(look.most, part.maxReplicas) }]] : [],
    );
    for (const [index, [part, look]] of seen.entries()) {
      const memory = remember(part);
      if (memory.turns === turns[index]) memory.floor = look.floor;
      if (look.quota !== undefined) memory.refusedAt = now();
      // After a restart nobody knows since when it is waited for: from now on.
      if (look.ready >= look.floor) memory.asked = null;
      else memory.asked ??= { floor: look.floor, at: now() };
    }
    return { parts: seen };
  };

  const remember = (part: ScaledPart): Memory => {
    const known = memories.get(part) ?? { floor: Number.NaN, turns: 0, asked: null, refusedAt: null };
    memories.set(part, known);
    return known;
  };

  /** A location that can't be looked at adds nothing: its trouble must not keep the others from growing. */
  const seeOthers = async (own: ScaledLocation): Promise<void> => {
    if (limits.maxAddedCostPerHour === Infinity) return;
    const unknown = Object.values(locations).filter(
      (each) =>
        each !== own && each.parts.some((part) => part.costPerReplicaHour > 0 && Number.isNaN(remember(part).floor)),
    );
    const signal = AbortSignal.timeout(OTHERS_WITHIN_MS);
    await Promise.all(unknown.map(async (each) => lookAt(each, signal)));
  };

  const othersCost = (own: ScaledLocation): number =>
    Object.values(locations)
      .filter((each) => each !== own)
      .flatMap(({ parts }) => parts)
      .reduce((sum, part) => sum + addedCost(part, remember(part).floor), 0);

  const shortOf = (part: ScaledPart, seen: MachinesSeen, { readyWithinMs }: ScaledLocation): Outcome | null => {
    const { name } = part.machines;
    if (seen.quota !== undefined && seen.ready < seen.floor) return refused("quota", `${name}: ${seen.quota}`);
    const asked = remember(part).asked;
    if (asked === null || seen.ready >= seen.floor || now() - asked.at <= readyWithinMs) return null;
    const waited = Math.round((now() - asked.at) / 1000);
    return retry(
      "late",
      `${name}: ${seen.ready} of ${seen.floor} replicas are ready ${waited} s after they were asked for`,
    );
  };

  const mayAsk = (count: number): boolean => {
    const since = now() - MINUTE_MS;
    asksAt = asksAt.filter((at) => at > since);
    // One order that asks more than a minute allows goes through when the minute is otherwise empty: else it never would.
    if (asksAt.length > 0 && asksAt.length + count > limits.asksPerMinute) return false;
    asksAt = [...asksAt, ...Array.from({ length: count }, () => now())];
    return true;
  };

  const patienceOf = (what: string): NotDone | null => {
    const held = patience.get(what);
    if (held === undefined || held.until <= now()) return null;
    return retry("throttled", `not asked again for ${Math.ceil((held.until - now()) / 1000)} s: ${held.says}`);
  };

  const failed = (what: string, { kind, code, says, afterMs }: MachinesProblem): NotDone => {
    if (kind === "retry") {
      const failures = (patience.get(what)?.failures ?? 0) + 1;
      const backoffMs = Math.min(BACKOFF_MS * 2 ** (failures - 1), BACKOFF_MAX_MS);
      patience.set(what, { until: now() + Math.max(backoffMs, afterMs ?? 0), failures, says });
    }
    return { kind, code, says };
  };

  const costs = (): Outcome =>
    refused("cost", `it would add more than ${limits.maxAddedCostPerHour} an hour (scale.maxAddedCostPerHour)`);

  const begin = (name: LocationName, targetRps: number): Work => {
    const outcome = work(name, targetRps)
      // Drivers answer with values; one that throws all the same holds up nobody else's order.
      .catch((): Outcome => retry("bad-answer", `the scale driver of ${name} failed`))
      .finally(() => {
        underWay.delete(name);
        const next = waiting.get(name);
        waiting.delete(name);
        next?.begin();
      });
    const begun = { targetRps, outcome };
    underWay.set(name, begun);
    return begun;
  };

  const wait = (name: LocationName, targetRps: number): Waiting => {
    waiting.get(name)?.drop();
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const one: Waiting = {
      targetRps,
      outcome: promise,
      begin: () => void begin(name, targetRps).outcome.then(resolve),
      drop: () => resolve(retry("superseded", "a newer order for the same location came")),
    };
    waiting.set(name, one);
    return one;
  };

  return {
    name: options.name,
    withinMs: ANSWER_WITHIN_MS,

    async scale({ location: name, targetRps }, signal) {
      if (locations[name] === undefined) return unknownLocation(name);
      if (!Number.isFinite(targetRps) || targetRps < 0) {
        return refused("refused", `${targetRps} is no number of requests a second`);
      }
      const current = underWay.get(name);
      const next = waiting.get(name);
      const mine =
        next?.targetRps === targetRps
          ? next
          : current === undefined
            ? begin(name, targetRps)
            : current.targetRps === targetRps && next === undefined
              ? current
              : wait(name, targetRps);
      // Whoever asked may go; the work goes on and is found by whoever asks next.
      return unlessAborted(mine.outcome, { signal, afterMs: 0, instead: GONE });
    },

    async look(name, signal): Promise<ScaleLook> {
      const location = locations[name];
      if (location === undefined) return unknownLocation(name);
      const held = patienceOf(`look at ${name}`);
      if (held !== null) return held;
      const looked = await lookAt(location, AbortSignal.any([signal, AbortSignal.timeout(WORK_WITHIN_MS)]));
      if ("problem" in looked) return failed(`look at ${name}`, looked.problem);
      patience.delete(`look at ${name}`);
      const { parts } = looked;
      const readyRps = Math.min(...parts.map(([part, seen]) => seen.ready * part.rpsPerReplica));
      const canRps = parts.map(([part, seen]) => {
        const { refusedAt } = remember(part);
        const isShort =
          shortOf(part, seen, location) !== null || (refusedAt !== null && now() - refusedAt < REFUSAL_KNOWN_MS);
        return (isShort ? seen.ready : seen.most) * part.rpsPerReplica;
      });
      const capacityRps = Math.max(readyRps, Math.min(location.capacityRps, ...canRps));
      return {
        kind: "seen",
        capacity: { at: now(), location: name, capacityRps, readyRps },
        says: parts
          .map(
            ([{ machines }, { ready, floor, most }]) =>
              `${machines.name}: ${ready} ready, floor ${floor}, at most ${most}`,
          )
          .join("; "),
      };
    },
  };
}

/** What can't be comes before what can't be now. */
function worstOf(answers: readonly (MachinesProblem | null)[]): MachinesProblem | null {
  const problems = answers.filter((each) => each !== null);
  return problems.find(({ kind }) => kind === "refused") ?? problems[0] ?? null;
}

function unknownLocation(name: LocationName): Extract<Outcome, { readonly kind: "refused" }> {
  return refused("unknown-location", `${name} has no scaler: name one under scale.locations.${name} in houston.yaml`);
}

function refused(code: ScaleRefusal, says: string): Extract<Outcome, { readonly kind: "refused" }> {
  return { kind: "refused", code, says };
}

const GONE = retry("timeout", "no answer in time; the order goes on and is looked at again");

function retry(code: ScaleRetry, says: string): Extract<Outcome, { readonly kind: "retry" }> {
  return { kind: "retry", code, says };
}

const NO_ANSWER = problem({ code: "timeout", says: "no answer in time", secrets: [] });

function heeded<Answer>(answer: Promise<Answer>, signal: AbortSignal): Promise<Answer | MachinesProblem> {
  return unlessAborted(answer, { signal, afterMs: LEFT_AFTER_MS, instead: NO_ANSWER });
}
