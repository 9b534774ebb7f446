import { expect, test } from "vitest";
import { chunkHomes, chunkIndex } from "../users/chunk-homes.ts";
import { recordRing, type RequestRecord } from "../users/records.ts";
import { tallyRequests, type Tally } from "../users/tally.ts";
import type { Reason } from "../../core/step.ts";
import type { Verdict, VerdictState } from "../../core/verdict.ts";
import { unsureWhereBegun } from "./report-books.ts";
import { drillReport } from "./report.ts";
import type { DrillSeen } from "./seen.ts";

const FAULT = 1_000_000;
const SECONDS = 90;
const names = ["us-east-1", "us-east-2", "eu-west-1"];
const [HOME, NEXT, FAR] = [0, 1, 2];

/** Ten requests a second of the home's users and ten of eu-west-1's, as a function of the second. */
function tallyOf(
  its: (second: number, index: number) => Partial<RequestRecord>,
  { seconds = SECONDS, told = [] }: { seconds?: number; told?: readonly { second: number; to: number }[] } = {},
): Tally {
  const homes = chunkHomes(2);
  const chunk = { zone: 0, class: 0, bucket: 7 };
  homes.learn(chunkIndex(chunk), HOME, FAULT - 1000);
  homes.learn(chunkIndex({ ...chunk, zone: 1 }), FAR, FAULT - 1000);
  homes.mark(FAULT);
  for (const { second, to } of told) homes.learn(chunkIndex(chunk), to, FAULT + second * 1000);
  const ring = recordRing(4096);
  for (let second = 0; second < seconds; second++) {
    for (let index = 0; index < 10; index++) {
      const at = FAULT + second * 1000 + index * 100;
      const usual = {
        at,
        ...chunk,
        kind: "page",
        habit: "obeys",
        called: HOME,
        served: HOME,
        outcome: "ok",
        ms: 40,
      } as const;
      ring.add({ ...usual, ...its(second, index) });
      ring.add({ ...usual, zone: 1, called: FAR, served: FAR });
    }
  }
  const range = { since: FAULT, until: FAULT + seconds * 1000 };
  return tallyRequests((each) => ring.forEach(range, each), {
    ...range,
    locations: ["us-east-1"],
    locationNames: names,
    mark: homes.marked(FAULT),
    roundTripMs: () => 25,
  });
}

function seen(tally: Tally, more: Partial<DrillSeen> = {}): DrillSeen {
  return {
    drill: "hard-down",
    locations: ["us-east-1"],
    houston: true,
    moves: "must",
    rightVerdict: null,
    faultAt: FAULT,
    until: FAULT + SECONDS * 1000,
    endedAt: FAULT + SECONDS * 1000 + 200_000,
    tally,
    whole: tally,
    checkouts: [],
    droppedCheckouts: 0,
    runLocations: new Map(),
    ledger: [],
    waitedForBack: true,
    timeline: [],
    decided: { decisions: [], verdicts: [] },
    edges: [],
    houstonPolls: { total: 90, failed: 0 },
    polls: [],
    did: [],
    ...more,
  };
}

const well = tallyOf(() => ({}));
const refused = { outcome: "refused", served: 255 } as const;
const moved = { called: NEXT, served: NEXT } as const;

test("moved99At is the first second from which every window of 10 s is well for a minute", () => {
  const tally = tallyOf((second) => (second < 6 ? refused : moved));
  const report = drillReport(seen(tally));
  expect(report.moved99At).toBe(FAULT + 6000);
  expect(report.requests).toEqual({ total: 900, failed: 60, failedAfterMoved99: 0 });
  expect(report.more.first60s).toEqual({ total: 600, failed: 60, secondsOfTraffic: 6 });
  expect(report.more.everyone).toEqual({ total: 1800, failed: 60, slow: 0, p99OverDistanceMs: 15 });
});

/** Refused for 6 s, and so many requests of second 30 as well. */
function failing(count: number): Tally {
  return tallyOf((second, index) => (second < 6 || (second === 30 && index < count) ? refused : moved));
}

