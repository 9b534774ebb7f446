import type { World } from "../../api/contract.ts";
import { tailWords } from "../../api/tail-words.ts";
import type { Why } from "../../api/why.ts";
import { byHandWords, pinLine } from "../../core/control/by-hand-words.ts";
import { boundWords } from "../../core/control/bound-words.ts";
import type { LocationView } from "../../core/control-contract.ts";
import { barWords } from "../../core/control/conditions.ts";
import { badPathLines } from "../../core/control/path-words.ts";
import type { UnixMs } from "../../core/step.ts";
import type { Sight } from "../../core/summary.ts";
import { promiseWords, type Verdict } from "../../core/verdict.ts";
import { clockTime, dayAndTime, duration, percent, rps } from "../amounts.ts";
import { toned, type Line, type Tone } from "../colour.ts";
import { evidenceLines, isAboutScope, type Around } from "./why-evidence.ts";

/** The verdict, the evidence of each layer from users down, how others see it, then what was decided, not done and said. */
export function whyLines(answer: Why, world: World, around: Around | null): Line[] {
  const { location, at, state, verdict } = answer;
  if (verdict === null)
    return [`${location}${at === null ? "" : ` at ${clockTime(at)}`}: nothing had been noted by then`];
  return [
    ...verdictLines(verdict, { at, state }),
    ...byHandLines(answer, around),
    ...answer.bars.map((bar) => toned("warn", `  Gets no more ${barWords(bar)}`)),
    ...(answer.tail === null ? [] : [`  Tail     ${tailWords(answer.tail, around?.view.at ?? answer.tail.since)}`]),
    "",
    ...evidenceLines(verdict, world, around),
    ...pathLines(location, around),
    ...(around === null ? [] : ["", ...ownLines(around), ...seenLines(around)]),
    ...decisionLines(answer),
    ...section(
      "Said",
      answer.words.flatMap(({ at: saidAt, what, notDoing }) => [
        `${clockTime(saidAt)}  ${what}`,
        ...(notDoing === undefined ? [] : [`${UNDER_TIME}not doing: ${notDoing}`]),
      ]),
    ),
    ...(at === null
      ? []
      : ["", toned("quiet", "Counts, and how others saw it, are of now only: `houston why` without --at.")]),
  ];
}

/** What people have set by hand, beside the verdict. */
function byHandLines({ location, byHand }: Why, around: Around | null): Line[] {
  const place = around?.view.locations.find(({ name }) => name === location);
  const own = around === null || place === undefined ? [] : byHandWords(around.view, place, clockTime);
  const pins = (byHand?.pins ?? []).map((pin) => `${pinLine(pin, clockTime)}.`);
  return [...own, ...pins].map((line) => toned("warn", `  By hand  ${line}`));
}

/** Whose way to it is bad, and where they are meanwhile. */
function pathLines(location: string, around: Around | null): Line[] {
  const place = around?.view.locations.find(({ name }) => name === location);
  const lines = place === undefined ? [] : badPathLines(place);
  return lines.length === 0 ? [] : ["", ...lines.map((line) => [toned("warn", `Path: ${line}`)])];
}

const TONES: Readonly<Record<Verdict["verdict"], Tone>> = { failing: "bad", shaky: "warn", healthy: "good" };
const UNDER_TIME = " ".repeat("00:00:00  ".length);

