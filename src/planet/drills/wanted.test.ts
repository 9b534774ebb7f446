import { expect, test } from "vitest";
import { DRILLS } from "./catalogue.ts";
import { tableOf, type Measurement } from "./measurements.ts";
import { madeReport, type MadeReport } from "./made-report.testing.ts";
import { PLANET_WANTED } from "./wanted-planet.ts";
import type { PathReport, TenantReport } from "../../api/drill-report.ts";
import { WANTED } from "./wanted.ts";

const FAULT = 1_000_000;
const at = (seconds: number): number => FAULT + seconds * 1000;
const question = { at: at(5), asks: "What now?", choices: ["leave", "fill"], defaultChoice: 1 };
const receiver = {
  location: "us-east-2",
  chunks: 40,
  chunksShare: 0.05,
  requests: 100,
  peakShare: 0.06,
  diedAt: null,
  badAt: null,
  failingAt: null,
  whenBad: null,
};
/** One that was bad, and got nothing after that. */
const left = { ...receiver, badAt: at(10), whenBad: { chunksShare: 0, requestsShare: 0 } };
const over = (seconds: number) => ({
  overloadedReceivers: [{ location: "us-east-2", seconds, worstUtilisation: 1.2 }],
  more: { receivers: [receiver] },
});
const down = {
  killedAt: at(10),
  restartedAt: at(15),
  goesOnAt: at(20),
  requests: { total: 100, failed: 8 },
  others: { total: 500, failed: 0 },
};
const wrongVerdict = {
  at: at(20),
  location: "us-east-2",
  verdict: "shaky",
  scope: "location",
  action: "none",
  cause: "cart",
} as const;
function pathReport(given: Partial<PathReport>): PathReport {
  return {
    zones: ["us-mid-atlantic"],
    requests: { total: 700, failed: 40 },
    wellAt: at(40),
    movedShare: 1,
    others: { requests: { total: 2000, failed: 0 }, movedShare: 0.01 },
    ...given,
  };
}
const edge = (name: string, served: number, shed: number) => ({ location: "us-east-1", class: name, served, shed });

/** Of each drill a report that is what was wanted, and others that each miss it in one way. */
const CASES: Readonly<
  Record<string, { readonly good: MadeReport; readonly bad: Readonly<Record<string, MadeReport>> }>
