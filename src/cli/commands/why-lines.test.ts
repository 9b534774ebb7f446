import { beforeAll, expect, test, vi } from "vitest";
import type { LocationDetail, World } from "../../api/contract.ts";
import type { Why } from "../../api/why.ts";
import { summaryOf } from "../../runtime/summary.testing.ts";
import { madeEstate } from "../../runtime/made-houston.testing.ts";
import { partsOf, textOf, type Line } from "../colour.ts";
import * as made from "../made-views.testing.ts";
import { whyLines } from "./why-lines.ts";

beforeAll(() => void vi.stubEnv("TZ", "UTC"));

const NAMES = made.calm.locations.map(({ name }) => name);

const world: World = {
  version: "test",
  addresses: {},
  estate: {
    ...madeEstate,
    locations: NAMES.map((name, index) => ({
      ...madeEstate.locations[0]!,
      name,
      provider: index < 6 ? "aws" : "google",
    })),
    services: {
      edge: { layer: "edge", dependsOn: [] },
      cart: { layer: "service", dependsOn: ["dynamodb"] },
      checkout: { layer: "service", dependsOn: ["cart"] },
      search: { layer: "service", dependsOn: ["opensearch"] },
      dynamodb: { layer: "resource", dependsOn: [] },
      opensearch: { layer: "resource", dependsOn: [] },
    },
    journeys: { buy: { needs: ["checkout"] }, find: { needs: ["search"] } },
  },
};

const [sick] = made.brownoutLeft.locations;

const why: Why = {
  location: "us-east-1",
  at: null,
  state: "draining",
  verdict: {
    ...sick!.verdict,
    because: [
      {
        service: "edge@users",
        signal: "requests",
        nats: 8.8,
        says: "3.1 % of requests fail; at most 0.30 % is usual; 0.20 % elsewhere",
      },
      ...sick!.verdict.because,
    ],
    causes: [
      { layer: "resource", name: "dynamodb", share: 0.81 },
      { layer: "service", name: "cart", share: 0.11 },
    ],
  },
  bars: [],
  tail: null,
  byHand: null,
  decisions: [
    {
      at: made.AT,
      event: "tick",
      effects: [{ kind: "publish", id: "publish-3", version: 3 }],
      reasons: [{ code: "step", says: "us-east-1: 7.2 % out, to us-east-2" }],
      evidence: sick!.verdict,
    },
    {
      at: made.AT - 2000,
      event: "order",
      by: "ana",
      effects: [{ kind: "scale", id: "scale-2", location: "us-east-2", targetRps: 42 }],
      reasons: [
        { code: "canary", says: "us-east-1: 3.4 % out" },
        { code: "grow", says: "us-east-2 grows from 30 to 42 rps" },
      ],
      evidence: sick!.verdict,
    },
    {
      at: made.AT - 9000,
      event: "tick",
      effects: [],
      reasons: [{ code: "receiver-not-ready", says: "214 rps wait for receivers that are not ready" }],
      evidence: null,
    },
  ],
  words: [{ at: made.AT, level: "change", what: "us-east-1 is leaving", notDoing: "EDITOR stays" }],
};

const seen = { lookedAt: made.AT, failedLooks: 0, looks: 10, failures: 0, lossNats: 0, grayNats: 0 };
const detail: LocationDetail = {
  view: sick!,
  own: {
    ...summaryOf("us-east-1", { seq: 1, at: made.AT }).own,
    rates: [
      { service: "cart", bad: 3, total: 80, logMs: 2 },
      { service: "search", bad: 0, total: 40, logMs: Math.log(12) },
      { service: "opensearch", bad: 0, total: 40, logMs: null },
    ],
    deploys: [{ service: "cart", version: "2026.11.23-3", at: made.AT - 3_600_000 }],
  },
  seenBy: {
    "us-east-2": { ...seen, failures: 3, failedLooks: 2, lossNats: 4.5 },
    "eu-west-1": seen,
    "us-west-2": { ...seen, lookedAt: made.AT - 40_000 },
  },
};

const plain = (line: Line): string => partsOf(line).map(textOf).join("");
const shown = (answer: Why, around = true): string[] =>
  whyLines(answer, world, around ? { detail, view: made.brownoutLeft } : null).map(plain);

test("what it is given no more of stands under the verdict", () => {
  const bar = { condition: "replica", location: "us-east-1", classes: ["public"], buckets: null } as const;
  const lines = shown({ ...why, bars: [{ ...bar, because: "unknown", says: "no answer in time" }] });
  expect(lines).toContain("  Gets no more PUBLIC, by replica: it can't be told: no answer in time");
});

test("evidence stands by layer, users first and the provider last, with now, usual and elsewhere, and the cause is marked", () => {
  const lines = shown(why);
  expect(lines.slice(0, 5)).toEqual([
    "us-east-1: draining, failing",
    "  Certain  yes: 22.2 nats of 20.0 (no promise: without a day of its own past)",
    "  Cause    dynamodb (resource), 81 % of the evidence; then cart 11 %",
    "  Users    3.4 % hurt beyond the usual",
    "  Scope    location, so: leave",
  ]);
  const begins = lines.indexOf("Users and journeys");
  expect(lines.slice(begins, lines.indexOf("", begins)).map((line) => line.replaceAll(/ {2,}/g, "  "))).toEqual([
    "Users and journeys",
    "  edge, as users tell  8.8 nats  3.1 % of requests fail  at most 0.30 % is usual  0.20 % elsewhere",
    "  users  3.4 % of requests are hurt beyond the usual",
    "  buy  can't do without dynamodb, cart",
    "Edge",
    "  nothing unusual",
    "Services",
    "  cart  12.1 nats  3.4 % of requests fail  at most 0.20 % is usual  0.02 % elsewhere  <- perhaps, 11 % of the evidence",
    "  others as usual: search (0 of 40 fail, 12 ms)",
    "Resources",
    "  dynamodb  9.4 nats  41.0 ms typical  4.20 ms is usual  x9.10 against the others  <- likely cause, 81 % of the evidence",
    "  others as usual: opensearch (0 of 40 fail)",
    "Provider",
    "  aws  1 of 6 of its locations are unwell  0 of 3 elsewhere",
  ]);
});

