import { array, assert, asyncProperty, constantFrom, integer, record } from "fast-check";
import { afterEach, expect, test, vi } from "vitest";
import type { Outcome } from "../../core/control-contract.ts";
import { limitedScale } from "./limited.ts";
import type { ScaledLocation, ScaleLimits } from "./limits.ts";
import type { Machines, MachinesDone, MachinesProblem, MachinesSeen } from "./machines.ts";
import { NO_LIMITS, placeOf } from "./scaled-rig.testing.ts";

const never = new AbortController().signal;
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Time that passes by word alone. */
function madeTime(): void {
  vi.useFakeTimers();
  vi.spyOn(AbortSignal, "timeout").mockImplementation((ms) => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(), ms);
    return abort.signal;
  });
}

/** Machines in memory: growth comes when the test says so. */
function madeMachines(name = "web") {
  const state = { floor: 10, ready: 10, most: 40, quota: undefined as string | undefined };
  const calls: string[] = [];
  let problem: MachinesProblem | null = null;
  let gate: Promise<void> = Promise.resolve();
  const machines: Machines = {
    name,
    async look(): Promise<MachinesSeen | MachinesProblem> {
      calls.push("look");
      await gate;
      const { quota, ...seen } = state;
      return problem ?? { kind: "seen", ...seen, ...(quota !== undefined && { quota }) };
    },
    async ask(replicas, signal): Promise<MachinesDone | MachinesProblem> {
      if (signal.aborted) return { kind: "retry", code: "timeout", says: "no answer in time" };
      calls.push(`ask ${replicas}`);
      await Promise.resolve();
      if (problem !== null) return problem;
      state.floor = replicas;
      return { kind: "done" };
    },
  };
  return {
    machines,
    state,
    calls,
    asked: () => calls.filter((call) => call.startsWith("ask")),
    setProblem: (next: MachinesProblem | null) => void (problem = next),
    /** Until it is opened no look is answered. */
    close() {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      return resolve;
    },
  };
}

function made(options: {
  readonly locations: Readonly<Record<string, ScaledLocation>>;
  readonly limits?: Partial<ScaleLimits>;
}) {
  let at = 1_000_000;
  const driver = limitedScale({
    name: "made",
    locations: options.locations,
    limits: { ...NO_LIMITS, ...options.limits },
    now: () => at,
  });
  return {
    driver,
    pass: (ms: number) => void (at += ms),
    scale: (targetRps: number, location = "east"): Promise<Outcome> => driver.scale({ location, targetRps }, never),
    look: (location = "east") => driver.look(location, never),
  };
}

test("a dry run looks, asks nobody, and says what it would ask", async () => {
  const web = madeMachines();
  const { scale } = made({ locations: { east: placeOf(web.machines) }, limits: { dryRun: true } });
  expect(await scale(200)).toEqual({
    kind: "refused",
    code: "dry-run",
    says: "nobody was asked: web 10 -> 20 replicas",
  });
  expect(await scale(100), "what is so already").toEqual({ kind: "done" });
  expect(web.asked()).toEqual([]);
});

test("a large wish is asked for a step at a time", async () => {
  const web = madeMachines();
  const { scale } = made({ locations: { east: placeOf(web.machines, { maxStepReplicas: 8 }) } });
  expect(await scale(300)).toEqual({ kind: "done", says: "web 10 -> 18 of 30 replicas" });
  await scale(300);
  await scale(300);
  expect(await scale(300), "all of it is asked for").toEqual({ kind: "done" });
  expect(web.asked()).toEqual(["ask 18", "ask 26", "ask 30"]);
  await scale(0);
  expect(web.asked().at(-1), "down it goes at once, to its rest").toBe("ask 10");
});

test("no target that is no number, and no maximum that was lowered, is an order to shrink", async () => {
  const web = madeMachines();
  const { scale } = made({ locations: { east: placeOf(web.machines) } });
  for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, -1]) {
    expect(await scale(wrong)).toMatchObject({ kind: "refused", code: "refused" });
  }
  Object.assign(web.state, { floor: 20, ready: 20, most: 5 });
  expect(await scale(300)).toMatchObject({ kind: "refused", code: "quota" });
  expect(web.asked()).toEqual([]);
});