> = {
  "hard-down": lossCase(),
  "leaderless-hard-down": lossCase(),
  "black-hole": { good: { moved99At: at(8) }, bad: { late: { moved99At: at(10) }, never: { moved99At: null } } },
  gray: grayCase(),
  slow: grayCase(),
  "provider-brownout": {
    good: brownout({}),
    bad: {
      "few requests": brownout({ requests: { total: 14_000, failed: 10, failedAfterMoved99: 0 } }),
      "certain late": brownout({ more: { worstMinuteUntilCertain: 0.002 } }),
      "never certain": brownout({ more: { worstMinuteUntilCertain: null } }),
      "a receiver called worse": brownout({ more: { wrongVerdicts: [wrongVerdict] } }),
      "too many failed in a minute": brownout({ more: { worstMinuteFailedShare: 0.006 } }),
      "never out": brownout({ more: { movedOutAt: null } }),
      "another cause": brownout({ more: { cause: { layer: "service", name: "cart", share: 0.9 } } }),
      "no cause": brownout({ more: { cause: null } }),
    },
  },
  "gray-small": {
    good: small({}),
    bad: {
      "never certain": small({ certainAt: null, more: { worstMinuteUntilCertain: null } }),
      // 4 x 20 nats at 0.148 a request, of 34 a second.
      "certain late": small({ certainAt: at(16) }),
      "moved late": small({ moved99At: at(46) }),
      "a receiver called worse": small({ more: { wrongVerdicts: [wrongVerdict] } }),
      "another left": small({ needlessMoves: 1 }),
    },
  },
  slower: {
    good: { more: { beyondBarAt: at(40), wrongVerdicts: [] } },
    bad: {
      "never sure": { more: { wrongVerdicts: [] } },
      "sure late": { more: { beyondBarAt: at(61), wrongVerdicts: [] } },
      "called for a move": { more: { beyondBarAt: at(40), wrongVerdicts: [wrongVerdict] } },
      "a move": { needlessMoves: 1, more: { beyondBarAt: at(40), wrongVerdicts: [] } },
    },
  },
  path: {
    good: path({}),
    bad: {
      "never certain": path({ certainAt: null }),
      "certain late": path({ certainAt: at(31) }),
      "called the location ill": path({ more: { wrongVerdicts: [wrongVerdict] } }),
      "its users well late": path({ more: { path: pathReport({ wellAt: at(46) }) } }),
      "its users never well": path({ more: { path: pathReport({ wellAt: null }) } }),
      "others moved": path({
        more: { path: pathReport({ others: { requests: { total: 2000, failed: 0 }, movedShare: 0.03 } }) },
      }),
      "nobody counted its users": path({ more: { path: null } }),
    },
  },
  "receiver-noise": {
    good: noisy({}),
    bad: {
      "certain late": noisy({ certainAt: at(16) }),
      "out late": noisy({ more: { movedOutAt: at(46) } }),
      "never out": noisy({ more: { movedOutAt: null } }),
      "fails more than its receivers": noisy({ more: { requestsAfter20s: { total: 1900, failed: 40 } } }),
      "a receiver called worse": noisy({ more: { wrongVerdicts: [wrongVerdict] } }),
      "another left": noisy({ needlessMoves: 1 }),
    },
  },
  leak: {
    good: leak({}),
    bad: {
      "never certain": leak({ more: { worstMinuteUntilCertain: null } }),
      "felt before": leak({ more: { worstMinuteUntilCertain: 0.005 } }),
      "out late": leak({ more: { worstMinuteFailedShare: 0.01 } }),
      "never out": leak({ more: { movedOutAt: null } }),
      "a receiver called worse": leak({ more: { wrongVerdicts: [wrongVerdict] } }),
    },
  },
  "bad-deploy": stillCase(),
  "cut-off": stillCase(),
  link: stillCase(),
  surge: stillCase(),
  flap: stillCase(),
  "receiver-slow": {
    good: { moved99At: at(18), ...over(2), more: { receivers: [left] } },
    bad: {
      ...keptBad(),
      "never known to be bad": { moved99At: at(18), ...over(2) },
      "sent on": { moved99At: at(18), more: { receivers: [sentOn({ chunksShare: 0.05, requestsShare: 0 })] } },
    },
  },
  "two-down": {
    good: { moved99At: at(9), locations: ["us-east-1", "us-east-2"], ...over(2), more: { receivers: [left] } },
    bad: {
      ...keptBad(),
      "sent on": {
        moved99At: at(9),
        locations: ["us-east-1", "us-east-2"],
        more: { receivers: [sentOn({ chunksShare: 0, requestsShare: 0.05 })] },
      },
    },
  },
  "cannot-grow": {
    good: { moved99At: null, more: { questions: [question] } },
    bad: {
      "not asked": { moved99At: at(10) },
      "no choice": { more: { questions: [{ ...question, choices: ["leave"] }] } },
      "no default": { more: { questions: [{ ...question, defaultChoice: 0 }] } },
      overloaded: { ...over(3), more: { receivers: [receiver], questions: [question] } },
    },
  },
  "surge-and-hard-down": { good: { moved99At: null, more: { questions: [question] } }, bad: keptBad() },
  "replica-lag-and-hard-down": { good: { moved99At: at(8) }, bad: keptBad() },
  "poison-tenant": {
    good: poison({}),
    bad: {
      "not felt": poison({ innocent: { total: 3000, failed: 3 } }, { certainAt: null }),
      "well late": poison({ innocentWellAt: at(21) }),
      "never well": poison({ innocentWellAt: null }),
      "two receivers": poison({ receivers: [canary("us-east-2"), canary("ca-central-1")] }),
      "more than a canary": poison({ receivers: [{ ...canary("us-east-2"), lastAt: at(20) }] }),
      "two sick": poison({ bothSickSeconds: 1 }),
      "two sick for longer than a canary's look": poison({ receivers: [canary("us-east-2")], bothSickSeconds: 15 }),
      "another left": poison({}, { needlessMoves: 1 }),
      "nobody counted the tenant": { certainAt: at(4) },
    },
  },
  ddos: {
    good: { more: { chunksMoved: moved(0.3), edges: [edge("public", 900, 300), edge("internal", 5, 20)] } },
    bad: {
      evacuated: { more: { chunksMoved: moved(0.9) } },
      "nothing done": { more: { chunksMoved: moved(0) } },
      "highest first": { more: { edges: [edge("public", 900, 300), edge("internal", 20, 0)] } },
    },
  },
  "houston-killed": {
    good: { more: { houstonDown: down, movedOutAt: at(30) } },
    bad: {
      "not killed": { more: { houstonDown: null, movedOutAt: at(30) } },
      "killed when all were out": { more: { houstonDown: down, movedOutAt: at(12) } },
      "never goes on": { more: { houstonDown: { ...down, goesOnAt: null }, movedOutAt: at(12) } },
      "goes on late": { more: { houstonDown: { ...down, goesOnAt: at(26) }, movedOutAt: at(40) } },
      "never out": { more: { houstonDown: down, movedOutAt: null } },
      "DNS down": { more: { houstonDown: { ...down, others: { total: 500, failed: 50 } }, movedOutAt: at(30) } },
      "edge down": { more: { houstonDown: { ...down, requests: { total: 100, failed: 60 } }, movedOutAt: at(30) } },
    },
  },
  calm: {
    good: { more: { until: at(3600) } },
    bad: {
      "a doubt": { more: { until: at(3600), worseVerdicts: 1 } },
      "a move": { needlessMoves: 1, more: { until: at(3600) } },
      "a minute only": { more: { until: at(60) } },
    },
  },
};

