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
    zones: ["us-northeast", "us-southeast"],
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

test("a leak makes requests slower from the start and fail from half of its way on, linear over 30 min or what is said", () => {
  const { faults } = room();
  faults.inject({ name: "leak" }, 0);
  const course = [0, 450, 900, 1350, 1800, 9000].map((second) => faults.effect("cart", second * 1000));
  expect(course.map(({ extraMs }) => extraMs)).toEqual([0, 150, 300, 450, 600, 600]);
  expect(course.map(({ failShare }) => Math.round(failShare * 1000) / 1000)).toEqual([0, 0, 0, 0.1, 0.2, 0.2]);
  expect(faults.effect("dynamodb", 1_800_000)).toEqual({ extraMs: 0, factor: 1, failShare: 0 });
  faults.inject({ name: "leak", rampSeconds: 300, share: 0.5, services: ["web"] }, 0);
  expect(faults.effect("web", 225_000)).toEqual({ extraMs: 450, factor: 1, failShare: 0.25 });
});

test("noise comes in bursts of one to two seconds, ten to thirty apart, and is gone when it is cleared", () => {
  let drawn = 0;
  // Every tenth of the way from the least to the most, in turn.
  const { faults } = room({ chance: () => (drawn++ % 11) / 10 });
  const fails = (tenth: number): boolean => faults.effect("cart", tenth * 100).failShare > 0;
  faults.inject({ name: "noise" }, 0);
  const isOn = Array.from({ length: 3000 }, (_, tenth) => fails(tenth));
  const turns = isOn.flatMap((on, tenth) => (on === (isOn[tenth - 1] ?? false) ? [] : [tenth]));
  const lasted = turns.map((turn, index) => (turn - (turns[index - 1] ?? 0)) / 10);
  const pauses = lasted.filter((_, index) => index % 2 === 0);
  const bursts = lasted.filter((_, index) => index % 2 === 1);
  expect(bursts.length).toBeGreaterThan(10);
  // One look more or less, for it is looked at each tenth of a second.
  expect([Math.min(...pauses), Math.max(...pauses)].map(Math.round)).toEqual([10, 30]);
  expect([Math.min(...bursts), Math.max(...bursts)].map(Math.round)).toEqual([1, 2]);
  const during = turns[0]! * 100;
  faults.clear();
  expect(faults.effect("cart", during).failShare).toBe(0);
});

test("a burst of noise fails a tenth of some services' requests and makes all of them later", () => {
  const { faults } = room({ chance: () => 0 });
  faults.inject({ name: "noise" }, 0);
  expect(faults.effect("cart", 0)).toEqual({ extraMs: 0, factor: 1, failShare: 0 });
  const { failShare, ...late } = faults.effect("cart", 10_500);
  expect([failShare, late]).toEqual([expect.closeTo(0.1), { extraMs: 200, factor: 1 }]);
  expect(faults.effect("web", 10_500)).toEqual({ extraMs: 0, factor: 1, failShare: 0 });
});

test("on an ill path what is lost is sent again, twice as late each time, for the zones that are named alone", () => {
  const draws = [0.1, 0.1, 0.9, 0.1, 0.9];
  const { faults } = room({ chance: () => draws.shift() ?? 0.9 });
  expect(faults.pathDelayMs("us-southeast")).toBe(0);
  faults.inject({ name: "path", zones: ["us-southeast"] }, 0);
  expect(faults.pathDelayMs("us-northeast")).toBe(0);
  // Lost twice on the way there, once on the way back.
  expect(faults.pathDelayMs("us-southeast")).toBe(600 + 200);
  expect(faults.pathDelayMs("us-southeast")).toBe(0);
  const { faults: dead } = room({ chance: () => 0 });
  dead.inject({ name: "path", zones: ["us-southeast"], share: 1 }, 0);
  expect(dead.pathDelayMs("us-southeast")).toBe(12_400);
  dead.clear();
  expect(dead.pathDelayMs("us-southeast")).toBe(0);
});

test("a path of half losses costs its users about one request in eight within 3 s", () => {
  let seed = 1;
  const { faults } = room({ chance: () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647 });
  faults.inject({ name: "path", zones: ["us-southeast"] }, 0);
  const late = Array.from({ length: 20_000 }, () => faults.pathDelayMs("us-southeast")).filter((ms) => ms >= 2900);
  expect(late.length / 20_000).toBeCloseTo(0.121, 2);
});

test("slower is a share of each request's own time, and of no service's", () => {
  const { faults } = room();
  expect(faults.slowerShare()).toBe(0);
  faults.inject({ name: "slower" }, 0);
  expect([faults.slowerShare(), faults.effect("cart", 1)]).toEqual([0.3, { extraMs: 0, factor: 1, failShare: 0 }]);
  faults.clear();
  expect(faults.slowerShare()).toBe(0);
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
    [{ name: "path" }, "unknown-zone"],
    [{ name: "path", zones: ["us-southwest"] }, "unknown-zone"],
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
