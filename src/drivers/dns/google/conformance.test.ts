import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { madeGoogleAccount } from "../../made-google-account.testing.ts";
import type { SteeringContext } from "../../steering-context.ts";
import { type MadeNameServer, madeNameServer } from "../made-name-server.testing.ts";
import { contextOf, recordConformance, type RecordRig, type RigSettings, tableOf } from "../record-testing.ts";
import { type MadeCloudDns, madeCloudDns } from "./made-cloud-dns.testing.ts";
import { makeGoogleDns } from "./make.ts";
import { googleDnsShape } from "./shape.ts";

const folder = mkdtempSync(join(tmpdir(), "houston-google-dns-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const account = madeGoogleAccount(folder, "key.json");
const stranger = madeGoogleAccount(folder, "other.json");
const never = new AbortController().signal;
const HALVES = [
  [0, 128],
  [1, 128],
] as const;

type Settings = Partial<RigSettings> & {
  readonly answeredBy?: readonly string[];
  readonly regions?: Readonly<Record<string, string>>;
  readonly healthCheck?: string;
  readonly managedZones?: Readonly<Record<string, string>>;
};

function startAt(url: string, { wrongKey, closedPort, ...settings }: Settings, context: SteeringContext) {
  return makeGoogleDns(
    googleDnsShape.parse({
      kind: "google-dns",
      project: "shop-1",
      domains: ["example.test"],
      endpoint: closedPort ? "http://127.0.0.1:1" : url,
      credentialsFile: wrongKey ? stranger.file : account.file,
      writesPerSecond: 1000,
      ...settings,
    }),
    context,
  );
}

function errorOf(code: number, reason: string) {
  return { status: code, body: JSON.stringify({ error: { code, message: "a reason", errors: [{ reason }] } }) };
}

async function nameServerOf(dns: MadeCloudDns): Promise<MadeNameServer> {
  return madeNameServer((name, type) => {
    const values = dns.answers(name, type);
    return values.length === 0 ? null : { ttlSeconds: 5, values };
  });
}

async function rigOf(): Promise<RecordRig> {
  const dns = await madeCloudDns(account);
  const names = await nameServerOf(dns);
  return {
    domain: "example.test",
    start: async (settings, context) => startAt(dns.url, { answeredBy: [names.address], ...settings }, context),
    reached: async (name, type) => dns.answers(name, type),
    text: async (name) => dns.answers(name, "TXT"),
    serial: async () => dns.serial(),
    setByHand: async (name, type, value) => dns.setByHand(name, type, value),
    setTrouble: dns.setTrouble,
    async stop() {
      expect(dns.wrong).toEqual([]);
      await names.stop();
      await dns.stop();
    },
  };
}

recordConformance("Google Cloud DNS", rigOf);

describe("Google Cloud DNS", () => {
  let dns: MadeCloudDns;
  beforeAll(async () => {
    dns = await madeCloudDns(account);
  });
  afterAll(async () => {
    await dns.stop();
    expect(dns.wrong).toEqual([]);
  });
  const start = async (owner: string, settings: Settings = {}, change: Partial<SteeringContext> = {}) =>
    (await startAt(dns.url, { owner, ...settings }, contextOf(`${owner}.example.test`, change))).driver;
  const policyOf = (owner: string): unknown => dns.sets.get(`${owner}.example.test. A`)?.routingPolicy;

  test("users are split by weights in thousandths, a location's addresses together", async () => {
    const addresses = {
      east: { v4: ["192.0.2.1", "192.0.2.9"], v6: [] },
      west: { v4: ["192.0.2.2"], v6: [] },
      north: { v4: ["192.0.2.3"], v6: [] },
    };
    const driver = await start("weights", {}, { addresses });
    const row = [
      [0, 243],
      [1, 13],
    ] as const;
    expect(await driver.apply(tableOf(1, row), never)).toMatchObject({ kind: "done" });
    expect(policyOf("weights")).toEqual({
      wrr: {
        items: [
          { weight: 51, rrdatas: ["192.0.2.2"] },
          { weight: 949, rrdatas: ["192.0.2.1", "192.0.2.9"] },
        ],
      },
    });
  });

  test("a health check leaves out who fails it, and the same table again writes nothing", async () => {
    const driver = await start("checked", { healthCheck: "shop-web" });
    expect(await driver.apply(tableOf(1, HALVES), never)).toMatchObject({ kind: "done" });
    expect(policyOf("checked")).toEqual({
      healthCheck: "https://www.googleapis.com/compute/v1/projects/shop-1/global/healthChecks/shop-web",
      wrr: {
        items: [
          { weight: 500, healthCheckedTargets: { externalEndpoints: ["192.0.2.1"] } },
          { weight: 500, healthCheckedTargets: { externalEndpoints: ["192.0.2.2"] } },
        ],
      },
    });
    const serial = dns.serial();
    expect(await driver.apply(tableOf(1, HALVES), never)).toMatchObject({ kind: "done" });
    expect(dns.serial()).toBe(serial);
  });

  test("by region each region's users have a set of their own, and the rounding is said for all of them", async () => {
    const estate = contextOf("any.example.test").estate;
    const zone = estate.zones[0]!;
    const change = {
      estate: { ...estate, zones: ["here", "there"].map((name) => ({ ...zone, name })) },
      otherwise: "here",
    };
    const regions = { here: "us-east4", there: "europe-west1" };
    const driver = await start("regions", { regions }, change);
    const assignment = {
      public: {
        here: [[0, 256]] as const,
        there: [
          [1, 192],
          [2, 64],
        ] as const,
      },
    };
    const outcome = await driver.apply({ ...tableOf(1, HALVES), assignment }, never);
    // A quarter of the half that is there: two sets of one each put it at the larger one.
    expect(outcome).toMatchObject({ kind: "done", says: expect.stringContaining("12.5 % of requests") as unknown });
    expect(policyOf("regions")).toEqual({
      geo: {
        items: [
          { location: "europe-west1", rrdatas: ["192.0.2.2", "192.0.2.3"] },
          { location: "us-east4", rrdatas: ["192.0.2.1"] },
        ],
      },
    });
    await expect(start("regions", { regions: { here: "us-east4" } }, change)).rejects.toMatchObject({
      code: "zone-without-region",
    });
  });

  test("a policy that somebody made by hand is shown, and given away to the letter", async () => {
    const name = "fancy.example.test";
    const routingPolicy = { geo: { enableFencing: true, items: [{ location: "us-east4", rrdatas: ["192.0.2.80"] }] } };
    dns.sets.set(`${name}. A`, { name: `${name}.`, type: "A", ttl: 30, routingPolicy });
    dns.sets.set(`${name}. AAAA`, { name: `${name}.`, type: "AAAA", ttl: 30, rrdatas: ["2001:0db8::0050"] });
    const refusal = await (await start("fancy")).apply(tableOf(1, HALVES), never);
    expect(refusal).toMatchObject({ kind: "refused", code: "foreign-records" });
    expect(refusal.says).toContain("enableFencing");
    const takeOver = /takeOver: ([0-9a-f]{12})/.exec(refusal.says ?? "")![1]!;
    const driver = await start("fancy", { takeOver });
    expect(await driver.apply(tableOf(1, HALVES), never)).toMatchObject({ kind: "done" });
    expect(dns.answers(name, "A")).toEqual(["192.0.2.1", "192.0.2.2"]);
  });

  test("who writes between the look and the write is not written over", async () => {
    const driver = await start("race");
    await driver.apply(tableOf(1, HALVES), never);
    dns.atRequest(({ method }) => {
      if (method === "POST") dns.setByHand("race.example.test", "A", "192.0.2.66");
    });
    const outcome = await driver.apply(tableOf(2, [[1, 256]]), never);
    dns.atRequest(null);
    expect(outcome).toMatchObject({ kind: "retry", code: "conflict" });
    expect(dns.answers("race.example.test", "A")).toEqual(["192.0.2.66"]);
    const other = await start("gone");
    await other.apply(tableOf(1, HALVES), never);
    dns.atRequest(({ method }) => {
      if (method === "POST") dns.sets.delete("gone.example.test. AAAA");
    });
    expect(await other.apply(tableOf(2, [[1, 256]]), never)).toMatchObject({ kind: "retry", code: "conflict" });
    dns.atRequest(null);
    expect(dns.answers("gone.example.test", "A")).toEqual(["192.0.2.1", "192.0.2.2"]);
  });

  test("two public zones of one name: which is for a person to say", async () => {
    const twice = { domains: ["twice.test"] };
    const hosts = contextOf("www.twice.test").hosts;
    const refusal = await (await start("www", twice, { hosts })).apply(tableOf(1, HALVES), never);
    expect(refusal).toMatchObject({ kind: "refused", code: "unsupported" });
    expect(refusal.says).toContain("managedZones");
    const gone = { ...twice, managedZones: { "twice.test": "gone" } };
    expect(await (await start("www", gone, { hosts })).apply(tableOf(1, HALVES), never)).toMatchObject({
      kind: "refused",
      code: "unknown-zone",
    });
  });

  test("a change that is pending is asked for until it is done", async () => {
    const driver = await start("pending");
    dns.setPendingLooks(1);
    const outcome = await driver.apply(tableOf(1, HALVES), never);
    dns.setPendingLooks(0);
    expect(outcome).toMatchObject({ kind: "done" });
    const asked = dns.requests.filter(({ method, path }) => method === "GET" && /\/changes\/\d+$/.test(path));
    expect(asked.slice(-2).map(({ path }) => path)).toEqual([asked.at(-1)!.path, asked.at(-1)!.path]);
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
    ["a rate limit", errorOf(403, "rateLimitExceeded"), { kind: "retry", code: "throttled" }],
    ["a quota", errorOf(403, "quotaExceeded"), { kind: "refused", code: "unsupported" }],
    ["a right that is missing", errorOf(403, "forbidden"), { kind: "refused", code: "forbidden" }],
    ["a fault of its own", errorOf(503, "backendError"), { kind: "retry", code: "provider-fault" }],
    ["a redirect", { status: 302, headers: { location: "http://127.0.0.1:1/" } }, { kind: "refused", code: "refused" }],
    ["no JSON", { status: 200, body: "<html>welcome</html>" }, { kind: "retry", code: "bad-answer" }],
    ["JSON of another shape", { status: 200, body: '{"managedZones":[5]}' }, { kind: "retry", code: "bad-answer" }],
  ])("%s is a value, and nothing else happens", async (_what, answer, wanted) => {
    const driver = await start("nonsense");
    dns.answerInstead(answer);
    const outcome = await driver.apply(tableOf(1, HALVES), never);
    dns.answerInstead(null);
    expect(outcome).toMatchObject(wanted);
    expect(dns.sets.has("nonsense.example.test. A")).toBe(false);
  });

  test("credentials that are not there are forbidden", async () => {
    const settings = googleDnsShape.parse({
      kind: "google-dns",
      project: "shop-1",
      domains: ["example.test"],
      endpoint: dns.url,
      credentialsFile: join(folder, "none.json"),
    });
    const { driver } = await makeGoogleDns(settings, contextOf("www.example.test"));
    expect(await driver.apply(tableOf(1, HALVES), never)).toMatchObject({ kind: "refused", code: "forbidden" });
  });
});