test("every drill has its row, and every row its cases", () => {
  expect(WANTED.map(({ drill }) => drill).toSorted()).toEqual(DRILLS.map(({ name }) => name).toSorted());
  expect(Object.keys(CASES).toSorted()).toEqual(DRILLS.map(({ name }) => name).toSorted());
});

test.each(WANTED)("$drill: what was wanted is met, and each way to miss it is noticed", ({ drill, figures, met }) => {
  const { good, bad } = CASES[drill]!;
  const judged = (given: MadeReport): boolean => met(figures(madeReport(drill, given)));
  expect(judged(good)).toBe(true);
  const always: Readonly<Record<string, MadeReport>> = {
    "an order was lost": { ...good, checkouts: { lost: 1 } },
    "a charge was doubled": { ...good, checkouts: { doubled: 1 } },
  };
  const missed = Object.entries({ ...bad, ...always }).filter(([, given]) => judged(given));
  expect(missed.map(([name]) => name)).toEqual([]);
});

test.each([
  ["receiver-slow", "sentToBadPercent"],
  ["cannot-grow", "questions"],
  ["surge", "needlessMoves"],
  ["gray", "certainSeconds"],
  ["provider-brownout", "causeNamed"],
  ["gray-small", "untilCertainPercent"],
  ["slower", "sureSeconds"],
  ["path", "wrongVerdicts"],
  ["poison-tenant", "needlessMoves"],
  ["houston-killed", "goesOnSeconds"],
  ["calm", "worseVerdicts"],
])("%s: who could not hear Houston knows no %s; who missed a few words does", (drill, name) => {
  const { figures, met } = WANTED.find((each) => each.drill === drill)!;
  const { good } = CASES[drill]!;
  const heard = (failed: number) =>
    figures(madeReport(drill, { ...good, more: { ...good.more, houstonPolls: { total: 90, failed } } }));
  expect(heard(18)[name]).not.toBeNull();
  expect(met(heard(18))).toBe(true);
  expect(heard(19)[name]).toBe("unknown");
  expect(met(heard(19))).toBe(false);
  expect(heard(19)["failedPercent"]).toBeTypeOf("number");
});