test("an order for more than is ready lowers no floor, of no part: what is down is to come back", async () => {
  const [web, cart] = [madeMachines("web"), madeMachines("cart")];
  const rest = { maxReplicas: 200 };
  const parts = [...placeOf(web.machines, rest).parts, ...placeOf(cart.machines, rest).parts];
  const { scale } = made({ locations: { east: { ...placeOf(web.machines), parts } } });
  Object.assign(web.state, { floor: 100, ready: 40, most: 200 });
  Object.assign(cart.state, { floor: 90, ready: 90, most: 200 });
  expect(await scale(462)).toEqual({ kind: "done" });
  expect([web.asked(), cart.asked()], "47 replicas are wanted").toEqual([[], []]);
  expect(await scale(1200)).toMatchObject({ kind: "done", says: "web 100 -> 120 replicas, cart 90 -> 120 replicas" });
  web.state.ready = 60;
  expect(await scale(462), "what is ready is more than enough").toMatchObject({ kind: "done" });
  expect([web.state.floor, cart.state.floor]).toEqual([47, 47]);
});

test("a request needs all parts of a location: each grows by its own measure, and the least ready is what it can take", async () => {
  const [web, cart] = [madeMachines("web"), madeMachines("cart")];
  const location: ScaledLocation = {
    ...placeOf(web.machines),
    parts: [
      ...placeOf(web.machines).parts,
      ...placeOf(cart.machines, { rpsPerReplica: 25, restReplicas: 4, maxReplicas: 20 }).parts,
    ],
  };
  Object.assign(cart.state, { floor: 4, ready: 3 });
  const { scale, look } = made({ locations: { east: location } });
  expect(await look()).toMatchObject({
    kind: "seen",
    capacity: { location: "east", readyRps: 75, capacityRps: 400 },
    says: "web: 10 ready, floor 10, at most 40; cart: 3 ready, floor 4, at most 20",
  });
  await scale(190);
  expect([web.asked(), cart.asked()]).toEqual([["ask 19"], ["ask 8"]]);
});

test("money: growth stops at the maximum, all locations together, and nothing is given back for want of it", async () => {
  const [east, west] = [madeMachines("east"), madeMachines("west")];
  const locations = {
    east: placeOf(east.machines, { costPerReplicaHour: 2 }),
    west: placeOf(west.machines, { costPerReplicaHour: 1 }),
  };
  const { scale } = made({ locations, limits: { maxAddedCostPerHour: 12 } });
  expect(await scale(140, "east")).toMatchObject({ kind: "done" });
  expect(await scale(300, "west"), "8 of 12 are spent").toEqual({ kind: "done", says: "west 10 -> 14 of 30 replicas" });
  expect(await scale(300, "west")).toMatchObject({ kind: "refused", code: "cost" });
  // A new driver knows by looking.
  const again = made({ locations, limits: { maxAddedCostPerHour: 12 } });
  expect(await again.scale(150, "east")).toMatchObject({ kind: "refused", code: "cost" });
  await again.scale(100, "west");
  expect(await again.scale(150, "east")).toMatchObject({ kind: "done" });
  expect([east.state.floor, west.state.floor]).toEqual([15, 10]);
});

test("whatever is ordered at once, floors never add more money than the maximum", async () => {
  const order = record({ location: constantFrom("a", "b", "c"), targetRps: integer({ min: 0, max: 500 }) });
  await assert(
    asyncProperty(array(array(order, { maxLength: 4 }), { maxLength: 8 }), async (rounds) => {
      const all = { a: madeMachines("a"), b: madeMachines("b"), c: madeMachines("c") };
      const cost = { a: 1, b: 2.5, c: 0.4 };
      const names = ["a", "b", "c"] as const;
      const locations = Object.fromEntries(
        names.map((name) => [name, placeOf(all[name].machines, { costPerReplicaHour: cost[name] })]),
      );
      const { scale } = made({ locations, limits: { maxAddedCostPerHour: 20 } });
      for (const round of rounds) {
        await Promise.all(round.map(({ location, targetRps }) => scale(targetRps, location)));
        const added = names.reduce((sum, name) => sum + (all[name].state.floor - 10) * cost[name], 0);
        expect(added).toBeLessThanOrEqual(20 + 1e-9);
      }
    }),
  );
});