test("one failed request in a window of a hundred is 99 %; two are not", () => {
  expect(drillReport(seen(failing(1)))).toMatchObject({
    moved99At: FAULT + 6000,
    requests: { failedAfterMoved99: 1 },
    more: {
      failuresAfterMoved99: [
        { class: "public", kind: "page", called: "us-east-1", served: null, outcome: "refused", count: 1 },
      ],
    },
  });
  expect(drillReport(seen(failing(2))).moved99At).toBe(FAULT + 31_000);
});

test("never moved, and nothing to move, are null", () => {
  expect(drillReport(seen(tallyOf(() => refused))).moved99At).toBeNull();
  expect(
    drillReport(
      seen(
        tallyOf(() => ({})),
        { moves: "none" },
      ),
    ).moved99At,
  ).toBeNull();
});

test("stubborn users and bots are counted apart", () => {
  const tally = tallyOf((_, index) => {
    if (index === 0) return { habit: "pinned", ...refused };
    if (index === 1) return { habit: "holds" };
    return index === 2 ? { kind: "bot", outcome: "status" } : {};
  });
  const report = drillReport(seen(tally));
  expect(report.stubbornUsers).toEqual({ total: 180, failed: 90 });
  expect(report.requests).toMatchObject({ total: 630, failed: 0 });
  expect(report.more.bots).toEqual({ total: 90, failed: 90 });
});

test("a slow whole answer is not failed, and every failure has its reason", () => {
  const tally = tallyOf((_, index) =>
    index === 0 ? { outcome: "slow", ms: 2900 } : index === 1 ? { outcome: "timeout" } : {},
  );
  const report = drillReport(seen(tally));
  expect(report.requests.failed).toBe(90);
  expect(report.more.why).toEqual({ timeout: 90 });
});

test("restoredAt is when they are served at home again, after having been away", () => {
  const whole = tallyOf((second) => (second < 5 ? refused : second < 50 ? moved : {}));
  expect(drillReport(seen(whole)).restoredAt).toBe(FAULT + 50_000);
  expect(drillReport(seen(tallyOf(() => ({})))).restoredAt).toBeNull();
  expect(drillReport(seen(tallyOf(() => moved))).restoredAt).toBeNull();
});

const key = (last: number) => `00000000-0000-4000-a000-00000000000${last}`;
const checkout = (last: number, more: object = {}) => ({
  key: key(last),
  startedAt: FAULT + 1000,
  zone: "z",
  called: "us-east-1",
  completedAt: FAULT + 2000,
  gaveUpAt: null,
  order: `o${last}`,
  stepLocations: ["us-east-1", "us-east-1"],
  ...more,
});
const entry = (last: number, more: object = {}) => ({
  at: FAULT + 1500,
  kind: "charge" as const,
  key: `${key(last)}/charge/1`,
  order: `o${last}`,
  amount: 1,
  from: "us-east-1",
  ...more,
});

test("checkouts: completed, continued elsewhere, lost, doubled; probes are left out", () => {
  const tally = tallyOf(() => ({}));
  const open = { completedAt: null, order: null, stepLocations: [] };
  const checkouts = [
    checkout(1),
    checkout(2, { stepLocations: ["us-east-1", "us-east-2"] }),
    checkout(3, { ...open, gaveUpAt: FAULT + 61_000 }),
    checkout(4, open),
    checkout(5, open),
    { ...checkout(6, open), key: "probe-1" },
  ];
  const ledger = [
    entry(1),
    // A new attempt's key, and yet the same user's key: charged twice.
    entry(1, { key: `${key(1)}/charge/2` }),
    entry(2),
    entry(2, { kind: "reservation" }),
    entry(4),
    { ...entry(6), key: "probe-1/charge/1" },
    { ...entry(6), key: "probe-1/charge/1" },
  ];
  expect(drillReport(seen(tally, { checkouts, ledger })).checkouts).toEqual({
    started: 5,
    completed: 2,
    continuedElsewhere: 1,
    // 3 gave up; 4 was charged and has no order after 120 s; 5 was never charged and is still tried.
    lost: 2,
    doubled: 1,
  });
  expect(drillReport(seen(tally, { checkouts, ledger, endedAt: FAULT + 100_000 })).checkouts.lost).toBe(1);
});

