import * as fc from "fast-check";
import { expect, test } from "vitest";
import { scaler } from "./capacity.ts";
import { faultRoom, WORLD_FAULTS, type FaultHooks } from "./faults.ts";

function room(over: Partial<FaultHooks> = {}) {
  const versions = new Map<string, string | null>();
  let refusing = false;
  const faults = faultRoom({
    services: ["web", "catalog", "cart", "checkout", "dynamodb", "cache"],
    store: "dynamodb",
    locations: ["us-east-1", "us-east-2"],
    homeOf: (zone) => (zone === "us-northeast" ? "us-east-1" : "us-east-2"),
    servedRps: () => 100,
    setVersion: (service, version) => versions.set(service, version),
    setRefusing: (next) => (refusing = next),
    chance: () => 0,
    ...over,
  });
  return { faults, versions, refusing: () => refusing };
}

test("a brownout goes from nothing to ten times slower and a tenth failing, linear over 180 s, in the store alone", () => {
  const { faults } = room();
  expect(faults.inject({ name: "provider-brownout" }, 0)).toBeNull();
  const course = [0, 18, 90, 180, 400].map((second) => faults.effect("dynamodb", second * 1000));
  expect(course.map(({ factor }) => factor)).toEqual([1, 1.9, 5.5, 10, 10]);
  expect(course.map(({ failShare }) => Math.round(failShare * 1000) / 1000)).toEqual([0, 0.01, 0.05, 0.1, 0.1]);
  expect(faults.effect("cart", 180_000)).toEqual({ extraMs: 0, factor: 1, failShare: 0 });
  faults.clear();
  expect(faults.effect("dynamodb", 180_000)).toEqual({ extraMs: 0, factor: 1, failShare: 0 });
});

test("services and share are honoured; faults of different names add up", () => {
  const { faults } = room();
  faults.inject({ name: "gray", services: ["cart"], share: 0.5 }, 0);
  faults.inject({ name: "slow", services: ["cart", "web"], extraMs: 700 }, 0);
  expect(faults.effect("cart", 1)).toEqual({ extraMs: 700, factor: 1, failShare: 0.5 });
  expect(faults.effect("web", 1)).toEqual({ extraMs: 700, factor: 1, failShare: 0 });
  expect(faults.effect("catalog", 1)).toEqual({ extraMs: 0, factor: 1, failShare: 0 });
  faults.inject({ name: "bad-deploy" }, 0);
  expect(faults.effect("cart", 1).failShare).toBeCloseTo(1 - 0.5 * 0.82);
});

test("a bad deploy shows its version until it is cleared", () => {
  const { faults, versions } = room();
  faults.inject({ name: "bad-deploy" }, 0);
  expect([...versions]).toEqual([
    ["cart", "2026.11.23-2"],
    ["checkout", "2026.11.23-2"],
  ]);
  faults.clear();
  expect([...versions.values()]).toEqual([null, null]);
});

test("a receiver is slow by what its load grew, and no longer when it is gone", () => {
  let servedRps = 100;
  const { faults } = room({ servedRps: () => servedRps });
  faults.inject({ name: "receiver-slow" }, 0);
  const delays = [100, 110, 130, 150, 300, 100].map((rps) => {
    servedRps = rps;
    return Math.round(faults.effect("cart", 1).extraMs);
  });
  expect(delays).toEqual([0, 0, 1000, 2000, 2000, 0]);
});

test("a poisonous tenant costs much and makes the place sick, wherever it is served; others' requests don't, and time heals", () => {
  const { faults } = room();
  faults.inject({ name: "poison-tenant", bucket: "2a" }, 0);
  const tenant = { class: "public", bucket: 0x2a, zone: "us-northeast" };
  expect(faults.costOf({ ...tenant, bucket: 1 }, 0)).toBe(1);
  expect(faults.costOf({ ...tenant, zone: "elsewhere" }, 0)).toBe(1);
  expect(faults.effect("cart", 0).failShare).toBe(0);
  for (let each = 0; each < 10; each++) expect(faults.costOf(tenant, each * 10)).toBe(8);
  expect(faults.poisons(tenant)).toBe(0.8);
  expect(faults.effect("cart", 100).failShare).toBeGreaterThan(0.3);
  expect(faults.effect("cart", 30_000).failShare).toBeLessThan(0.01);
});

test("probes fail one at a time", () => {
  const { faults } = room();
  expect(faults.probeFails(10_000)).toBe(false);
  faults.inject({ name: "flap" }, 10_000);
  const failed = Array.from({ length: 100 }, (_, tenth) => faults.probeFails(10_000 + tenth * 100)).filter(Boolean);
  expect(failed).toHaveLength(5);
});

test("a cut names who can't be reached; an order that makes no sense is answered with the fix and changes nothing", () => {
  const { faults } = room();
  faults.inject({ name: "cut", unreachable: ["us-east-2", "houston"] }, 0);
  expect([faults.isCut("us-east-2"), faults.isCut("us-east-1")]).toEqual([true, false]);
  faults.clear();
  for (const [order, code] of [
    [{ name: "grey" }, "unknown-fault"],
    [{ name: "gray", services: ["carts"] }, "unknown-service"],
    [{ name: "gray", share: 20 }, "bad-share"],
    [null, "unknown-fault"],
    ["gray", "unknown-fault"],
  ] as const) {
    expect(faults.inject(order, 0)).toMatchObject({ code, hint: expect.stringMatching(/./) as string });
  }
  expect(faults.names()).toEqual([]);
  fc.assert(
    fc.property(
      fc.constantFrom(...WORLD_FAULTS),
      fc.dictionary(fc.constantFrom("share", "services", "bucket", "factor", "unreachable"), fc.anything()),
      (name, settings) => {
        const { faults: any } = room();
        any.inject({ ...settings, name }, 0);
        const { failShare, factor, extraMs } = any.effect("cart", 1000);
        expect(failShare >= 0 && failShare <= 1 && factor >= 0 && extraMs >= 0).toBe(true);
      },
    ),
  );
});

test("capacity grows after a delay and steadily, never past what there is, and a refusal is known from then on", () => {
  const scale = scaler("us-east-1", { capacityRps: 300, readyRps: 100, growRpsPerSecond: 50, growDelayMs: 1000 });
  expect(scale.scaleTo(200, 0)).toBe("accepted");
  expect([0, 1000, 2000, 3000, 9000].map((at) => scale.readyRps(at))).toEqual([100, 100, 150, 200, 200]);
  expect(scale.scaleTo(1000, 9000)).toBe("accepted");
  expect([10_000, 11_000, 20_000].map((at) => scale.readyRps(at))).toEqual([200, 250, 300]);
  scale.setRefusing(true);
  expect(scale.scaleTo(150, 20_000)).toBe("accepted");
  expect([30_000, 42_000, 60_000].map((at) => scale.readyRps(at))).toEqual([300, 200, 150]);
  expect(scale.scaleTo(200, 60_000)).toBe("quota");
  expect(scale.capacity(60_000)).toEqual({ at: 60_000, location: "us-east-1", capacityRps: 150, readyRps: 150 });
  scale.setRefusing(false);
  expect(scale.capacity(60_000).capacityRps).toBe(300);
  // A second wish while machines are on their way does not begin the wait anew.
  expect(scale.scaleTo(200, 60_000)).toBe("accepted");
  expect(scale.scaleTo(250, 60_900)).toBe("accepted");
  expect(scale.readyRps(62_000)).toBe(200);
});