function verdictLines(verdict: Verdict, { at, state }: Pick<Why, "at" | "state">): Line[] {
  const { location, evidenceNats, barNats, scope, action, impact, causes } = verdict;
  const then = at === null ? "" : ` at ${clockTime(at)}`;
  const [cause, ...others] = causes;
  const likely =
    cause === undefined
      ? "none"
      : `${cause.name} (${cause.layer}), ${percent(cause.share)} of the evidence${others.length === 0 ? "" : `; then ${others.map((each) => `${each.name} ${percent(each.share)}`).join(", ")}`}`;
  return [
    [toned(TONES[verdict.verdict], `${location}${then}: ${state ?? "unknown"}, ${verdict.verdict}`)],
    `  Certain  ${evidenceNats < barNats ? "no" : "yes"}: ${evidenceNats.toFixed(1)} nats of ${barNats.toFixed(1)} (${promiseWords(verdict)})`,
    ...(verdict.verdict === "healthy" && cause === undefined
      ? []
      : [
          `  Cause    ${likely}`,
          `  Users    ${percent(impact.usersHurt)} hurt beyond the usual`,
          `  Scope    ${scope}, so: ${action}`,
        ]),
    ...(verdict.sufficient === undefined ? [] : [`  Enough   ${verdict.sufficient.says}`]),
    ...verdict.because.filter(isAboutScope).map(({ says }) => `           ${says}`),
    ...(verdict.wouldChange ?? []).map(
      ({ to, says }, index) => `  ${index === 0 ? "Changes " : "        "} to ${to}: ${says}`,
    ),
  ];
}

/** What its own node says of it now: load, deploys, what sticks out. */
function ownLines({ detail, view }: Around): Line[] {
  const { own } = detail;
  if (own === null) return [toned("warn", "Its own node has never been heard.")];
  const { load, deploys, suspects } = own;
  return [
    `Load: serves ${rps(load.servedRps)} of ${rps(load.readyRps)} rps that are ready (${percent(load.utilisation)} full), can grow to ${rps(load.capacityRps)}; ${rps(load.enteredRps)} came in, ${rps(load.shedRps)} shed, ${percent(load.failedRatio)} failed; queue ${load.queueMs.toFixed(0)} ms`,
    ...roomLines({ view, place: detail.view }),
    deploys.length === 0
      ? "Deploys: none lately"
      : `Deploys: ${deploys.map(({ service, version, at }) => `${service} ${version} at ${clockTime(at)}`).join(", ")}`,
    ...(suspects.length === 0
      ? []
      : [
          `Sticks out: ${suspects.map((each) => `${each.class} bucket ${each.bucket} holds ${percent(each.share)} of the trouble`).join(", ")}`,
        ]),
    ...(own.verdict === "failing" && !own.worthMoving
      ? ["Its gauges alone say so: it is told, and nobody is moved for it."]
      : []),
    ...(own.verdict === "shaky" && own.evidenceNats >= own.barNats
      ? ["Certain, and not worth moving: it hurts less than a move would."]
      : []),
    ...(own.cutOff ? [toned("warn", "Its node sees nobody else well: the watcher itself is the suspect.")] : []),
  ];
}

/** What plans count on, and what it is known to carry. */
function roomLines({ view, place }: { readonly view: Around["view"]; readonly place: LocationView }): string[] {
  const { readyRps, bound, proven } = place;
  return [
    ...(bound === undefined ? [] : [boundWords({ readyRps, ...bound }, { now: view.at, when: dayAndTime })]),
    ...(proven === undefined ? [] : [`it has carried ${rps(proven.rps)} rps well: ${dayAndTime(proven.at)}`]),
  ].map((line) => `Room: ${line}`);
}

/** Weaker than this is noise, as in the judge's own words. */
const GRAY_NATS_TOLD = 3;
/** Probes come each second: who has not looked for so long says nothing of now. */
const OLD_LOOK_MS = 10_000;

function seenLines({ detail, view }: Around): Line[] {
  const sights = Object.entries(detail.seenBy).toSorted(([a], [b]) => (a < b ? -1 : 1));
  if (sights.length === 0) return ["Seen by others: nobody has looked at it lately"];
  const unwell = sights.filter(([, sight]) => !looksWell(sight, view.at));
  const well = sights.length - unwell.length;
  return [
    `Seen by others: ${well === sights.length ? `all ${well} see it well` : `${well} of ${sights.length} see it well`}`,
    ...unwell.map(([name, sight]) => `  ${name}: ${sightWords(sight, view.at)}`),
  ];
}