test("a checkout that was begun and taken over before its first step went on elsewhere; one that was passed on did not", () => {
  const elsewhere = { stepLocations: ["us-east-2", "us-east-2"] };
  const checkouts = [checkout(1, elsewhere), checkout(2, elsewhere), checkout(3)];
  expect(unsureWhereBegun(checkouts)).toEqual([key(1), key(2)]);
  const runLocations = new Map([
    [key(1), ["us-east-1", "us-east-2"]],
    [key(2), ["us-east-2"]],
  ]);
  expect(drillReport(seen(well, { checkouts, runLocations })).checkouts.continuedElsewhere).toBe(1);
});

test("what was doubled before the drill is not the drill's", () => {
  const ledger = [
    entry(1, { at: FAULT - 9000 }),
    entry(1, { at: FAULT - 8000 }),
    entry(2, { at: FAULT - 1000 }),
    entry(2),
  ];
  expect(
    drillReport(
      seen(
        tallyOf(() => ({})),
        { ledger },
      ),
    ).checkouts.doubled,
  ).toBe(1);
});

test("receivers are overloaded by looks in a row above what is ready, and the place of the fault is no receiver", () => {
  const polls = names.flatMap((location) =>
    Array.from({ length: 20 }, (_, second) => ({
      at: FAULT + second * 1000,
      location,
      // eu-west-1 has a single high poll: chance, not overload. Of two stretches the longer one counts.
      utilisation:
        location === "eu-west-1"
          ? second === 5
            ? 1.5
            : 0.6
          : (second >= 4 && second < 10) || (second >= 12 && second < 15)
            ? 1.2
            : 0.6,
    })),
  );
  expect(
    drillReport(
      seen(
        tallyOf(() => ({})),
        { polls },
      ),
    ).overloadedReceivers,
  ).toEqual([{ location: "us-east-2", seconds: 6, worstUtilisation: 1.2 }]);
});

/** What Houston decided and thought, as its API tells it. */
const decision = (at: number, ...reasons: readonly (readonly [code: string, location?: string])[]) => ({
  at: FAULT + at,
  event: "tick" as const,
  effects: [],
  evidence: null,
  reasons: reasons.map(([code, location]): Reason => ({
    code,
    says: "",
    ...(location === undefined ? {} : { location }),
  })),
});
const thought = (at: number, location: string, verdict: VerdictState, cause = "dynamodb") => ({
  at: FAULT + at,
  state: "serving" as const,
  verdict: {
    location,
    verdict,
    causes: verdict === "healthy" ? [] : [{ layer: "resource", name: cause, share: 0.9 }],
  } as unknown as Verdict,
});

test("certain and decided are the first codes and verdicts about this location after the fault; sentences count for nothing", () => {
  const decided = {
    decisions: [
      decision(-2000, ["evacuate", "us-east-1"]),
      decision(950, ["evacuate", "us-east-2"]),
      decision(1200, ["verdict", "us-east-1"], ["evacuate", "us-east-1"]),
    ],
    verdicts: [
      thought(-5000, "us-east-1", "healthy"),
      thought(900, "us-east-2", "failing"),
      thought(1000, "us-east-1", "failing"),
    ],
  };
  const timeline = [{ at: FAULT + 100, what: "us-east-1 is lost; traffic of us-east-1 -> us-east-2 62 %" }];
  const report = drillReport(seen(well, { decided, timeline }));
  expect([report.certainAt, report.decidedAt]).toEqual([FAULT + 1000, FAULT + 1200]);
  expect(report.more.cause).toEqual({ layer: "resource", name: "dynamodb", share: 0.9 });
  // us-east-2 was left, and was not the drill's place.
  expect(report.needlessMoves).toBe(1);
  expect(drillReport(seen(well, { decided, moves: "none" })).needlessMoves).toBe(2);
  const lost = { decisions: [decision(800, ["lost", "us-east-1"])], verdicts: decided.verdicts };
  expect(drillReport(seen(well, { decided: lost })).certainAt).toBe(FAULT + 800);
  expect(drillReport(seen(well, { timeline }))).toMatchObject({ certainAt: null, decidedAt: null, needlessMoves: 0 });
});