test("what nobody could hear, or an older version did not count, is not known: neither never nor bad", () => {
  const unheard = drillRun("gray-small", small({ more: { houstonPolls: { total: 91, failed: 28 } } }));
  const row = rowOf("gray-small", [unheard]);
  expect(row[3]).toContain("moved99 seconds 30 (of 1, 1 of them known in part)");
  expect(row[3]).toContain("certain seconds not known, until certain percent not known, wrong verdicts not known");
  expect(row[4]).toBe("**not known**");
  const older = JSON.parse(
    JSON.stringify(drillRun("provider-brownout", brownout({}))).replaceAll(
      /"(worstMinuteUntilCertain|wrongVerdicts)":/g,
      '"unheardOf":',
    ),
  ) as Measurement;
  expect(rowOf("provider-brownout", [older])[3]).toContain("until certain percent not known, wrong verdicts not known");
});

test("runs in which all was heard count, and those in which it was not are said", () => {
  const heard = drillRun("gray-small", small({}));
  const unheard = drillRun("gray-small", small({ more: { houstonPolls: { total: 91, failed: 28 } } }));
  const [, , , figures, met] = rowOf("gray-small", [heard, unheard, heard]);
  expect(figures).toContain("certain seconds 9, until certain percent 0.4, wrong verdicts 0");
  expect(figures).toContain("(of 3, 1 of them known in part)");
  expect(met).toBe("yes");
});

test.each(["slower", "leak", "provider-brownout", "gray-small", "receiver-noise", "path"])(
  "%s: when nothing is wrong with it no figure says never",
  (drill) => {
    const { figures } = WANTED.find((each) => each.drill === drill)!;
    expect(Object.values(figures(madeReport(drill, CASES[drill]!.good)))).not.toContain(null);
  },
);

test("an overload of who took nobody is its own users' doing", () => {
  const row = WANTED.find(({ drill }) => drill === "surge-and-hard-down")!;
  const report = (receivers: readonly (typeof receiver)[]) =>
    row.met(row.figures(madeReport("surge-and-hard-down", { moved99At: at(8), ...over(9), more: { receivers } })));
  expect(report([])).toBe(true);
  expect(report([receiver])).toBe(false);
});

const figures = { startMs: 15_000, pssMib: 1500, seconds: 60, total: 61_000, failed: 10, p99OverDistanceMs: 120 };

test.each([
  ["planet: start", { startMs: 21_000 }],
  ["planet: memory", { pssMib: 2100 }],
  ["planet: throughput", { total: 50_000 }],
  ["planet: throughput", { failed: 900 }],
  ["planet: throughput", { p99OverDistanceMs: 310 }],
  ["planet: throughput", { p99OverDistanceMs: null }],
])("%s: %j misses it", (name, miss) => {
  const row = PLANET_WANTED.find((each) => each.name === name)!;
  expect(row.met(row.figures(figures))).toBe(true);
  expect(row.met(row.figures({ ...figures, ...miss }))).toBe(false);
});

function drillRun(
  drill: string,
  given: MadeReport,
  more: Partial<Pick<Measurement, "batch" | "houston" | "rps">> = {},
): Measurement {
  const { timeline: _, ...report } = madeReport(drill, given);
  return { at: 0, batch: "first", houston: true, rps: 200, ...more, kind: "drill", report };
}
const rowOf = (name: string, measurements: readonly Measurement[]): readonly string[] =>
  tableOf(measurements)
    .find((line) => line.startsWith(`| ${name} |`))!
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());

function hardDowns(...given: readonly MadeReport[]): readonly Measurement[] {
  return given.map((each) => drillRun("hard-down", each));
}