test("how others see it: who sees it well is counted, who does not is told", () => {
  expect(shown(why)).toEqual(
    expect.arrayContaining([
      "Deploys: cart 2026.11.23-3 at 02:12:41",
      "Seen by others: 1 of 3 see it well",
      "  us-east-2: 3 of 10 looks failed in 10 s, the last 2 in a row, 4.5 nats that it is lost",
      "  us-west-2: has not looked for 40 s, 0 of 10 looks failed in 10 s",
    ]),
  );
});

test("what was done, by whom, on which evidence, told once; and what was not done, with its reason", () => {
  const lines = shown(why);
  const done = lines.indexOf("Done, newest first");
  expect(lines.slice(done + 1, done + 9)).toEqual([
    "  03:12:41  us-east-1: 7.2 % out, to us-east-2  (step)",
    "            -> table 3",
    "            on 22.2 nats of 20.0, failing; cause dynamodb 81 %",
    "            cart requests: 3.4 % of requests fail; at most 0.20 % is usual; 0.02 % elsewhere",
    "            dynamodb latency: 41.0 ms typical; 4.20 ms is usual; x9.10 against the others",
    "  03:12:39  us-east-1: 3.4 % out  (canary, ordered by ana)",
    "            us-east-2 grows from 30 to 42 rps  (grow)",
    "            -> us-east-2 to 42 rps",
  ]);
  const left = lines.indexOf("Not done, or only seen, newest first");
  expect(left).toBeGreaterThan(done);
  expect(lines[left + 1]).toBe("  03:12:32  214 rps wait for receivers that are not ready  (receiver-not-ready)");
  expect(lines.slice(-2)).toEqual(["  03:12:41  us-east-1 is leaving", "            not doing: EDITOR stays"]);
});

test("a past moment has its evidence, and says what is not kept; before that nothing was noted", () => {
  const past = shown({ ...why, at: made.AT - 60_000 }, false);
  expect(past[0]).toBe("us-east-1 at 03:11:41: draining, failing");
  expect(past.join("\n")).toContain("12.1 nats");
  expect(past.join("\n")).not.toContain("Seen by others");
  expect(past.at(-1)).toContain("are of now only");
  expect(shown({ ...why, at: made.AT, verdict: null }, false)).toEqual([
    "us-east-1 at 03:12:41: nothing had been noted by then",
  ]);
});

test("a place that is well has little to tell; a cause that nobody measured is told by those who share it", () => {
  const well = shown({ ...why, verdict: made.place("us-east-1").verdict, state: "serving", decisions: [], words: [] });
  expect(well.slice(0, 3)).toEqual([
    "us-east-1: serving, healthy",
    "  Certain  no: 0.0 nats of 20.0 (no promise: without a day of its own past)",
    "",
  ]);
  const shared = {
    ...why.verdict!,
    because: [],
    causes: [{ layer: "resource" as const, name: "dynamodb", share: 0.6 }],
  };
  expect(shown({ ...why, verdict: shared }).find((line) => line.includes("<- likely"))).toMatch(
    /^ {2}dynamodb +those that share it are unwell +<- likely cause, 60 %/,
  );
});

test("a sentence about the scope stands with the verdict, not among the evidence", () => {
  const says = "9 of 9 locations are worse than usual at the same time, since checkout -4 arrived; moving can't help";
  const verdict = {
    ...why.verdict!,
    scope: "deploy" as const,
    because: [{ service: "edge", signal: "scope", nats: 0, says }],
  };
  const lines = shown({ ...why, verdict });
  expect(lines.indexOf(`           ${says}`)).toBeLessThan(lines.indexOf("Users and journeys"));
  expect(lines[lines.indexOf("Edge") + 1]).toBe("  nothing unusual");
});

test("what would have been enough and what would change the verdict stand with it", () => {
  const verdict = {
    ...why.verdict!,
    because: [],
    sufficient: { facts: [], nats: 20.4, says: "This alone would have been enough: cart failing (20.4 nats of 20.0)" },
    wouldChange: [
      { to: "location" as const, says: "one place more sickening without cart v4" },
      { to: "healthy" as const, nats: 5, says: "5.0 nats of proof that cart is well" },
    ],
  };
  const lines = shown({ ...why, verdict });
  expect(lines.slice(4, lines.indexOf(""))).toEqual([
    "  Scope    location, so: leave",
    "  Enough   This alone would have been enough: cart failing (20.4 nats of 20.0)",
    "  Changes  to location: one place more sickening without cart v4",
    "           to healthy: 5.0 nats of proof that cart is well",
  ]);
});

test("what was set aside is told beside the verdict, of the well as of the ill", () => {
  const says = "set aside: billing's clock is 3,600 s ahead; cart's counter went backwards twice (reset)";
  const because = [{ service: "edge", signal: "set-aside", nats: 0, says }];
  const lines = shown({ ...why, verdict: { ...made.place("us-east-1").verdict, because }, state: "serving" });
  expect(lines[2]).toBe(`           ${says}`);
  expect(lines[lines.indexOf("Edge") + 1]).toBe("  nothing unusual");
});