/** The same with more of what a verdict says. */
function noted(at: number, location: string, state: VerdictState, more: Partial<Verdict>) {
  const { verdict, ...rest } = thought(at, location, state);
  return { ...rest, verdict: { ...verdict, ...more } };
}

test("sure is when the evidence passes the bar, worth a move or not; certain is when it is failing", () => {
  const verdicts = [
    noted(-5000, "us-east-1", "shaky", { evidenceNats: 21, barNats: 20 }),
    noted(3000, "us-east-1", "shaky", { evidenceNats: 12, barNats: 20 }),
    noted(8000, "us-east-1", "shaky", { evidenceNats: 20, barNats: 20 }),
    noted(9000, "us-east-1", "failing", { evidenceNats: 25, barNats: 20 }),
  ];
  const report = drillReport(seen(well, { decided: { decisions: [], verdicts } }));
  expect([report.more.beyondBarAt, report.certainAt]).toEqual([FAULT + 8000, FAULT + 9000]);
});

test("wrong verdicts: another place that became worse, and a failing one of another kind or for another action, each once", () => {
  const verdicts = [
    noted(-9000, "eu-west-1", "shaky", { scope: "location", action: "none" }),
    noted(1000, "us-east-1", "shaky", { scope: "provider", action: "none" }),
    noted(2000, "us-east-1", "failing", { scope: "path", action: "none" }),
    noted(3000, "us-east-1", "failing", { scope: "path", action: "move-zones" }),
    noted(4000, "us-east-1", "failing", { scope: "location", action: "leave" }),
    noted(5000, "us-east-1", "failing", { scope: "location", action: "leave" }),
    noted(6000, "us-east-2", "shaky", { scope: "location", action: "none" }),
    noted(7000, "eu-west-1", "shaky", { scope: "location", action: "none" }),
    noted(8000, "us-east-1", "failing", { scope: "path", action: "leave" }),
  ];
  const decided = { decisions: [], verdicts };
  const wrongOf = (rightVerdict: DrillSeen["rightVerdict"]) =>
    drillReport(seen(well, { decided, rightVerdict })).more.wrongVerdicts;
  expect(wrongOf(null)).toBeNull();
  const said = wrongOf({ scope: "path", action: "move-zones" })?.map(
    ({ at, location, verdict, scope, action }) => `${at - FAULT} ${location} ${verdict} ${scope} ${action}`,
  );
  expect(said).toEqual([
    "4000 us-east-1 failing location leave",
    "6000 us-east-2 shaky location none",
    "8000 us-east-1 failing path leave",
  ]);
});

test("who was given a noise by the drill may be thought shaky, not failing; and all moves stopped is a wrong verdict, once", () => {
  const verdicts = [
    noted(1000, "us-east-2", "shaky", { scope: "location", action: "none" }),
    noted(2000, "eu-west-1", "shaky", { scope: "location", action: "none" }),
    noted(3000, "us-east-2", "failing", { scope: "location", action: "leave" }),
  ];
  const decisions = [4000, 5000].map((at) => decision(at, ["stopped", "us-east-2"]));
  const did = [{ at: FAULT - 60_000, says: "", fault: { name: "noise", location: "us-east-2" } }];
  const wrongOf = (rightVerdict: DrillSeen["rightVerdict"]) =>
    drillReport(seen(well, { decided: { decisions, verdicts }, did, rightVerdict })).more.wrongVerdicts?.map(
      ({ at, location, scope }) => `${at - FAULT} ${location} ${scope}`,
    );
  const others = ["2000 eu-west-1 location", "3000 us-east-2 location"];
  expect(wrongOf({ scope: "location", action: "leave" })).toEqual([...others, "4000 us-east-2 follows-the-traffic"]);
  expect(wrongOf({ scope: "follows-the-traffic", action: "hold" })).toEqual(others);
});

