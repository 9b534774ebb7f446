import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SteeringContext } from "../../steering-context.ts";
import { type MadeNameServer, madeNameServer } from "../made-name-server.testing.ts";
import { contextOf, recordConformance, type RecordRig, type RigSettings, tableOf } from "../record-testing.ts";
import { KEY, type MadeNs1, madeNs1 } from "./made-ns1.testing.ts";
import { makeNs1 } from "./make.ts";
import { ns1Shape } from "./shape.ts";

const never = new AbortController().signal;
const ALL_EAST = [[0, 256]] as const;
const ALL_WEST = [[1, 256]] as const;
const HALVES = [
  [0, 128],
  [1, 128],
] as const;
const QUARTER_WEST = [
  [0, 192],
  [1, 64],
] as const;

type Settings = Partial<RigSettings> & {
  readonly answeredBy?: readonly string[];
  readonly bySubnet?: boolean;
  readonly feeds?: Readonly<Record<string, string>>;
};

function startAt(url: string, { wrongKey, closedPort, ...settings }: Settings, context: SteeringContext) {
  return makeNs1(
    ns1Shape.parse({
      kind: "ns1",
      domains: ["example.test"],
      endpoint: closedPort ? "http://127.0.0.1:1/v1" : `${url}/v1`,
      writesPerSecond: 1000,
      ...settings,
    }),
    { ...context, env: { HOUSTON_NS1_KEY: wrongKey ? "another key" : KEY } },
  );
}

async function nameServerOf(ns1: MadeNs1): Promise<MadeNameServer> {
  return madeNameServer((name, type) => {
    const values = ns1.answers(name, type);
    return values.length === 0 ? null : { ttlSeconds: 5, values };
  });
}

async function rigOf(): Promise<RecordRig> {
  const ns1 = await madeNs1();
  const names = await nameServerOf(ns1);
  return {
    domain: "example.test",
    start: async (settings, context) => startAt(ns1.url, { answeredBy: [names.address], ...settings }, context),
    reached: async (name, type) => ns1.answers(name, type),
    text: async (name) => ns1.answers(name, "TXT"),
    serial: async () => ns1.serial(),
    setByHand: async (name, type, value) => ns1.setByHand(name, type, value),
    setTrouble: ns1.setTrouble,
    async stop() {
      expect(ns1.wrong).toEqual([]);
      await names.stop();
      await ns1.stop();
    },
  };
}

recordConformance("NS1", rigOf);