test("the median of three counts, but one lost order is lost", () => {
  const good = { moved99At: at(6), more: { first60s: { total: 1000, failed: 30, secondsOfTraffic: 3 } } };
  const late = { ...good, moved99At: at(9) };
  const [, rps, , measured, met] = rowOf("hard-down", hardDowns(good, late, good));
  expect([rps, met]).toEqual(["200", "yes"]);
  expect(measured).toContain("moved99 seconds 6,");
  expect(rowOf("hard-down", hardDowns(good, late, late))[4]).toBe("**no**");
  const [, , , lost, no] = rowOf("hard-down", hardDowns(good, { ...good, checkouts: { lost: 1 } }, good));
  expect(lost).toContain("lost 1,");
  expect(no).toBe("**no**");
  expect(rowOf("hard-down", hardDowns(good, { ...good, moved99At: null }, { ...good, moved99At: null }))[3]).toContain(
    "moved99 seconds never",
  );
});

test("fewer than three runs are said, and runs under other loads are not mixed in", () => {
  const still = drillRun("surge", {});
  expect(rowOf("surge", [still, still])[4]).toBe("yes, in 2 of 2 runs: fewer than three");
  expect(rowOf("surge", [drillRun("surge", { needlessMoves: 1 })])[4]).toBe("**no**; fewer than three runs");
  const busy = drillRun("surge", { needlessMoves: 1 }, { rps: 700 });
  expect(rowOf("surge", [busy, still, still, still]).slice(1)).toMatchObject(["200", {}, {}, "yes", ""]);
  expect(rowOf("surge", [still, still, still, busy])[1]).toBe("700");
  expect(rowOf("surge", [])[3]).toBe("not measured yet");
});

test("a fault that nobody felt shows nothing, and the row says so", () => {
  const unfelt = poison({ innocent: { total: 3000, failed: 3 } }, { certainAt: null });
  expect(rowOf("poison-tenant", [drillRun("poison-tenant", unfelt)])[4]).toBe("**not felt**");
  expect(rowOf("poison-tenant", [drillRun("poison-tenant", poison({}))])[4]).toContain("yes");
  const canaried = poison({ receivers: [canary("us-east-2")], bothSickSeconds: 5 });
  expect(rowOf("poison-tenant", [drillRun("poison-tenant", canaried)])[4]).toContain("yes");
});

test("with and without Houston each have their newest batch", () => {
  const alone = (failed: number, batch: string) =>
    drillRun("gray", { requests: { total: 100, failed, failedAfterMoved99: 0 } }, { houston: false, batch });
  const helped = drillRun("surge", {}, { batch: "second" });
  const older = drillRun("surge", { needlessMoves: 1 });
  const all = [older, alone(50, "old"), helped, alone(20, "new")];
  expect(rowOf("gray", all)[5]).toBe("20.0 %");
  expect(rowOf("surge", all)[4]).toBe("yes, in 1 of 1 runs: fewer than three");
});

test("how long before users felt it Houston was certain is known where it was run with nobody helping", () => {
  const helped = drillRun("gray-small", small({}));
  const alone = (second: number | null) =>
    drillRun(
      "gray-small",
      { more: { felt: [{ percent: 1, at: second === null ? null : at(second) }] } },
      { houston: false, batch: "alone" },
    );
  const said = (...runs: readonly Measurement[]) => rowOf("gray-small", [helped, ...runs])[3];
  expect(said(alone(24), alone(30), alone(null))).toContain("felt alone seconds 30, lead seconds 21,");
  expect(said(alone(null))).toContain("felt alone seconds never, lead seconds never,");
  expect(said()).not.toContain("lead");
});

test("the planet's own rows come from its own runs", () => {
  const run: Measurement = { at: 0, batch: "first", houston: true, rps: 1020, kind: "planet", figures };
  expect(rowOf("planet: start", [run, run, run]).slice(3)).toEqual(["start seconds 15 (of 3)", "yes", ""]);
});