test("users felt it when so many of a minute's requests had failed, the minute before the fault counting as well", () => {
  // Of ten a second one fails from second 20 on: a 600th of a minute each.
  const tally = tallyOf((second, index) => (second >= 20 && index === 0 ? refused : {}));
  const decided = { decisions: [], verdicts: [thought(22_500, "us-east-1", "failing")] };
  const { more } = drillReport(seen(tally, { decided }));
  expect(more.felt).toEqual([
    { percent: 0.2, at: FAULT + 21_000 },
    { percent: 0.5, at: FAULT + 22_000 },
    { percent: 1, at: FAULT + 25_000 },
  ]);
  expect(more.worstMinuteUntilCertain).toBeCloseTo(3 / 600, 6);
  const never = drillReport(seen(well)).more;
  expect([never.felt.map(({ at }) => at), never.worstMinuteUntilCertain]).toEqual([[null, null, null], null]);
});

test("a verdict is worse when it was better before, and when it was bad at the fault already; what stays so counts once", () => {
  const verdicts = [
    thought(-30_000, "us-east-1", "failing"),
    thought(-20_000, "us-east-2", "shaky"),
    thought(-10_000, "us-east-1", "healthy"),
    thought(3000, "us-east-2", "shaky"),
    thought(4000, "eu-west-1", "shaky"),
    thought(5000, "eu-west-1", "failing"),
    thought(6000, "eu-west-1", "shaky"),
    thought(7000, "eu-west-1", "healthy"),
  ];
  const report = drillReport(seen(well, { moves: "none", locations: [], decided: { decisions: [], verdicts } }));
  expect(report.more.worseVerdicts).toBe(3);
});

test("a spill is a move, and where nothing may move so is the smallest part that DNS gave away", () => {
  const decided = { decisions: [decision(5000, ["spill", "us-east-1"])], verdicts: [] };
  expect(drillReport(seen(well, { moves: "none", decided })).needlessMoves).toBe(1);
  expect(drillReport(seen(well, { moves: "may", decided })).needlessMoves).toBe(0);
  const had = (share: number) => ({ ...well, moved: [{ location: "us-east-2", had: 100, moved: share, sent: [] }] });
  expect(drillReport(seen(had(2), { moves: "none" })).needlessMoves).toBe(0);
  expect(drillReport(seen(had(3), { moves: "none" })).needlessMoves).toBe(1);
  expect(drillReport(seen(had(10))).needlessMoves).toBe(0);
  expect(drillReport(seen(had(40))).needlessMoves).toBe(1);
});

test("decided is also when the users of some zones begin to leave", () => {
  const decided = { decisions: [decision(7000, ["move-zones", "us-east-1"])], verdicts: [] };
  expect(drillReport(seen(well, { decided })).decidedAt).toBe(FAULT + 7000);
});

test("where staying is a choice, well from the beginning means that nothing had to move", () => {
  expect(drillReport(seen(well, { moves: "may" })).moved99At).toBeNull();
  expect(drillReport(seen(failing(2), { moves: "may" })).moved99At).toBe(FAULT + 31_000);
});

test("receivers: what was sent and what came, when each was known to be bad, and what it got after that", () => {
  // Away at once to us-east-2, which is lost at 20 s; one chunk is told its address once more at 40 s.
  const tally = tallyOf((second) => (second < 30 || second >= 60 ? moved : { called: FAR, served: FAR }), {
    told: [
      { second: 1, to: NEXT },
      { second: 22, to: FAR },
      { second: 40, to: NEXT },
    ],
  });
  const decided = {
    decisions: [decision(20_000, ["lost", "us-east-2"])],
    verdicts: [thought(50_000, "eu-west-1", "failing")],
  };
  const [second, far] = drillReport(seen(tally, { decided })).more.receivers;
  expect(second).toEqual({
    location: "us-east-2",
    chunks: 2,
    chunksShare: 2,
    requests: 600,
    peakShare: 1,
    diedAt: null,
    badAt: FAULT + 20_000,
    failingAt: null,
    // From 20 + 6.5 s on: one of one chunk, and 3 and 30 of the last 63 s.
    whenBad: { chunksShare: 1, requestsShare: 33 / 63 },
  });
  expect(far).toMatchObject({ location: "eu-west-1", chunks: 1, requests: 300, failingAt: FAULT + 50_000 });
});