const looksWell = (sight: Sight, now: UnixMs): boolean =>
  sight.failures === 0 &&
  sight.failedLooks === 0 &&
  sight.grayNats < GRAY_NATS_TOLD &&
  now - sight.lookedAt <= OLD_LOOK_MS;

function sightWords(
  { lookedAt, looks, failures, failedLooks, errors = 0, lossNats, grayNats }: Sight,
  now: UnixMs,
): string {
  return [
    ...(now - lookedAt > OLD_LOOK_MS ? [`has not looked for ${duration(now - lookedAt)}`] : []),
    `${failures} of ${looks} looks failed in 10 s`,
    ...(failedLooks > 0 ? [`the last ${failedLooks} in a row`] : []),
    ...(errors > 0 ? [`${errors} of these with an error`] : []),
    ...(lossNats > 0 ? [`${lossNats.toFixed(1)} nats that it is lost`] : []),
    ...(grayNats > 0 ? [`${grayNats.toFixed(1)} nats that it is gray`] : []),
  ].join(", ");
}

type Decided = Why["decisions"][number];

/** What was done, and what was thought of and left undone, each with its reasons. */
function decisionLines({ decisions }: Why): Line[] {
  const did = decisions.filter(({ effects }) => effects.length > 0);
  const left = decisions.filter(({ effects }) => effects.length === 0);
  return [...section("Done", decidedLines(did)), ...section("Not done, or only seen", decidedLines(left))];
}

function decidedLines(decisions: readonly Decided[]): string[] {
  let thought = "";
  return decisions.flatMap(({ at, by, reasons, effects, evidence }) => {
    const ordered = by === undefined ? "" : `, ordered by ${by}`;
    const thoughts = thoughtLines(evidence);
    // The steps of a leave rest on the same evidence: it is told once.
    const isNew = thoughts.join() !== thought;
    thought = thoughts.join();
    const done = effects.length === 0 ? [] : [`-> ${effects.map(effectWords).join(", ")}`];
    const told = reasons.map(({ says, code }, index) => `${says}  (${code}${index === 0 ? ordered : ""})`);
    return [
      ...[...told, ...done].map((line, index) => `${index === 0 ? `${clockTime(at)}  ` : UNDER_TIME}${line}`),
      ...(isNew ? thoughts.map((line) => `${UNDER_TIME}${line}`) : []),
    ];
  });
}

function effectWords(effect: Decided["effects"][number]): string {
  switch (effect.kind) {
    case "publish":
      return `table ${effect.version}`;
    case "scale":
      return `${effect.location} to ${rps(effect.targetRps)} rps`;
    case "notice":
      return `loss notice of ${effect.notice.location}, seen by ${effect.notice.seenBy.length}`;
  }
}

/** The weightiest pieces; --json has them all. */
const EVIDENCE_SHOWN_MAX = 2;

/** What was thought then, where there was anything to think about. */
function thoughtLines(evidence: Verdict | null): string[] {
  if (evidence === null || evidence.evidenceNats <= 0) return [];
  const { verdict, evidenceNats, barNats, causes, because } = evidence;
  // What is done by order to a place that is well has its reason in the order: its figures are as usual.
  if (verdict === "healthy") return [`it was as usual: ${evidenceNats.toFixed(1)} nats of ${barNats.toFixed(1)}`];
  const cause = causes[0] === undefined ? "" : `; cause ${causes[0].name} ${percent(causes[0].share)}`;
  return [
    `on ${evidenceNats.toFixed(1)} nats of ${barNats.toFixed(1)}, ${verdict}${cause}`,
    ...because.slice(0, EVIDENCE_SHOWN_MAX).map((each) => `${each.service} ${each.signal}: ${each.says}`),
  ];
}

function section(title: string, lines: readonly string[]): Line[] {
  if (lines.length === 0) return [];
  return ["", [toned("strong", title), ", newest first"], ...lines.map((line) => `  ${line}`)];
}