describe("NS1", () => {
  let ns1: MadeNs1;
  beforeAll(async () => {
    ns1 = await madeNs1();
  });
  afterAll(async () => {
    await ns1.stop();
    expect(ns1.wrong).toEqual([]);
  });
  const zoneNames = ["elsewhere", "metro", "land"];
  const subnets = { metro: ["198.18.0.0/16", "2001:db8:1::/48"], land: ["198.19.0.0/16"] };
  const estate = contextOf("any.example.test").estate;
  const zoned: Partial<SteeringContext> = {
    estate: { ...estate, zones: zoneNames.map((name) => ({ ...estate.zones[0]!, name })) },
    subnets,
    otherwise: "elsewhere",
  };
  const zonedTable = {
    ...tableOf(1, HALVES),
    assignment: { public: { elsewhere: HALVES, metro: QUARTER_WEST, land: ALL_WEST } },
  };
  const start = async (owner: string, settings: Settings = {}, change: Partial<SteeringContext> = {}) =>
    (await startAt(ns1.url, { owner, ...settings }, contextOf(`${owner}.example.test`, change))).driver;

  test("each zone is answered by its own weights, told by its subnets, and all others as `otherwise`", async () => {
    const running = await startAt(ns1.url, { owner: "zoned" }, contextOf("zoned.example.test", zoned));
    const { driver } = running;
    expect(await driver.apply(zonedTable, never)).toEqual({ kind: "done", says: "answers split users as planned" });
    const host = "zoned.example.test";
    expect(ns1.weights(host, "198.18.7.7")).toEqual({ "192.0.2.1": 750, "192.0.2.2": 250 });
    expect(ns1.weights(host, "2001:db8:1::7")).toEqual({ "192.0.2.1": 750, "192.0.2.2": 250 });
    expect(ns1.weights(host, "198.19.7.7")).toEqual({ "192.0.2.2": 1000 });
    expect(ns1.weights(host, "203.0.113.7")).toEqual({ "192.0.2.1": 500, "192.0.2.2": 500 });
    const right = (zone: string) => {
      const from = { zone, network: Uint8Array.of(0, 0, 0, 0) };
      return running.told?.rightFor({ host: contextOf(host).hosts[0]!, name: host, from })?.v4;
    };
    expect([right("land"), right("elsewhere")]).toEqual([["192.0.2.2"], ["192.0.2.1", "192.0.2.2"]]);
    expect(ns1.records.get(`${host} A`)).toMatchObject({
      use_client_subnet: true,
      filters: [
        { filter: "netfence_prefix", config: { remove_no_ip_prefixes: true } },
        { filter: "weighted_sticky", config: { sticky_by_network: true } },
        { filter: "select_first_n", config: { N: 1 } },
      ],
    });
  });

  test("with `bySubnet: false` all users are answered alike", async () => {
    const driver = await start("alike", { bySubnet: false }, zoned);
    expect(await driver.apply(zonedTable, never)).toMatchObject({ kind: "done" });
    expect(ns1.weights("alike.example.test", "198.19.7.7")).toEqual({ "192.0.2.1": 417, "192.0.2.2": 583 });
  });

  test("a location with a feed is left out by NS1 when its monitor says so", async () => {
    const driver = await start("fed", { feeds: { east: "feed1" } });
    expect(await driver.apply(tableOf(1, HALVES), never)).toMatchObject({ kind: "done" });
    const record = ns1.records.get("fed.example.test A")!;
    expect(record.filters[0]).toEqual({ filter: "up", config: {} });
    expect(record.answers.map(({ answer, meta }) => [answer[0], meta?.up])).toEqual([
      ["192.0.2.1", { feed: "feed1" }],
      ["192.0.2.2", true],
    ]);
    const serial = ns1.serial();
    expect(await driver.apply(tableOf(1, HALVES), never)).toMatchObject({ kind: "done" });
    expect(ns1.serial()).toBe(serial);
  });

  test("a change that ends in the middle is gone on with, by another Houston and a newer table as well", async () => {
    await (await start("half")).apply(tableOf(1, ALL_EAST), never);
    // The note, and one of two records.
    ns1.setWritesLeft(2);
    const cut = await (await start("half")).apply(tableOf(2, ALL_WEST), never);
    expect(cut).toMatchObject({ kind: "retry", code: "provider-fault" });
    expect(ns1.answers("half.example.test", "A")).not.toEqual(
      ns1.answers("half.example.test", "AAAA").map((each) => each.replace("2001:db8::", "192.0.2.")),
    );
    ns1.setWritesLeft(null);
    const restarted = await startAt(ns1.url, { owner: "half" }, contextOf("half.example.test"));
    expect(restarted.version(), "what is half done is no version that is answered from").toBeNull();
    expect(await restarted.driver.apply(tableOf(1, ALL_EAST), never)).toMatchObject({ code: "table-not-newer" });
    expect(await restarted.driver.apply(tableOf(3, HALVES), never)).toMatchObject({ kind: "done" });
    expect(ns1.answers("half.example.test", "A")).toEqual(["192.0.2.1", "192.0.2.2"]);
    expect(ns1.answers("_houston-half.example.test", "TXT")).toHaveLength(1);
  });

  test("what somebody changed in what was left half done is a conflict", async () => {
    await (await start("torn")).apply(tableOf(1, ALL_EAST), never);
    ns1.setWritesLeft(2);
    await (await start("torn")).apply(tableOf(2, ALL_WEST), never);
    ns1.setWritesLeft(null);
    ns1.setByHand("torn.example.test", "A", "192.0.2.66");
    expect(await (await start("torn")).apply(tableOf(2, ALL_WEST), never)).toMatchObject({ code: "foreign-records" });
    expect(ns1.answers("torn.example.test", "A")).toEqual(["192.0.2.66"]);
  });

  test("a record that somebody made by hand is shown with its filters, and can be given away", async () => {
    ns1.setByHand("fancy.example.test", "A", "192.0.2.80");
    const record = ns1.records.get("fancy.example.test A")!;
    ns1.records.set("fancy.example.test A", { ...record, filters: [{ filter: "select_first_n", config: { N: 1 } }] });
    const refusal = await (await start("fancy")).apply(tableOf(1, HALVES), never);
    expect(refusal).toMatchObject({ kind: "refused", code: "foreign-records" });
    expect(refusal.says).toContain("192.0.2.80");
    const takeOver = /takeOver: ([0-9a-f]{12})/.exec(refusal.says ?? "")![1]!;
    expect(await (await start("fancy", { takeOver })).apply(tableOf(1, HALVES), never)).toMatchObject({ kind: "done" });
  });

  test("who writes between the look and the write is not written over", async () => {
    const driver = await start("race");
    await driver.apply(tableOf(1, HALVES), never);
    let looks = 0;
    ns1.atRequest(({ method, path }) => {
      if (method === "GET" && path.endsWith("/race.example.test/A") && ++looks === 2)
        ns1.setByHand("race.example.test", "A", "192.0.2.66");
    });
    const outcome = await driver.apply(tableOf(2, ALL_WEST), never);
    ns1.atRequest(null);
    expect(outcome).toMatchObject({ kind: "retry", code: "conflict" });
    expect(ns1.answers("race.example.test", "A")).toEqual(["192.0.2.66"]);
  });

  test("subnets that lie in each other can't be told apart: the config's mistake", async () => {
    const nested = { subnets: { metro: ["198.18.0.0/16"], land: ["198.18.64.0/20"] } };
    await expect(start("nested", {}, { ...zoned, ...nested })).rejects.toMatchObject({
      code: "subnets-not-told-apart",
      message: expect.stringContaining("198.18.64.0/20 of land lies in 198.18.0.0/16 of metro") as unknown,
    });
    await expect(start("nested", { bySubnet: false }, { ...zoned, ...nested })).resolves.toBeDefined();
    // `otherwise` has no prefixes at NS1, so whoever lies in it is told apart from it.
    const world = { subnets: { elsewhere: ["0.0.0.0/0", "::/0"], land: ["198.18.64.0/20"] } };
    await expect(start("world", {}, { ...zoned, ...world })).resolves.toBeDefined();
  });

  test("when calls are nearly used up the next waits for room, and does not wait past its time", async () => {
    const driver = await start("often");
    const headers = { "x-ratelimit-limit": "10", "x-ratelimit-period": "600", "x-ratelimit-remaining": "0" };
    ns1.answerInstead({ status: 429, headers, body: '{"message":"rate limit exceeded"}' });
    expect(await driver.apply(tableOf(1, HALVES), never)).toMatchObject({ kind: "retry", code: "throttled" });
    ns1.answerInstead(null);
    const asked = ns1.requests.length;
    expect(await driver.apply(tableOf(1, HALVES), AbortSignal.timeout(50))).toMatchObject({
      kind: "retry",
      code: "throttled",
    });
    expect(ns1.requests.length).toBe(asked);
  });

  test("accepted and not answered by is not done", async () => {
    const patience = new AbortController();
    let looks = 0;
    const stale = await madeNameServer(() => {
      if (++looks > 1) patience.abort();
      return null;
    });
    const driver = await start("stale", { answeredBy: [stale.address] });
    expect(await driver.apply(tableOf(1, HALVES), patience.signal)).toMatchObject({
      kind: "retry",
      code: "not-applied",
    });
    await stale.stop();
  });

  test.each([
    [
      "a right that is missing",
      { status: 403, body: '{"message":"forbidden"}' },
      { kind: "refused", code: "forbidden" },
    ],
    ["a fault of its own", { status: 502, body: "<html>bad gateway" }, { kind: "retry", code: "provider-fault" }],
    ["a redirect", { status: 302, headers: { location: "http://127.0.0.1:1/" } }, { kind: "refused", code: "refused" }],
    ["no JSON", { status: 200, body: "<html>welcome</html>" }, { kind: "retry", code: "bad-answer" }],
    ["JSON of another shape", { status: 200, body: '{"records":[5]}' }, { kind: "retry", code: "bad-answer" }],
    ["the key in its words", { status: 400, body: `{"message":"bad ${KEY}"}` }, { kind: "refused", code: "refused" }],
  ])("%s is a value, and nothing else happens", async (_what, answer, wanted) => {
    const driver = await start("nonsense");
    ns1.answerInstead(answer);
    const outcome = await driver.apply(tableOf(1, HALVES), never);
    ns1.answerInstead(null);
    expect(outcome).toMatchObject(wanted);
    expect(outcome.says).not.toContain(KEY);
    expect(ns1.records.has("nonsense.example.test A")).toBe(false);
  });
});
