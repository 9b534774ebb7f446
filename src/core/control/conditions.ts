import {
  shortSays,
  type Condition,
  type ConditionAnswer,
  type ConditionBar,
  type ConditionFailure,
  type LiftedCondition,
} from "../conditions.ts";
import { BUCKETS, type ClassName, type LocationName } from "../estate.ts";
import { closedBy, type Closed } from "../plan/closed.ts";
import { byName } from "../route/by-name.ts";
import type { UnixMs } from "../step.ts";
import type { BarView } from "../control-contract.ts";
import type { ConditionKnown } from "./state.ts";
import { decision, effectId, estateOf, once, placeOf, reason, say, type Turn } from "./turn.ts";
import { listWords } from "./words.ts";

/**
 * From what was answered to whom nobody more is sent. Why a condition may bar some places, and never all of them, is in
 * docs/decisions/0015:
 *
 * K1 A clear answer counts for `doubtAfterSeconds`; then it is doubt, which bars or passes as the condition says.
 * K2 Doubt about more than half of the places a condition is asked of is doubt about whoever asks: it bars nobody.
 * K3 What fails wherever it is known tells no place from another: it bars nobody. A place that is not asked counts as clear, and what
 *    is known at fewer than half of the places that are asked is not known well enough to say so.
 */

/** More failures of one place than this are no answer: each may be about a bucket. */
const FAILURES_MAX = BUCKETS;
/** One that comes and goes is said once in this time. */
const SAID_AGAIN_MS = 60_000;

export function takeConditions(turn: Turn, answers: readonly ConditionAnswer[]): void {
  const { now } = turn;
  for (const answer of answers) {
    const condition = conditionsOf(turn).find(({ name }) => name === answer.condition);
    if (condition === undefined || !isAskedOf(turn, condition, answer.location)) {
      reason(
        turn,
        "condition-unknown",
        `${answer.condition} of ${answer.location} was answered, which nobody asked for`,
      );
      continue;
    }
    const before = now.conditions[condition.name] ?? {};
    const known = knownAfter(turn, before[answer.location], answer);
    now.conditions = { ...now.conditions, [condition.name]: { ...before, [answer.location]: known } };
    now.unjudgedConditions = true;
  }
}

function knownAfter(turn: Turn, before: ConditionKnown | undefined, answer: ConditionAnswer): ConditionKnown {
  const { at } = turn.now;
  switch (answer.kind) {
    case "unknown":
      return { clear: before?.clear ?? null, unclear: { at, says: shortSays(answer.says) } };
    case "holds":
    case "fails": {
      const failures = answer.kind === "holds" ? [] : failuresOf(turn, answer.failures);
      const { behindSeconds } = answer;
      const isFigure = behindSeconds !== undefined && Number.isFinite(behindSeconds) && behindSeconds >= 0;
      return { clear: { at, failures, ...(isFigure && { behindSeconds }) }, unclear: null };
    }
  }
}

function failuresOf(turn: Turn, failures: readonly ConditionFailure[]): readonly ConditionFailure[] {
  const classes = new Set(estateOf(turn).classes.map(({ name }) => name));
  return failures
    .filter((each) => each.class === undefined || classes.has(each.class))
    .filter(({ bucket }) => bucket === undefined || (Number.isInteger(bucket) && bucket >= 0 && bucket < BUCKETS))
    .slice(0, FAILURES_MAX)
    .map((each) => ({ ...each, says: shortSays(each.says) }));
}

/** Time alone makes doubt, so it is looked at this often without any news. */
const JUDGED_EACH_MS = 1_000;

/** Works out anew who is barred, and says what has changed. */
export function judgeConditions(turn: Turn): void {
  const { now } = turn;
  if (!now.unjudgedConditions && !once(turn, "conditions-judged", JUDGED_EACH_MS)) return;
  now.unjudgedConditions = false;
  const judged = conditionsOf(turn).map((condition) => ({ condition, ...judgedNow(turn, condition) }));
  const bars = judged.flatMap((each) => each.bars);
  const lifted = judged.flatMap(({ condition, lifted: says }) =>
    says === null ? [] : [{ condition: condition.name, says }],
  );
  // The same list stays the same object, which plans are indexed by.
  if (!isSame(bars, now.bars)) {
    sayBars(turn, now.bars, bars);
    now.bars = bars;
  }
  if (!isSame(lifted, now.liftedConditions)) {
    sayLifted(turn, now.liftedConditions, lifted);
    now.liftedConditions = lifted;
  }
}

/** By value: a state that was read back from a snapshot shares nothing with itself. */
export const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Where nobody more may be sent now. */
export function closedNow(turn: Pick<Turn, "now">): Closed {
  return closedBy(turn.now.bars);
}

type Judged = { readonly bars: readonly ConditionBar[]; readonly lifted: string | null };

