import type { Hop } from "../../../../src/api/contract.ts";
import type { LocationName } from "../../../../src/core/estate.ts";
import type { UnixMs } from "../../../../src/core/step.ts";
import { isMoment } from "../../look/moments.ts";
import { millis } from "../shared/figures.ts";
import type { Journal, Run, Step } from "./journal.ts";
import { timeAxis, type TimeAxis } from "./time-axis.ts";

/** A request's way on one time axis: a lane for each location that had to do with it, in the order in which they came in. */
export type Waterfall = {
  readonly axis: TimeAxis;
  readonly lanes: readonly Lane[];
  /** Where it went on after the location that ran it was gone. */
  readonly resumed: readonly Resumed[];
};

export type Lane = { readonly location: LocationName; readonly bars: readonly Bar[] };

export type Bar = {
  readonly kind: "hop" | "step" | "run";
  readonly name: string;
  readonly startAt: UnixMs;
  /** Null: not ended, as far as is known. */
  readonly endAt: UnixMs | null;
  readonly how: "well" | "ill" | "open" | "mark";
  /** Of how it went: "201 in 31 ms", "done, asked and not done again". */
  readonly says: string;
};

export type Resumed = {
  readonly at: UnixMs;
  readonly from: LocationName;
  readonly to: LocationName;
  readonly says: string;
};

export function waterfallOf(parts: { readonly journal: Journal | null; readonly hops: readonly Hop[] }): Waterfall {
  const { journal, hops } = parts;
  const all = [
    ...hops.filter(({ at }) => isMoment(at)).map((hop) => ({ location: hop.location, bar: hopBar(hop) })),
    ...(journal?.runs ?? []).map((run) => ({ location: run.location, bar: runBar(run) })),
    ...(journal?.steps ?? []).map((step) => ({ location: step.location, bar: stepBar(step) })),
  ].sort((one, other) => one.bar.startAt - other.bar.startAt || RANKS[one.bar.kind] - RANKS[other.bar.kind]);
  const lanes = new Map<LocationName, Bar[]>();
  for (const { location, bar } of all) {
    const bars = lanes.get(location) ?? [];
    bars.push(bar);
    lanes.set(location, bars);
  }
  const spans = all.map(({ bar: { startAt, endAt } }) => ({ startAt, endAt: endAt ?? startAt }));
  const answered = journal?.answeredAt;
  if (answered !== null && answered !== undefined) spans.push({ startAt: answered, endAt: answered });
  return {
    axis: timeAxis(spans),
    lanes: [...lanes].map(([location, bars]) => ({ location, bars })),
    resumed: resumedOf(journal?.runs ?? []),
  };
}

/** At the same moment who takes it comes before what is then done. */
const RANKS = { hop: 0, run: 1, step: 2 } as const;

/** What an edge did with it; every other kind is the name of a service that was called. */
const HOPS: ReadonlyMap<string, string> = new Map([
  ["edge", "served here"],
  ["relayed", "relayed on"],
  ["relay-failed", "could not be relayed"],
  ["shed", "turned away: no room"],
]);

function hopBar({ at, kind, ms, status }: Hop): Bar {
  const ill = kind === "relay-failed" || kind === "shed" || (status !== undefined && status >= 500);
  const edge = HOPS.get(kind);
  const parts = [
    ...(edge === undefined ? [] : [edge]),
    ...(status === undefined ? [] : [`HTTP ${status}`]),
    ...(ms === undefined ? [] : [millis(ms)]),
  ];
  return {
    kind: "hop",
    name: edge === undefined ? kind : "edge",
    startAt: at,
    endAt: ms === undefined ? at : at + ms,
    how: ill ? "ill" : "well",
    says: parts.join(", "),
  };
}

const RUNS: ReadonlyMap<string, string> = new Map([
  ["begun", "here is its home"],
  ["gone", "who ran it was gone"],
  ["lease", "who ran it said nothing for too long"],
  ["released", "handed over in order"],
  ["swept", "found unfinished"],
]);

function runBar({ at, why }: Run): Bar {
  return {
    kind: "run",
    name: why === "begun" ? "begins" : "resumed",
    startAt: at,
    endAt: at,
    how: "mark",
    says: RUNS.get(why) ?? why,
  };
}

function stepBar(step: Step): Bar {
  const { name, attempt, intentAt, resultAt, outcome } = step;
  const startAt = intentAt ?? resultAt ?? 0;
  return {
    kind: "step",
    name: attempt > 1 ? `${name}, attempt ${attempt}` : name,
    startAt,
    endAt: resultAt,
    how: resultAt === null ? "open" : outcome === "done" ? "well" : "ill",
    says: stepWords(step),
  };
}

const OUTCOMES: ReadonlyMap<string, string> = new Map([
  ["done", "done"],
  ["refused", "refused"],
  ["void", "not done, and never will be"],
  ["open", "no result"],
]);

function stepWords({ intentAt, resultAt, outcome, how }: Step): string {
  if (resultAt === null) return "begun; no result is written down";
  const words = [OUTCOMES.get(outcome) ?? outcome];
  if (how === "asked") words.push("learnt by asking, not by doing it again");
  if (how === "settled") words.push("settled by a person");
  words.push(intentAt === null ? "its beginning is not written down" : millis(resultAt - intentAt));
  return words.join(", ");
}

/** Only a change of place is marked: who took it again at the same place is in its lane. */
function resumedOf(runs: readonly Run[]): readonly Resumed[] {
  return runs.flatMap((run, index) => {
    const before = runs[index - 1];
    if (before === undefined || before.location === run.location) return [];
    return [{ at: run.at, from: before.location, to: run.location, says: RUNS.get(run.why) ?? run.why }];
  });
}
