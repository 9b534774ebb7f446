import { expect, test } from "vitest";
import { chunkHomes, chunkIndex } from "../users/chunk-homes.ts";
import { recordRing, type RequestRecord } from "../users/records.ts";
import { tallyRequests, type Tally } from "../users/tally.ts";
import { tenantReport } from "./report-tenant.ts";
import type { DrillSeen } from "./seen.ts";

const FAULT = 1_000_000;
const SECONDS = 90;
const NAMES = ["us-east-1", "us-east-2", "eu-west-1"];
const [HOME, NEXT, FAR] = [0, 1, 2];
const TENANT = 42;

type What = Partial<Pick<RequestRecord, "served" | "outcome">>;

/** Each second ten requests of the home's others, five of the tenant there, two of the tenant's other users and ten others' far away. */
function tallyOf(met: {
  readonly innocent: (second: number, index: number) => What;
  readonly tenant: (second: number) => What;
  readonly next?: (second: number) => What;
}): Tally {
  const homes = chunkHomes(3);
  const chunks = [HOME, FAR, NEXT].flatMap((home, zone) => [
    { zone, bucket: TENANT, home },
    { zone, bucket: 7, home },
  ]);
  for (const { zone, bucket, home } of chunks) homes.learn(chunkIndex({ zone, class: 0, bucket }), home, FAULT - 1000);
  homes.mark(FAULT);
  const ring = recordRing(8192);
  const usual = { class: 0, kind: "page", habit: "obeys", outcome: "ok", ms: 40 } as const;
  for (let second = 0; second < SECONDS; second++) {
    const many = (count: number, record: (index: number) => Omit<RequestRecord, "at">): void => {
      for (let index = 0; index < count; index++)
        ring.add({ at: FAULT + second * 1000 + index * 50, ...record(index) });
    };
    const home = { ...usual, zone: 0, called: HOME, served: HOME };
    many(10, (index) => ({ ...home, bucket: 7, ...met.innocent(second, index) }));
    many(5, () => ({ ...home, bucket: TENANT, kind: "bot", ...met.tenant(second) }));
    many(2, () => ({ ...usual, zone: 1, bucket: TENANT, called: FAR, served: FAR }));
    many(10, () => ({ ...usual, zone: 1, bucket: 7, called: FAR, served: FAR }));
    many(4, () => ({ ...usual, zone: 2, bucket: 7, called: NEXT, served: NEXT, ...met.next?.(second) }));
  }
  const range = { since: FAULT, until: FAULT + SECONDS * 1000 };
  return tallyRequests((each) => ring.forEach(range, each), {
    ...range,
    locations: ["us-east-1"],
    locationNames: NAMES,
    mark: homes.marked(FAULT),
    tenant: TENANT,
    roundTripMs: () => 25,
  });
}

const reportOf = (tally: Tally) =>
  tenantReport({ tally, faultAt: FAULT, locations: ["us-east-1"] } as unknown as DrillSeen);
const ill = (second: number): boolean => second >= 20 && second < 30;
const poisoned = { outcome: "status" } as const;

test("who was hurt, and where the tenant's requests came: the innocent are counted without it", () => {
  const report = reportOf(
    tallyOf({
      innocent: (second, index) => (second >= 8 ? { served: NEXT } : index < 4 ? poisoned : {}),
      tenant: (second) => ({ ...poisoned, served: second >= 12 && second < 15 ? NEXT : HOME }),
    }),
  );
  expect(report).toEqual({
    bucket: TENANT,
    requests: { total: 450, failed: 450 },
    receivers: [{ location: "us-east-2", requests: 15, share: 0.033, firstAt: FAULT + 12_000, lastAt: FAULT + 14_000 }],
    innocent: { total: 900, failed: 32 },
    innocentWellAt: FAULT + 8_000,
    sick: [{ location: "us-east-1", seconds: 12, firstAt: FAULT }],
    bothSickSeconds: 0,
  });
});

test("two at once are the home and one that took its users; a place that is sick by itself is none of our doing", () => {
  const stays = tallyOf({
    innocent: () => poisoned,
    tenant: () => poisoned,
    next: (second) => (ill(second) ? poisoned : {}),
  });
  expect(reportOf(stays)?.sick.map(({ location }) => location)).toEqual(["us-east-1", "us-east-2"]);
  expect(reportOf(stays)?.bothSickSeconds).toBe(0);
  const taken = tallyOf({
    innocent: () => poisoned,
    tenant: (second) => ({ ...poisoned, served: second === 19 ? NEXT : HOME }),
    next: (second) => (ill(second) ? poisoned : {}),
  });
  expect(reportOf(taken)?.bothSickSeconds).toBe(14);
  expect(reportOf(taken)?.innocentWellAt).toBeNull();
});

test("where no tenant is asked about there is nothing to say of one", () => {
  const { tenant: _, ...tally } = tallyOf({ innocent: () => ({}), tenant: () => ({}) });
  expect(reportOf({ ...tally, tenant: null })).toBeNull();
});