function judgedNow(turn: Turn, condition: Condition): Judged {
  const asked = placesAsked(turn, condition);
  const found = asked.map((location) => ({ location, ...findingAt(turn, condition, location) }));
  const known = found.filter(({ kind }) => kind === "known");
  const doubted = found.filter(({ kind }) => kind === "doubt");
  const isWatcherInDoubt = doubted.length * 2 > asked.length;
  const failures = known.flatMap(({ location, failures: its }) => its.map((failure) => ({ location, failure })));
  const failing = known.map(({ failures: its }) => new Set(its.map((each) => aboutOf(each.class, each.bucket))));
  const isToldEverywhere = asked.length === estateOf(turn).locations.length && known.length * 2 >= asked.length;
  const isAlike = (failure: ConditionFailure): boolean =>
    isToldEverywhere && known.length > 1 && failing.every((its) => widerThan(failure).some((about) => its.has(about)));
  const alike = failures.filter(({ failure }) => isAlike(failure));
  const classes = classesOf(turn, condition);
  const doubtBars = condition.doubt === "bars" && !isWatcherInDoubt ? doubted : [];
  return {
    bars: [
      ...failures
        .filter((each) => !alike.includes(each))
        .flatMap(({ location, failure }) =>
          classes
            .filter((name) => failure.class === undefined || failure.class === name)
            .map((name): ConditionBar => ({
              condition: condition.name,
              location,
              class: name,
              bucket: failure.bucket ?? null,
              because: "fails",
              says: failure.says,
            })),
        ),
      ...doubtBars.flatMap(({ location, says }) =>
        classes.map((name): ConditionBar => ({
          condition: condition.name,
          location,
          class: name,
          bucket: null,
          because: "unknown",
          says,
        })),
      ),
    ],
    lifted:
      alike.length > 0
        ? `it fails wherever it is known (${alike[0]!.failure.says})`
        : condition.doubt === "bars" && isWatcherInDoubt
          ? `it can't be told in ${doubted.length} of ${asked.length} locations (${doubted[0]!.says})`
          : null,
  };
}

/** Which chunks a failure is about, `*` for all. */
const aboutOf = (className: ClassName | undefined, bucket: number | undefined): string =>
  `${className ?? "*"} ${bucket ?? "*"}`;

/** The same chunks, and all that they are a part of. */
function widerThan({ class: className, bucket }: ConditionFailure): readonly string[] {
  return [
    aboutOf(className, bucket),
    aboutOf(className, undefined),
    aboutOf(undefined, bucket),
    aboutOf(undefined, undefined),
  ];
}

type Finding = {
  readonly kind: "known" | "doubt" | "not-yet";
  readonly failures: readonly ConditionFailure[];
  readonly says: string;
};

function findingAt(turn: Turn, condition: Condition, location: LocationName): Finding {
  const { now } = turn;
  const known = now.conditions[condition.name]?.[location];
  const doubtAfterMs = condition.doubtAfterSeconds * 1000;
  const clear = known?.clear ?? null;
  if (clear !== null && now.at - clear.at <= doubtAfterMs) return { kind: "known", failures: clear.failures, says: "" };
  const since = clear?.at ?? now.configuredAt ?? now.at;
  if (now.at - since <= doubtAfterMs) return { kind: "not-yet", failures: [], says: "" };
  return { kind: "doubt", failures: [], says: known?.unclear?.says ?? "nobody answers for it" };
}

function conditionsOf(turn: Turn): readonly Condition[] {
  return estateOf(turn).conditions ?? [];
}

function classesOf(turn: Turn, condition: Condition): readonly ClassName[] {
  return condition.classes ?? estateOf(turn).classes.map(({ name }) => name);
}

function placesAsked(turn: Turn, condition: Condition): readonly LocationName[] {
  return estateOf(turn).locations.flatMap(({ name }) => (isAskedOf(turn, condition, name) ? [name] : []));
}

function isAskedOf(turn: Turn, condition: Condition, location: LocationName): boolean {
  return (
    estateOf(turn).locations.some(({ name }) => name === location) &&
    (condition.locations === undefined || condition.locations.includes(location))
  );
}

/** Before a wave, what is known of its receivers is to be no older than this. */
const FRESH_MS = 3_000;
/** Who was asked has so long to answer; then the last clear answer counts, for an evacuation can't wait for a watcher. */
const ANSWER_WAIT_MS = 1_500;
const ASKED_AGAIN_MS = 5_000;

/** Whether these places' conditions are known afresh, or need not be waited for any longer. Asks where they are not. */
export function areKnownAfresh(turn: Turn, receivers: readonly LocationName[]): boolean {
  const stale = receivers.filter((name) => !isKnownAfresh(turn, name));
  const due = stale.filter((name) => isLongAgo(turn, placeOf(turn, name).conditionsAskedAt, ASKED_AGAIN_MS));
  if (due.length > 0) {
    for (const name of due) placeOf(turn, name).conditionsAskedAt = turn.now.at;
    turn.effects.push({ kind: "ask", id: effectId(turn, "ask"), locations: due.toSorted(byName) });
  }
  return stale.every((name) => isLongAgo(turn, placeOf(turn, name).conditionsAskedAt, ANSWER_WAIT_MS));
}

