import type { Estate, LocationName } from "../../src/core/estate.ts";
import { graphAt } from "../../src/core/judge/graph.ts";
import { initialJudge, judge, type JudgeState } from "../../src/core/judge/judge.ts";
import { newHistories } from "../../src/core/judge/rank.ts";
import { judgeEstate } from "../../src/core/judge/scope.ts";
import type { Reading } from "../../src/core/reading.ts";
import type { Summary } from "../../src/core/summary.ts";
import type { Verdict } from "../../src/core/verdict.ts";

/** Every location with its judge, who hear each other at the end of each tick. */
export type JudgedEstate = {
  readonly estate: Estate;
  readonly judges: Map<LocationName, JudgeState>;
  readonly summaries: Map<LocationName, Summary>;
};

export function judgedEstate(estate: Estate, tickSeconds: number): JudgedEstate {
  const config = { event: "config", at: 0, estate, tickMs: tickSeconds * 1000 } as const;
  const judges = estate.locations.map(
    ({ name }) => [name, judge(initialJudge(), { ...config, location: name }).state] as const,
  );
  return { estate, judges: new Map(judges), summaries: new Map() };
}

/** Who has no readings, not even an empty list, is dead, and its node with it. */
export function passTick(
  { estate, judges, summaries }: JudgedEstate,
  at: number,
  readings: ReadonlyMap<LocationName, readonly Reading[]>,
): Verdict[] {
  for (const [location, state] of judges) {
    const read = readings.get(location);
    if (read === undefined) continue;
    judge(state, { event: "readings", at, readings: read });
    for (const { summary } of judge(state, { event: "tick", at }).effects) summaries.set(location, summary);
  }
  for (const [location, state] of judges)
    for (const summary of summaries.values())
      if (summary.from !== location) judge(state, { event: "summary", at, summary });
  return judgeEstate({ estate, summaries: [...summaries.values()], moved: [], at });
}

/**
 * As plain data, to keep or to copy. Graphs are functions, and never change; the histories by which it is told afterwards where trouble
 * was hold functions too, and begin anew: no verdict asks them where requests are counted.
 */
export const plainOf = ({ judges, ...rest }: JudgedEstate): PlainEstate => ({
  ...rest,
  judges: new Map([...judges].map(([name, state]) => [name, plainStateOf(state)])),
});

export const fromPlain = ({ estate, judges, summaries }: PlainEstate): JudgedEstate => ({
  estate,
  summaries,
  judges: new Map([...judges].map(([name, state]) => [name, fromPlainState(state, graphAt(estate, name))])),
});

export const plainStateOf = (state: JudgeState): PlainState => ({ ...state, graph: null, histories: null });

export const fromPlainState = (state: PlainState, graph: JudgeState["graph"]): JudgeState => ({
  ...state,
  graph,
  histories: newHistories(),
});

export type PlainState = Omit<JudgeState, "graph" | "histories"> & {
  readonly graph: null;
  readonly histories: null;
};
export type PlainEstate = Omit<JudgedEstate, "judges"> & { readonly judges: Map<LocationName, PlainState> };
