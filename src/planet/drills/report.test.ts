import { expect, test } from "vitest";
import { chunkHomes, chunkIndex } from "../users/chunk-homes.ts";
import { recordRing, type RequestRecord } from "../users/records.ts";
import { tallyRequests, type Tally } from "../users/tally.ts";
import { drillReport, type DrillSeen } from "./report.ts";

const FAULT = 1_000_000;
const SECONDS = 90;
const names = ["us-east-1", "us-east-2", "eu-west-1"];
const [HOME, NEXT, FAR] = [0, 1, 2];

/** Ten requests a second of the home's users and ten of eu-west-1's, as a function of the second. */
function tallyOf(its: (second: number, index: number) => Partial<RequestRecord>, seconds = SECONDS): Tally {
  const homes = chunkHomes(2);
  const chunk = { zone: 0, class: 0, bucket: 7 };
  homes.learn(chunkIndex(chunk), HOME);
  homes.learn(chunkIndex({ ...chunk, zone: 1 }), FAR);
  homes.mark(FAULT);
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
  });
}

function seen(tally: Tally, more: Partial<DrillSeen> = {}): DrillSeen {
  return {
    drill: "hard-down",
    locations: ["us-east-1"],
    houston: true,
    moves: "must",
    faultAt: FAULT,
    until: FAULT + SECONDS * 1000,
    endedAt: FAULT + SECONDS * 1000 + 200_000,
    tally,
    whole: tally,
    checkouts: [],
    droppedCheckouts: 0,
    ledger: [],
    timeline: [],
    polls: [],
    did: [],
    ...more,
  };
}

const refused = { outcome: "refused", served: 255 } as const;
const moved = { called: NEXT, served: NEXT } as const;

test("moved99At is the first second from which every window of 10 s is well for a minute", () => {
  const tally = tallyOf((second) => (second < 6 ? refused : moved));
  const report = drillReport(seen(tally));
  expect(report.moved99At).toBe(FAULT + 6000);
  expect(report.requests).toEqual({ total: 900, failed: 60, failedAfterMoved99: 0 });
  expect(report.more.first60s).toEqual({ total: 600, failed: 60, secondsOfTraffic: 6 });
  expect(report.more.everyone).toEqual({ total: 1800, failed: 60, slow: 0 });
});

/** Refused for 6 s, and so many requests of second 30 as well. */
function failing(count: number): Tally {
  return tallyOf((second, index) => (second < 6 || (second === 30 && index < count) ? refused : moved));
}

test("one failed request in a window of a hundred is 99 %; two are not", () => {
  expect(drillReport(seen(failing(1)))).toMatchObject({
    moved99At: FAULT + 6000,
    requests: { failedAfterMoved99: 1 },
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
      // eu-west-1 has a single high poll: chance, not overload.
      utilisation: location === "eu-west-1" ? (second === 5 ? 1.5 : 0.6) : second >= 4 && second < 10 ? 1.2 : 0.6,
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

test("certain and decided are Houston's first words about this location after the fault", () => {
  const timeline = [
    { at: FAULT - 5000, what: "us-east-1: healthy -> failing  21.6 nats of 20.0", location: "us-east-1" },
    { at: FAULT + 900, what: "us-east-2: healthy -> failing  21.6 nats of 20.0", location: "us-east-2" },
    {
      at: FAULT + 1000,
      what: "us-east-1: healthy -> failing  21.6 nats of 20.0  cause: dynamodb 92 %",
      location: "us-east-1",
    },
    { at: FAULT + 1200, what: "PUBLIC traffic of us-east-1 -> us-east-2 62 %, ca-central-1 38 %" },
  ];
  const report = drillReport(
    seen(
      tallyOf(() => ({})),
      { timeline },
    ),
  );
  expect([report.certainAt, report.decidedAt]).toEqual([FAULT + 1000, FAULT + 1200]);
  expect(report.needlessMoves).toBe(0);
  expect(
    drillReport(
      seen(
        tallyOf(() => ({})),
        { timeline, moves: "none" },
      ),
    ).needlessMoves,
  ).toBe(1);
});

test("a location whose chunks DNS gives to others was left, whatever Houston says", () => {
  const left = {
    ...tallyOf(() => ({})),
    moved: [
      { location: "eu-west-1", had: 100, moved: 40 },
      { location: "us-east-2", had: 100, moved: 4 },
    ],
  };
  expect(drillReport(seen(left)).needlessMoves).toBe(1);
});