function isKnownAfresh(turn: Turn, name: LocationName): boolean {
  return conditionsOf(turn)
    .filter((condition) => condition.askedBy === "houston" && isAskedOf(turn, condition, name))
    .every((condition) => {
      const known = turn.now.conditions[condition.name]?.[name];
      return !isLongAgo(turn, known?.unclear?.at ?? known?.clear?.at ?? null, FRESH_MS);
    });
}

const isLongAgo = (turn: Turn, at: UnixMs | null, ms: number): boolean => at === null || turn.now.at - at >= ms;

/** Bars as people read them: one for each condition and place, however many chunks it is about. */
export function barViews(bars: readonly ConditionBar[]): readonly BarView[] {
  return [...Map.groupBy(bars, barKey).values()].map((group) => {
    const { condition, location, because } = group[0]!;
    const reasons = [...new Set(group.map(({ says }) => says))];
    const buckets = [...new Set(group.flatMap(({ bucket }) => bucket ?? []))].sort((a, b) => a - b);
    return {
      condition,
      location,
      because,
      classes: [...new Set(group.map((bar) => bar.class))],
      buckets: group.some(({ bucket }) => bucket === null) ? null : buckets,
      says: reasons.length === 1 ? reasons[0]! : `${reasons[0]!}, and ${reasons.length - 1} more`,
    };
  });
}

/** `PUBLIC (bucket 7), by tls: its certificate is not for shop.example.com` */
export function barWords({ condition, because, classes, buckets, says }: BarView): string {
  const few = buckets === null ? "" : ` (bucket${buckets.length > 1 ? "s" : ""} ${bucketsWords(buckets)})`;
  const names = classes.map((name) => name.toUpperCase()).join(", ");
  return `${names}${few}, by ${condition}: ${because === "unknown" ? "it can't be told: " : ""}${says}`;
}

/** The same of all that is barred from a place now. */
export const closedToWords = (turn: Turn, name: LocationName): string =>
  barViews(turn.now.bars.filter(({ location }) => location === name))
    .map(barWords)
    .join("; ");

const BUCKETS_SAID_MAX = 5;

function bucketsWords(buckets: readonly number[]): string {
  const said = buckets.slice(0, BUCKETS_SAID_MAX).join(", ");
  return buckets.length > BUCKETS_SAID_MAX ? `${said} and ${buckets.length - BUCKETS_SAID_MAX} more` : said;
}

const barKey = ({ condition, location, because }: ConditionBar): string =>
  JSON.stringify([condition, location, because]);

function sayBars(turn: Turn, before: readonly ConditionBar[], after: readonly ConditionBar[]): void {
  const old = new Set(before.map(barKey));
  const still = new Set(after.map(barKey));
  for (const [key, bars] of Map.groupBy(after, barKey)) {
    if (old.has(key)) continue;
    const { location } = bars[0]!;
    const what = `${location} gets no more ${barViews(bars).map(barWords).join("; ")}`;
    decision(turn, "condition-bars", what, location);
    if (once(turn, `bars ${key}`, SAID_AGAIN_MS)) say(turn, { level: "change", location, what });
  }
  for (const [key, bars] of Map.groupBy(before, barKey)) {
    if (still.has(key)) continue;
    const { condition, location } = bars[0]!;
    const what = `${condition} keeps nobody from ${location} any more`;
    decision(turn, "condition-opens", what, location);
    if (once(turn, `opens ${key}`, SAID_AGAIN_MS)) say(turn, { level: "info", location, what });
  }
}

function sayLifted(turn: Turn, before: readonly LiftedCondition[], after: readonly LiftedCondition[]): void {
  for (const { condition, says } of after) {
    if (before.some((each) => each.condition === condition)) continue;
    const what = `${condition} bars nobody: ${says}. What is so everywhere is no reason to choose one place over another`;
    decision(turn, "condition-lifted", what);
    if (once(turn, `lifted ${condition}`, SAID_AGAIN_MS))
      say(turn, { level: "change", what, youNeedTo: `look at ${condition}, and at who asks for it` });
  }
}

/** How far a class's data is behind at a place, as a condition told last; null: nobody says. */
export function behindSeconds(turn: Turn, className: ClassName, location: LocationName): number | null {
  const lags = conditionsOf(turn)
    .filter((condition) => condition.kind === "replica-lag" && classesOf(turn, condition).includes(className))
    .flatMap(({ name }) => turn.now.conditions[name]?.[location]?.clear?.behindSeconds ?? []);
  return lags.length === 0 ? null : Math.max(...lags);
}

/** What waits for a receiver's conditions to be asked again, in words. */
export function asksFirstWords(receivers: readonly LocationName[]): string {
  return `asks ${listWords(receivers)} again first, for at most ${ANSWER_WAIT_MS / 1000} s`;
}
