import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CallerError } from "../../../core/errors.ts";
import type { Run } from "../../../core/route/table.ts";
import type { SteeringContext } from "../../steering-context.ts";
import { madeNameServer, type MadeNameServer } from "../made-name-server.testing.ts";
import { contextOf, recordConformance, type RecordRig, type RigSettings, tableOf } from "../record-testing.ts";
import { madeCloudflare, type MadeCloudflare } from "./made-cloudflare.testing.ts";
import { makeCloudflare } from "./make.ts";
import { cloudflareShape } from "./shape.ts";

const DOMAIN = "example.test";
const TOKEN = "made-token-0123456789abcdefghijklmnopqrst";
const never = new AbortController().signal;

const made = (): Promise<MadeCloudflare> => madeCloudflare({ token: TOKEN, zones: { ["a".repeat(32)]: DOMAIN } });

type More = { proxied?: boolean; tags?: string[]; answeredBy?: string[] };

function startAt(url: string, { wrongKey, closedPort, ...settings }: RigSettings & More, context: SteeringContext) {
  return makeCloudflare(
    cloudflareShape.parse({
      kind: "cloudflare",
      endpoint: closedPort ? "http://127.0.0.1:1" : url,
      writesPerSecond: 10,
      requestsPerSecond: 1000,
      // What is waited for comes in its own time on a busy machine.
      withinSeconds: 20,
      ...settings,
    }),
    { ...context, env: { HOUSTON_CLOUDFLARE_TOKEN: wrongKey ? "another" : TOKEN } },
  );
}

const nameServerOf = (server: MadeCloudflare, isBehind = (): boolean => false): Promise<MadeNameServer> =>
  madeNameServer((name, type) => {
    const values = server.held(name, type).map(({ content }) => content.replaceAll('"', ""));
    return isBehind() || values.length === 0 ? null : { ttlSeconds: 60, values };
  });

