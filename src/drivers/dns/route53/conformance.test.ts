import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Run } from "../../../core/route/table.ts";
import type { SteeringContext } from "../../steering-context.ts";
import { madeNameServer, type MadeNameServer } from "../made-name-server.testing.ts";
import { contextOf, recordConformance, type RecordRig, type RigSettings, tableOf } from "../record-testing.ts";
import { madeRoute53, type MadeRoute53 } from "./made-route53.testing.ts";
import { makeRoute53 } from "./make.ts";
import { route53Shape } from "./shape.ts";

const DOMAIN = "example.test";
const KEY = { id: "AKIAMADEFORATEST0001", secret: "madeSecretAccessKey/0123456789abcdefghijk" };
const ZONES = { Z0AAA: DOMAIN, Z0OTHER: "zzz.test" };
const never = new AbortController().signal;

const made = (limit?: { burst: number; perSecond: number }): Promise<MadeRoute53> =>
  madeRoute53({ accessKeyId: KEY.id, zones: ZONES, ...(limit !== undefined && { limit }) });

function startAt(
  url: string,
  {
    wrongKey,
    closedPort,
    ...settings
  }: RigSettings & { zonesBy?: "country"; hostedZones?: Record<string, string>; answeredBy?: string[] },
  context: SteeringContext,
) {
  // Amazon's client finds its credentials as in production, at its first call.
  process.env["AWS_ACCESS_KEY_ID"] = wrongKey ? "AKIASOMEBODYELSE0001" : KEY.id;
  process.env["AWS_SECRET_ACCESS_KEY"] = KEY.secret;
  return makeRoute53(
    route53Shape.parse({
      kind: "route53",
      endpoint: closedPort ? "http://127.0.0.1:1" : url,
      writesPerSecond: 10,
      requestsPerSecond: 1000,
      // What is waited for comes in its own time on a busy machine.
      withinSeconds: 20,
      ...settings,
    }),
    context,
  );
}

const nameServerOf = (server: MadeRoute53): Promise<MadeNameServer> =>
  madeNameServer((name, type) => {
    const values = server.held(name, type).flatMap((set) => set.values.map((value) => value.replaceAll('"', "")));
    return values.length === 0 ? null : { ttlSeconds: 5, values };
  });

async function rigOf(server: MadeRoute53): Promise<RecordRig> {
  const names = await nameServerOf(server);
  return {
    domain: DOMAIN,
    start: async (settings, context) => startAt(server.url, { answeredBy: [names.address], ...settings }, context),
    reached: async (name, type) => server.reached(name, type),
    text: async (name) => server.held(name, "TXT").flatMap(({ values }) => values.map((value) => value.slice(1, -1))),
    serial: async () => server.serial(),
    setByHand: async (name, type, value) => server.setByHand(name, type, value),
    setTrouble: server.setTrouble,
    async stop() {
      await names.stop();
      await server.stop();
      expect(server.wrong).toEqual([]);
    },
  };
}

recordConformance("Route 53", async () => rigOf(await made()));