test("a provider that asks for patience gets it; one that fails is asked ever more seldom, and anew when it answers", async () => {
  const web = madeMachines();
  const { scale, pass } = made({ locations: { east: placeOf(web.machines) } });
  web.setProblem({ kind: "retry", code: "throttled", says: "Rate exceeded", afterMs: 7000 });
  expect(await scale(200)).toMatchObject({ kind: "retry", code: "throttled", says: "web: Rate exceeded" });
  const calls = web.calls.length;
  pass(6000);
  expect(await scale(200)).toMatchObject({ kind: "retry", says: "not asked again for 1 s: web: Rate exceeded" });
  expect(web.calls).toHaveLength(calls);
  web.setProblem({ kind: "retry", code: "provider-fault", says: "HTTP 500" });
  const waited: number[] = [];
  for (let failures = 0; failures < 9; failures += 1) {
    let seconds = 0;
    const before = web.calls.length;
    for (; web.calls.length === before; seconds += 1) {
      pass(1000);
      await scale(200);
    }
    waited.push(seconds);
  }
  expect(waited).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  web.setProblem(null);
  pass(60_000);
  expect(await scale(200)).toMatchObject({ kind: "done" });
  expect(web.state.floor).toBe(20);
});

test("a look waits as patiently as an order, and neither holds up the other", async () => {
  const web = madeMachines();
  const { scale, look, pass } = made({ locations: { east: placeOf(web.machines) } });
  web.setProblem({ kind: "retry", code: "throttled", says: "Rate exceeded", afterMs: 7000 });
  expect(await look()).toMatchObject({ kind: "retry", code: "throttled", says: "web: Rate exceeded" });
  web.setProblem(null);
  expect(await look()).toMatchObject({ kind: "retry", code: "throttled" });
  expect(web.calls).toEqual(["look"]);
  expect(await scale(200)).toMatchObject({ kind: "done" });
  pass(7000);
  expect(await look()).toMatchObject({ kind: "seen" });
});

test("no more is asked in a minute than is allowed", async () => {
  const web = madeMachines();
  const { scale, pass } = made({ locations: { east: placeOf(web.machines) }, limits: { asksPerMinute: 2 } });
  await scale(110);
  await scale(120);
  expect(await scale(130)).toMatchObject({ kind: "retry", code: "too-soon" });
  expect(await scale(120), "what is so already costs nothing").toEqual({ kind: "done" });
  pass(60_000);
  expect(await scale(130)).toMatchObject({ kind: "done" });
  expect(web.asked()).toEqual(["ask 11", "ask 12", "ask 13"]);
});

test("growth that does not come in its time is late, and is no capacity until it has come", async () => {
  const web = madeMachines();
  const { scale, look, pass } = made({ locations: { east: placeOf(web.machines) } });
  await scale(200);
  pass(60_000);
  expect(await scale(200)).toEqual({ kind: "done" });
  expect(await look()).toMatchObject({ capacity: { readyRps: 100, capacityRps: 400 } });
  pass(1);
  expect(await scale(200)).toEqual({
    kind: "retry",
    code: "late",
    says: "web: 10 of 20 replicas are ready 60 s after they were asked for",
  });
  expect(await look()).toMatchObject({ capacity: { readyRps: 100, capacityRps: 100 } });
  web.state.ready = 20;
  expect(await scale(200)).toEqual({ kind: "done" });
  expect(await look()).toMatchObject({ capacity: { readyRps: 200, capacityRps: 400 } });
});