test("what the drill killed was bad from then on, whether Houston noticed or not; what nobody knew to be bad has no such figure", () => {
  const told = [
    { second: 1, to: NEXT },
    { second: 13, to: FAR },
    { second: 15, to: NEXT },
  ];
  const tally = tallyOf((second) => (second < 30 ? moved : { called: FAR, served: FAR }), { told });
  const [dead, far] = drillReport(
    seen(tally, {
      did: [{ at: FAULT + 5000, says: "", fault: { name: "hard-down", location: "us-east-2" } }],
    }),
  ).more.receivers;
  // From 5 + 9 s on: told once more at 15 s; 16 of the last 76 s.
  expect([dead, far]).toMatchObject([
    { location: "eu-west-1" },
    { location: "us-east-2", diedAt: FAULT + 5000, badAt: null, whenBad: { chunksShare: 1, requestsShare: 16 / 76 } },
  ]);
  expect(dead?.whenBad).toBeNull();
});

test("shares are judged as they are: 0.4995 % of a minute is not 0.5 %", () => {
  const tally = { ...well, its: { ...well.its, total: Array(60).fill(1000), failed: [...Array(59).fill(0), 299.7] } };
  expect(drillReport(seen(tally)).more.worstMinuteFailedShare).toBeCloseTo(0.004995, 6);
});

test("who does not say how full it is stays as full as it was, and is reported", () => {
  const polls = [0.6, 1.2, null, null, null, 0.6].map((utilisation, second) => ({
    at: FAULT + 1000 + second * 1000,
    location: "us-east-2",
    utilisation,
  }));
  const report = drillReport(seen(well, { polls }));
  expect(report.overloadedReceivers).toEqual([{ location: "us-east-2", seconds: 4, worstUtilisation: 1.2 }]);
  expect(report.more.missedPolls).toBe(3);
});

test("while Houston is dead: what users met, and how the move goes on after the restart", () => {
  const tally = tallyOf((second) => (second < 30 ? (second % 5 === 0 ? refused : {}) : moved));
  const houston = (at: number, action: "kill" | "start") => ({
    at: FAULT + at,
    says: "",
    process: { name: "houston", action },
  });
  const decided = {
    decisions: [
      decision(9000, ["canary", "us-east-1"]),
      decision(17_000, ["verdict", "us-east-1"]),
      decision(18_000, ["step", "us-east-1"]),
    ],
    verdicts: [],
  };
  const did = [houston(10_000, "kill"), houston(15_000, "start")];
  expect(drillReport(seen(tally, { decided, did })).more.houstonDown).toEqual({
    killedAt: FAULT + 10_000,
    restartedAt: FAULT + 15_000,
    goesOnAt: FAULT + 18_000,
    requests: { total: 50, failed: 10 },
    others: { total: 50, failed: 0 },
  });
  expect(drillReport(seen(tally)).more.houstonDown).toBeNull();
});

test("questions with their choices are in the report, and stubborn users from 20 s on are counted apart", () => {
  const question = { id: "q", asks: "What now?", choices: ["leave", "fill"], defaultChoice: 1, deadline: FAULT };
  const timeline = [{ at: FAULT + 5000, what: "What now?", question }];
  const tally = tallyOf((second, index) => (index === 0 ? { habit: "pinned", ...(second < 25 ? refused : {}) } : {}));
  const { more } = drillReport(seen(tally, { timeline }));
  expect(more.questions).toEqual([
    { at: FAULT + 5000, asks: "What now?", choices: ["leave", "fill"], defaultChoice: 1 },
  ]);
  expect(more.stubbornAfter20s).toEqual({ total: 70, failed: 5 });
  expect(more.requestsAfter20s).toEqual({ total: 630, failed: 0 });
});