function lossCase() {
  const first60s = { total: 1000, failed: 60, secondsOfTraffic: 3.6 };
  return {
    good: { moved99At: at(6), more: { first60s } },
    bad: {
      late: { moved99At: at(7), more: { first60s } },
      never: { moved99At: null, more: { first60s } },
      "too many failed": { moved99At: at(6), more: { first60s: { ...first60s, secondsOfTraffic: 4.1 } } },
    },
  };
}

function grayCase() {
  const good = { certainAt: at(10), moved99At: at(18), more: { stubbornAfter20s: { total: 90, failed: 0 } } };
  return {
    good,
    bad: {
      "never certain": { ...good, certainAt: null },
      "certain late": { ...good, certainAt: at(16) },
      "moved late": { ...good, moved99At: at(21) },
      "failed later": { ...good, more: { ...good.more, requestsAfter20s: { total: 2000, failed: 1 } } },
      "stubborn ones left behind": { ...good, more: { stubbornAfter20s: { total: 90, failed: 9 } } },
      overloaded: { ...good, ...over(1) },
    },
  };
}

function brownout({ more = {}, ...given }: MadeReport): MadeReport {
  const cause = { layer: "resource", name: "dynamodb", share: 0.9 } as const;
  return {
    requests: { total: 16_000, failed: 10, failedAfterMoved99: 0 },
    certainAt: at(37),
    ...given,
    more: {
      until: at(150),
      cause,
      movedOutAt: at(60),
      worstMinuteFailedShare: 0.001,
      worstMinuteUntilCertain: 0.0005,
      wrongVerdicts: [],
      ...more,
    },
  };
}

function small({ more = {}, ...given }: MadeReport): MadeReport {
  return {
    certainAt: at(9),
    moved99At: at(30),
    ...given,
    more: { worstMinuteUntilCertain: 0.004, wrongVerdicts: [], ...more },
  };
}

function noisy({ more = {}, ...given }: MadeReport): MadeReport {
  return { certainAt: at(9), ...given, more: { movedOutAt: at(30), wrongVerdicts: [], ...more } };
}

function leak({ more = {}, ...given }: MadeReport): MadeReport {
  const rest = {
    beyondBarAt: at(300),
    movedOutAt: at(960),
    worstMinuteFailedShare: 0.006,
    worstMinuteUntilCertain: 0.003,
    wrongVerdicts: [],
  };
  return { certainAt: at(930), ...given, more: { ...rest, ...more } };
}

function path({ more = {}, ...given }: MadeReport): MadeReport {
  return { certainAt: at(20), ...given, more: { wrongVerdicts: [], path: pathReport({}), ...more } };
}

function stillCase() {
  return { good: {}, bad: { "a move": { needlessMoves: 1 } } };
}

function keptBad(): Readonly<Record<string, MadeReport>> {
  return { "never moved": { moved99At: null }, overloaded: { moved99At: at(8), ...over(2.5) } };
}

function sentOn(whenBad: { readonly chunksShare: number; readonly requestsShare: number }) {
  return { ...receiver, badAt: at(10), whenBad };
}

/** Its requests came there for three seconds. */
function canary(location: string) {
  return { location, requests: 12, share: 0.03, firstAt: at(12), lastAt: at(14) };
}

function poison(tenant: Partial<TenantReport>, given: MadeReport = {}): MadeReport {
  const usual: TenantReport = {
    bucket: 42,
    requests: { total: 450, failed: 360 },
    receivers: [],
    innocent: { total: 3000, failed: 200 },
    innocentWellAt: at(12),
    sick: [{ location: "us-east-1", seconds: 12, firstAt: at(1) }],
    bothSickSeconds: 0,
  };
  return { certainAt: at(3), ...given, more: { tenant: { ...usual, ...tenant } } };
}

function moved(share: number) {
  return [{ location: "us-east-1", share }];
}