test("a quota that shows only in the state refuses growth and is no capacity for two minutes", async () => {
  const web = madeMachines();
  const { scale, look, pass } = made({ locations: { east: placeOf(web.machines) } });
  await scale(200);
  Object.assign(web.state, { ready: 13, quota: "vCPU limit of 32" });
  expect(await scale(300)).toEqual({ kind: "refused", code: "quota", says: "web: vCPU limit of 32" });
  expect(web.asked()).toEqual(["ask 20"]);
  expect(await scale(150), "nor is less asked for than may still come").toMatchObject({
    kind: "refused",
    code: "quota",
  });
  expect(await scale(130), "what is there may be all").toMatchObject({ kind: "done", says: "web 20 -> 13 replicas" });
  web.state.quota = undefined;
  expect(await look()).toMatchObject({ capacity: { readyRps: 130, capacityRps: 130 } });
  pass(119_999);
  expect(await look()).toMatchObject({ capacity: { readyRps: 130, capacityRps: 130 } });
  pass(1);
  expect(await look()).toMatchObject({ capacity: { readyRps: 130, capacityRps: 400 } });
});

test("one order is under way and one waits: the newest, and the same one is the same work", async () => {
  const web = madeMachines();
  const { scale } = made({ locations: { east: placeOf(web.machines) } });
  const open = web.close();
  const orders = [scale(150), scale(150), scale(200), scale(250), scale(250)];
  expect(web.calls).toEqual(["look"]);
  open();
  expect((await Promise.all(orders)).map((outcome) => ("code" in outcome ? outcome.code : outcome.kind))).toEqual([
    "done",
    "done",
    "superseded",
    "done",
    "done",
  ]);
  expect(web.asked()).toEqual(["ask 15", "ask 25"]);
});

test("whoever stops waiting stops nothing: the next to ask gets the answer", async () => {
  const web = madeMachines();
  const { scale, driver } = made({ locations: { east: placeOf(web.machines) } });
  const open = web.close();
  const abort = new AbortController();
  const first = driver.scale({ location: "east", targetRps: 200 }, abort.signal);
  abort.abort();
  expect(await first).toMatchObject({ kind: "retry", code: "timeout" });
  const second = scale(200);
  open();
  expect(await second).toMatchObject({ kind: "done", says: "web 10 -> 20 replicas" });
  expect(web.calls).toEqual(["look", "ask 20"]);
});

test("a driver that throws all the same is asked again, and holds up nobody", async () => {
  const web = madeMachines();
  const machines: Machines = {
    ...web.machines,
    look: () => Promise.reject(new Error("a token that must not be said")),
  };
  const { scale } = made({ locations: { east: placeOf(machines) } });
  expect(await Promise.all([scale(200), scale(300)])).toEqual([
    { kind: "retry", code: "bad-answer", says: "the scale driver of east failed" },
    { kind: "retry", code: "bad-answer", says: "the scale driver of east failed" },
  ]);
});

test("machines that heed no signal are left at the end of their time, and hold up no later order and no look", async () => {
  madeTime();
  const web = madeMachines();
  const { scale, look } = made({ locations: { east: placeOf(web.machines) } });
  const open = web.close();
  const [first, second, looked] = [scale(200), scale(300), look()];
  await vi.advanceTimersByTimeAsync(12_000);
  expect(await first).toMatchObject({ kind: "retry", code: "timeout", says: "web: no answer in time" });
  expect(await looked).toMatchObject({ kind: "retry", code: "timeout" });
  expect(await second, "as after any failure").toMatchObject({ kind: "retry", code: "throttled" });
  open();
  await vi.advanceTimersByTimeAsync(0);
  expect(web.asked(), "nobody asks for what was given up").toEqual([]);
});

test("a location whose provider is silent keeps no other from growing, although its costs would count", async () => {
  madeTime();
  const [east, west] = [madeMachines("east"), madeMachines("west")];
  const ownCost = { costPerReplicaHour: 1 };
  west.close();
  const { scale } = made({
    locations: { east: placeOf(east.machines, ownCost), west: placeOf(west.machines, ownCost) },
    limits: { maxAddedCostPerHour: 12 },
  });
  const grown = scale(200, "east");
  await vi.advanceTimersByTimeAsync(12_000);
  expect(await grown).toEqual({ kind: "done", says: "east 10 -> 20 replicas" });
});