describe("Route 53 by itself", () => {
  let server: MadeRoute53;
  beforeAll(async () => {
    server = await made();
  });
  afterAll(async () => {
    await server.stop();
    expect(server.wrong).toEqual([]);
  });
  const weightsOf = (name: string) => Object.fromEntries(server.held(name, "A").map(({ id, weight }) => [id, weight]));

  test("weights hold a plan to the 255th, and a move writes the class once for all its hosts", async () => {
    const hosts = ["one", "two", "*.three"].map((name) => ({
      name: `${name}.${DOMAIN}`,
      class: "public",
      bucketBy: "network" as const,
    }));
    const { driver } = await startAt(server.url, { owner: "weights", domains: [DOMAIN] }, contextOf("", { hosts }));
    const outcome = await driver.apply(
      tableOf(1, [
        [0, 224],
        [1, 16],
        [2, 16],
      ]),
      never,
    );
    expect(outcome.says).toMatch(/answers split users as planned|0\.\d %/);
    expect(weightsOf(`public._houston-weights.${DOMAIN}`)).toEqual({ east: 223, north: 16, west: 16 });
    await driver.apply(tableOf(2, [[1, 256]]), never);
    expect(weightsOf(`public._houston-weights.${DOMAIN}`)).toEqual({ west: 255 });
    expect(server.reached(`*.three.${DOMAIN}`, "A")).toEqual(["192.0.2.2"]);
    const last = server.requests.filter(({ method }) => method === "POST").at(-1)!;
    // The marker goes and comes, three locations go and one comes, in both families; no host is in it.
    expect(last.body.match(/<Change>/g)).toHaveLength(10);
  });

  test("what somebody wrote in another way than Houston does is taken over, as Route 53 keeps it", async () => {
    const host = `hand.${DOMAIN}`;
    server.setByHand(host, "AAAA", "2001:0DB8:0:0::9");
    const start = async (takeOver?: string) =>
      startAt(server.url, { owner: "hand", domains: [DOMAIN], ...(takeOver && { takeOver }) }, contextOf(host));
    const { says = "" } = await (await start()).driver.apply(tableOf(1, [[0, 256]]), never);
    const { driver } = await start(/takeOver: ([0-9a-f]{12})/.exec(says)![1]);
    expect(await driver.apply(tableOf(1, [[0, 256]]), never)).toMatchObject({ kind: "done" });
    expect(server.reached(host, "AAAA")).toEqual(["2001:db8::1"]);
  });

  test("each country is answered by its zones' plan, and everybody else as `otherwise`", async () => {
    const base = contextOf(`geo.${DOMAIN}`);
    const estate = {
      ...base.estate,
      zones: [
        { name: "nl", country: "NL", latencyMs: {} },
        { name: "de-north", country: "DE", latencyMs: {} },
        { name: "de-south", country: "DE", latencyMs: {} },
      ],
    };
    const demand = { public: { nl: 5, "de-north": 30, "de-south": 10 } };
    const context = { ...base, estate, otherwise: "nl", demandRps: () => demand };
    const { driver } = await startAt(server.url, { owner: "geo", domains: [DOMAIN], zonesBy: "country" }, context);
    const rows: Record<string, readonly Run[]> = { nl: [[0, 256]], "de-north": [[1, 256]], "de-south": [[2, 256]] };
    const table = { ...tableOf(1, [[0, 256]]), assignment: { public: rows } };
    expect(await driver.apply(table, never)).toMatchObject({ kind: "done" });
    expect(server.reached(`geo.${DOMAIN}`, "A", "NL")).toEqual(["192.0.2.1"]);
    expect(server.reached(`geo.${DOMAIN}`, "A", "DE")).toEqual(["192.0.2.2", "192.0.2.3"]);
    expect(server.reached(`geo.${DOMAIN}`, "A", "FR")).toEqual(["192.0.2.1"]);
    expect(weightsOf(`de.public._houston-geo.${DOMAIN}`)).toEqual({ west: 191, north: 64 });
    // It is read back as it was written.
    const again = await startAt(server.url, { owner: "geo", domains: [DOMAIN], zonesBy: "country" }, context);
    const serial = server.serial();
    expect(await again.driver.apply(table, never)).toMatchObject({ kind: "done" });
    expect(server.serial()).toBe(serial);
    // And taken away whole when countries are no longer told apart.
    const alike = await startAt(server.url, { owner: "geo", domains: [DOMAIN] }, context);
    expect(await alike.driver.apply(table, never)).toMatchObject({ kind: "done" });
    expect(server.held(`de.public._houston-geo.${DOMAIN}`, "A")).toEqual([]);
    expect(weightsOf(`public._houston-geo.${DOMAIN}`)).toEqual({ east: 28, west: 170, north: 57 });
  });

  test("done is when a change is in sync and the name servers answer by it", async () => {
    const names = await nameServerOf(server);
    const settings = { owner: "sync", domains: [DOMAIN], answeredBy: [names.address], withinSeconds: 0.5 };
    const { driver } = await startAt(server.url, settings, contextOf(`sync.${DOMAIN}`));
    server.pendingFor(1);
    expect(await driver.apply(tableOf(1, [[0, 256]]), never)).toMatchObject({ kind: "retry", code: "not-applied" });
    expect(await driver.apply(tableOf(1, [[0, 256]]), never)).toMatchObject({ kind: "done" });
    await names.stop();
    expect(await driver.apply(tableOf(1, [[0, 256]]), never)).toMatchObject({ kind: "retry", code: "unreachable" });
  });

  test("what somebody adds between the look and the write is not written over", async () => {
    const { driver } = await startAt(server.url, { owner: "race", domains: [DOMAIN] }, contextOf(`race.${DOMAIN}`));
    await driver.apply(tableOf(1, [[0, 256]]), never);
    const tree = `public._houston-race.${DOMAIN}`;
    server.atRequest(({ method }) => {
      if (method === "POST") server.setByHand(tree, "A", "192.0.2.99");
    });
    expect(await driver.apply(tableOf(2, [[1, 256]]), never)).toMatchObject({ kind: "retry", code: "conflict" });
    server.atRequest(null);
    expect(server.reached(`race.${DOMAIN}`, "A")).toEqual(["192.0.2.99"]);
    expect(await driver.apply(tableOf(2, [[1, 256]]), never)).toMatchObject({
      kind: "refused",
      code: "foreign-records",
    });
  });

  test("a hosted zone that is named must be the domain's", async () => {
    const start = (hostedZones: Record<string, string>) =>
      startAt(server.url, { owner: "named", domains: [DOMAIN], hostedZones }, contextOf(`named.${DOMAIN}`));
    const table = tableOf(1, [[0, 256]]);
    const other = await (await start({ [DOMAIN]: "Z0OTHER" })).driver.apply(table, never);
    expect(other).toMatchObject({ kind: "refused", code: "unknown-zone" });
    expect(await (await start({ [DOMAIN]: "Z0NONE" })).driver.apply(table, never)).toMatchObject({
      code: "unknown-zone",
    });
    expect(await (await start({ [DOMAIN]: "Z0AAA" })).driver.apply(table, never)).toMatchObject({ kind: "done" });
  });

  test.each([
    ["no XML", 200, "<html>welcome", { kind: "retry", code: "bad-answer" }],
    ["a fault of its own", 500, "", { kind: "retry", code: "provider-fault" }],
    [
      "a call for patience",
      400,
      "<ErrorResponse><Error><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>",
      { kind: "retry", code: "throttled" },
    ],
    [
      "a change that is not through",
      400,
      "<ErrorResponse><Error><Code>PriorRequestNotComplete</Code><Message>still</Message></Error></ErrorResponse>",
      { kind: "retry", code: "throttled" },
    ],
    [
      "a right that is missing",
      403,
      `<ErrorResponse><Error><Code>AccessDenied</Code><Message>not with ${KEY.secret}</Message></Error></ErrorResponse>`,
      { kind: "refused", code: "forbidden" },
    ],
  ])("%s is a value, and the key is in no word of it", async (_what, status, body, wanted) => {
    server.answerInstead({ status, headers: { "content-type": "text/xml" }, body });
    const { driver } = await startAt(server.url, { owner: "nonsense", domains: [DOMAIN] }, contextOf(`n.${DOMAIN}`));
    const outcome = await driver.apply(tableOf(1, [[0, 256]]), never);
    server.answerInstead(null);
    expect(outcome).toMatchObject(wanted);
    expect(outcome.says).not.toContain(KEY.secret);
  });
});

test("requests are paced to what the account allows, so that ten changes in a row are never throttled", async () => {
  const server = await made({ burst: 20, perSecond: 200 });
  const settings = { owner: "pace", domains: [DOMAIN], requestsPerSecond: 150 } as RigSettings;
  const { driver } = await startAt(server.url, settings, contextOf(`pace.${DOMAIN}`));
  for (let version = 1; version <= 10; version++) {
    const outcome = await driver.apply(tableOf(version, [[version % 3, 256]]), never);
    expect(outcome.kind === "done" || outcome.code === "too-soon").toBe(true);
  }
  await server.stop();
  expect(server.requests.length).toBeGreaterThan(20);
});