async function rigOf(server: MadeCloudflare): Promise<RecordRig> {
  const names = await nameServerOf(server);
  return {
    domain: DOMAIN,
    start: async (settings, context) => startAt(server.url, { answeredBy: [names.address], ...settings }, context),
    reached: async (name, type) =>
      server
        .held(name, type)
        .map(({ content }) => content)
        .toSorted(),
    text: async (name) => server.held(name, "TXT").map(({ content }) => content.replaceAll('"', "")),
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

recordConformance("Cloudflare", async () => rigOf(await made()));

describe("Cloudflare by itself", () => {
  let server: MadeCloudflare;
  beforeAll(async () => {
    server = await made();
  });
  afterAll(async () => {
    await server.stop();
    expect(server.wrong).toEqual([]);
  });

  test("records are kept for a minute at least, and say who wrote them", async () => {
    const settings = { owner: "ttl", domains: [DOMAIN], tags: ["owner:houston"] };
    const { driver } = await startAt(server.url, settings, contextOf(`ttl.${DOMAIN}`));
    expect(await driver.apply(tableOf(1, [[0, 256]]), never)).toMatchObject({ kind: "done" });
    expect(server.held(`ttl.${DOMAIN}`, "A")).toMatchObject([
      { ttl: 60, proxied: false, comment: expect.stringContaining("Houston") as unknown, tags: ["owner:houston"] },
    ]);
    expect(server.held(`_houston-ttl.${DOMAIN}`, "TXT")).toMatchObject([{ ttl: 60 }]);
  });

  test("what goes through Cloudflare's own servers stays so, and taking it out by hand is noticed", async () => {
    const start = () =>
      startAt(server.url, { owner: "proxied", domains: [DOMAIN], proxied: true }, contextOf(`proxied.${DOMAIN}`));
    const { driver } = await start();
    expect(await driver.apply(tableOf(1, [[0, 256]]), never)).toMatchObject({ kind: "done" });
    expect(server.held(`proxied.${DOMAIN}`, "A")).toMatchObject([{ ttl: 1, proxied: true, content: "192.0.2.1" }]);
    const serial = server.serial();
    expect(await (await start()).driver.apply(tableOf(1, [[0, 256]]), never)).toMatchObject({ kind: "done" });
    expect(server.serial()).toBe(serial);
    server.setByHand(`proxied.${DOMAIN}`, "A", "192.0.2.1");
    expect(await driver.apply(tableOf(2, [[1, 256]]), never)).toMatchObject({ code: "foreign-records" });
  });

  test("a record that changes is overwritten where it stands: its name never has none", async () => {
    const { driver } = await startAt(server.url, { owner: "place", domains: [DOMAIN] }, contextOf(`place.${DOMAIN}`));
    await driver.apply(
      tableOf(1, [
        [0, 128],
        [1, 128],
      ]),
      never,
    );
    const ids = server.held(`place.${DOMAIN}`, "A").map(({ id }) => id);
    await driver.apply(
      tableOf(2, [
        [2, 128],
        [1, 128],
      ]),
      never,
    );
    expect(server.held(`place.${DOMAIN}`, "A").map(({ id }) => id)).toEqual(ids);
    const last = JSON.parse(server.requests.at(-1)!.body) as Record<string, unknown[]>;
    expect(last).toMatchObject({ deletes: [], posts: [] });
    expect(last["puts"]).toHaveLength(3);
  });

  test("a shorter time to live is written over each address itself, in whatever order Cloudflare lists them", async () => {
    const context = contextOf(`ttl2.${DOMAIN}`);
    const estate = { ...context.estate, ttlSeconds: 300 };
    const { driver } = await startAt(server.url, { owner: "ttl2", domains: [DOMAIN] }, { ...context, estate });
    await driver.apply(tableOf(1, halves(1, 2)), never);
    // The one of the north becomes the east's, and stands behind the west's.
    await driver.apply(tableOf(2, halves(0, 1)), never);
    const before = server.held(`ttl2.${DOMAIN}`, "A");
    expect(before.map(({ content, ttl }) => [content, ttl])).toEqual([
      ["192.0.2.2", 300],
      ["192.0.2.1", 300],
    ]);
    const lower = { ...tableOf(3, halves(0, 1)), ttlSeconds: { east: 60 } };
    expect(await driver.apply(lower, never)).toMatchObject({ kind: "done" });
    expect(server.held(`ttl2.${DOMAIN}`, "A")).toEqual(before.map((record) => ({ ...record, ttl: 60 })));
  });

  test("what somebody writes between the two looks is a conflict, and what he deletes at the last moment too", async () => {
    const { driver } = await startAt(server.url, { owner: "race", domains: [DOMAIN] }, contextOf(`race.${DOMAIN}`));
    await driver.apply(tableOf(1, [[0, 256]]), never);
    server.atRequest(({ method }) => {
      if (method === "POST") server.setByHand(`race.${DOMAIN}`, "A", "192.0.2.99");
    });
    expect(await driver.apply(tableOf(2, [[1, 256]]), never)).toMatchObject({ kind: "retry", code: "conflict" });
    server.atRequest(null);
    expect(await driver.apply(tableOf(2, [[1, 256]]), never)).toMatchObject({
      kind: "refused",
      code: "foreign-records",
    });
  });

  test("done is when the name servers answer by it", async () => {
    let isBehind = true;
    const names = await nameServerOf(server, () => isBehind);
    const settings = { owner: "names", domains: [DOMAIN], answeredBy: [names.address], withinSeconds: 0.5 };
    const { driver } = await startAt(server.url, settings, contextOf(`names.${DOMAIN}`));
    expect(await driver.apply(tableOf(1, [[0, 256]]), never)).toMatchObject({ kind: "retry", code: "not-applied" });
    isBehind = false;
    expect(await driver.apply(tableOf(1, [[0, 256]]), never)).toMatchObject({ kind: "done" });
    await names.stop();
  });

  test("a token goes nowhere in the clear", async () => {
    const context = contextOf(`www.${DOMAIN}`);
    await expect(startAt("http://proxy.example.com", { owner: "clear", domains: [DOMAIN] }, context)).rejects.toThrow(
      "points to http://proxy.example.com",
    );
  });

  test("without a token nothing begins", async () => {
    const settings = cloudflareShape.parse({ kind: "cloudflare", domains: [DOMAIN] });
    await expect(makeCloudflare(settings, contextOf(`www.${DOMAIN}`))).rejects.toThrow(CallerError);
  });

  test.each([
    ["no JSON", 200, "<html>welcome</html>", { kind: "retry", code: "bad-answer" }],
    ["JSON of another shape", 200, '{"success":true,"result":[{"id":5}]}', { kind: "retry", code: "bad-answer" }],
    ["a fault of its own", 502, "error code: 502", { kind: "retry", code: "provider-fault" }],
    [
      "a call for patience",
      429,
      '{"success":false,"errors":[{"code":971,"message":"wait"}]}',
      { kind: "retry", code: "throttled" },
    ],
    [
      "the token in its words",
      400,
      `{"success":false,"errors":[{"code":1,"message":"bad ${TOKEN}"}]}`,
      { kind: "refused", code: "refused" },
    ],
  ])("%s is a value, and the token is in no word of it", async (_what, status, body, wanted) => {
    server.answerInstead({ status, body });
    const { driver } = await startAt(server.url, { owner: "nonsense", domains: [DOMAIN] }, contextOf(`n.${DOMAIN}`));
    const outcome = await driver.apply(tableOf(1, [[0, 256]]), never);
    server.answerInstead(null);
    expect(outcome).toMatchObject(wanted);
    expect(outcome.says).not.toContain(TOKEN);
  });
});

function halves(...locations: readonly number[]): readonly Run[] {
  return locations.map((each): Run => [each, 128]);
}
