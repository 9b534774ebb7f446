import { type AddressInfo, createServer, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isSigned } from "../../webhook-signature.ts";
import { type MadeNameServer, madeNameServer } from "../made-name-server.testing.ts";
import { type MadeProvider, madeProvider } from "../made-provider.testing.ts";
import { contextOf, recordConformance, type RecordRig, type RigSettings, tableOf } from "../record-testing.ts";
import type { Trouble } from "../trouble-proxy.testing.ts";
import type { Letter } from "./letters.ts";
import { makeCommand, makeWebhook } from "./make.ts";
import { type MadeAnswer, madeDns, type MadeDns } from "./made-dns.testing.ts";
import { commandShape, webhookShape } from "./shape.ts";

const DOMAIN = "example.test";
const KEY = Buffer.alloc(32, 7);
const SECRET = `whsec_${KEY.toString("base64")}`;
const WRONG_SECRET = `whsec_${Buffer.alloc(32, 8).toString("base64")}`;
const never = new AbortController().signal;
const ALL_EAST = [[0, 256]] as const;
const MOSTLY_EAST = [
  [0, 243],
  [1, 13],
] as const;

async function madeReceiver(dns: MadeDns): Promise<MadeProvider> {
  return madeProvider({
    answer({ method, headers, body }) {
      const signed = isSigned({
        key: KEY,
        id: String(headers["webhook-id"]),
        seconds: Number(headers["webhook-timestamp"]),
        body,
        signatures: String(headers["webhook-signature"]),
        nowSeconds: Date.now() / 1000,
      });
      if (method !== "POST" || !signed) return { status: 401, body: '{"says":"not signed by you"}' };
      const answer = dns.answer(JSON.parse(body) as Letter);
      const { status, text } = httpOf(answer);
      return { status, body: text };
    },
    isWrite: ({ body }) => body.includes('"do":"write"'),
    throttled: () => ({ status: 429 }),
  });
}

function httpOf(answer: MadeAnswer): { readonly status: number; readonly text: string } {
  switch (answer.kind) {
    case "sets":
      return { status: 200, text: JSON.stringify({ sets: answer.sets }) };
    case "done":
      return { status: 204, text: "" };
    case "no":
      return { status: 422, text: JSON.stringify({ code: answer.code, says: answer.says }) };
  }
}

function startWebhook(
  url: string,
  {
    wrongKey,
    closedPort,
    ...settings
  }: RigSettings & { readonly answeredBy?: readonly string[]; readonly split?: "set" },
  context: Parameters<typeof makeWebhook>[1],
) {
  return makeWebhook(
    webhookShape.parse({
      kind: "webhook",
      url: closedPort ? "http://127.0.0.1:1/dns" : `${url}/dns?token=hidden`,
      writesPerSecond: 1000,
      withinSeconds: 20,
      ...settings,
    }),
    { ...context, env: { HOUSTON_DNS_WEBHOOK_SECRET: wrongKey ? WRONG_SECRET : SECRET } },
  );
}

async function webhookRig(): Promise<RecordRig> {
  const dns = madeDns(DOMAIN);
  const receiver = await madeReceiver(dns);
  const names = await nameServerOf(dns);
  return {
    domain: DOMAIN,
    start: async (settings, context) =>
      startWebhook(receiver.url, { answeredBy: [names.address], ...settings }, context),
    ...lookingAt(dns),
    setTrouble: receiver.setTrouble,
    async stop() {
      expect(dns.wrong).toEqual([]);
      await names.stop();
      await receiver.stop();
    },
  };
}

function lookingAt(dns: MadeDns): Pick<RecordRig, "reached" | "text" | "serial" | "setByHand"> {
  return {
    reached: async (name, type) => dns.addresses(name, type),
    text: async (name) => dns.addresses(name, "TXT"),
    serial: async () => dns.serial(),
    setByHand: async (name, type, value) => dns.setByHand(name, type, value),
  };
}

async function nameServerOf(dns: MadeDns): Promise<MadeNameServer> {
  return madeNameServer((name, type) => {
    const values = dns.addresses(name, type);
    return values.length === 0 ? null : { ttlSeconds: 5, values };
  });
}

/** A program that hands its key and the letter to whoever listens on a port, and ends as that one says; all of it in one process. */
const PROGRAM = `exec 3<>/dev/tcp/127.0.0.1/$0 || { echo '{"code":"unreachable","says":"nobody listens"}'; exit 75; }
IFS= read -r letter; printf '%s\\n%s\\n' "$DNS_KEY" "$letter" >&3
read -r code <&3; IFS= read -r answer <&3; printf '%s' "$answer"; exit \${code:-75}`;

async function commandRig(): Promise<RecordRig> {
  const dns = madeDns(DOMAIN);
  let trouble: Trouble = "none";
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => socket.destroy());
    let text = "";
    socket.setEncoding("utf8").on("data", (part: string) => {
      text += part;
      const [key, letter, rest] = text.split("\n");
      if (rest === undefined || trouble === "silent") return;
      if (key !== "the key") return void socket.end('1\n{"code":"forbidden","says":"the key is another"}');
      const answer = dns.answer(JSON.parse(letter!) as Letter);
      if (trouble === "no-answer-to-writes" && answer.kind === "done") socket.destroy();
      else socket.end(`${answer.kind === "no" ? 1 : 0}\n${httpOf(answer).text}`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    domain: DOMAIN,
    start: async ({ wrongKey, closedPort, ...settings }, context) =>
      makeCommand(
        commandShape.parse({
          kind: "command",
          argv: ["bash", "-c", PROGRAM, closedPort ? "1" : String(port)],
          environment: ["DNS_KEY"],
          writesPerSecond: 1000,
          withinSeconds: 20,
          ...settings,
        }),
        { ...context, env: { PATH: process.env["PATH"], DNS_KEY: wrongKey ? "no key" : "the key", OTHER: "unseen" } },
      ),
    ...lookingAt(dns),
    setTrouble: (next) => void (trouble = next),
    async stop() {
      expect(dns.wrong).toEqual([]);
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

recordConformance("A webhook of yours", webhookRig);

// The driver behind a command is the webhook's, letter by letter; a process for each of the suite's would be half a minute.
describe("a command of yours", () => {
  let rig: RecordRig;
  beforeAll(async () => {
    rig = await commandRig();
  });
  afterAll(() => rig.stop());
  const start = async (owner: string, more: Partial<RigSettings> = {}) =>
    (await rig.start({ owner, domains: [DOMAIN], ...more }, contextOf(`${owner}.${DOMAIN}`))).driver;
  const reached = async (owner: string) => rig.reached(`${owner}.${DOMAIN}`, "A");

  test("writes what it is told, reads it back, and does nothing when it stands there", async () => {
    expect(await (await start("apply")).apply(tableOf(1, ALL_EAST), never)).toMatchObject({ kind: "done" });
    expect(await reached("apply")).toEqual(["192.0.2.1"]);
    const serial = await rig.serial();
    expect(await (await start("apply")).apply(tableOf(1, ALL_EAST), never)).toMatchObject({ kind: "done" });
    expect(await rig.serial()).toBe(serial);
  });

  test("shows records that are not Houston's, and leaves them", async () => {
    await rig.setByHand(`before.${DOMAIN}`, "A", "192.0.2.77");
    const refusal = await (await start("before")).apply(tableOf(1, ALL_EAST), never);
    expect(refusal).toMatchObject({ kind: "refused", code: "foreign-records" });
    expect(refusal.says).toContain("192.0.2.77");
    expect(await reached("before")).toEqual(["192.0.2.77"]);
  });

  test("says why not: a key, a DNS zone, a server that is not there", async () => {
    expect(await (await start("rights", { wrongKey: true })).apply(tableOf(1, ALL_EAST), never)).toMatchObject({
      kind: "refused",
      code: "forbidden",
      says: expect.stringContaining("the key is another") as unknown,
    });
    const elsewhere = contextOf("www.elsewhere.test");
    const { driver } = await rig.start({ owner: "zone", domains: ["elsewhere.test"] }, elsewhere);
    expect(await driver.apply(tableOf(1, ALL_EAST), never)).toMatchObject({ kind: "refused", code: "unknown-zone" });
    expect(await (await start("nobody", { closedPort: true })).apply(tableOf(1, ALL_EAST), never)).toMatchObject({
      kind: "retry",
      code: "unreachable",
    });
  });

  test("that ends without its answer is looked after, and one that never ends is stopped", async () => {
    const driver = await start("lost");
    rig.setTrouble("no-answer-to-writes");
    expect(await driver.apply(tableOf(1, ALL_EAST), never)).toMatchObject({ kind: "done" });
    rig.setTrouble("none");
    expect(await reached("lost")).toEqual(["192.0.2.1"]);
    const silent = await start("silent", { withinSeconds: 0.3 });
    rig.setTrouble("silent");
    expect(await silent.apply(tableOf(1, ALL_EAST), never)).toMatchObject({ kind: "retry", code: "timeout" });
    rig.setTrouble("none");
  });

  test("that a signal ends has said no no: it is asked again", async () => {
    const argv = ["/bin/sh", "-c", "kill -9 $$"];
    const settings = commandShape.parse({ kind: "command", argv, domains: [DOMAIN], withinSeconds: 20 });
    const { driver } = await makeCommand(settings, contextOf(`www.${DOMAIN}`));
    expect(await driver.apply(tableOf(1, ALL_EAST), never)).toMatchObject({ kind: "retry", code: "provider-fault" });
  });

  test("that is not there is refused by name", async () => {
    const settings = commandShape.parse({ kind: "command", argv: ["/no/such/program"], domains: [DOMAIN] });
    const { driver } = await makeCommand(settings, contextOf(`www.${DOMAIN}`));
    const outcome = await driver.apply(tableOf(1, ALL_EAST), never);
    expect(outcome).toMatchObject({ kind: "refused", code: "unsupported" });
    expect(outcome.says).toContain("/no/such/program");
  });
});

describe("a webhook of yours", () => {
  const dns = madeDns(DOMAIN);
  let receiver: MadeProvider;
  beforeAll(async () => {
    receiver = await madeReceiver(dns);
  });
  afterAll(() => receiver.stop());
  const host = `www.${DOMAIN}`;
  const start = async (owner: string, more: Partial<Parameters<typeof startWebhook>[1]> = {}) =>
    (await startWebhook(receiver.url, { owner, domains: [DOMAIN], ...more }, contextOf(`${owner}.${DOMAIN}`))).driver;

  test("is told a canary's weight in thousandths, and nobody of a location that takes nobody", async () => {
    const driver = await start("canary");
    expect(await driver.apply(tableOf(1, MOSTLY_EAST), never)).toMatchObject({ kind: "done" });
    expect(dns.sets.get(`canary.${DOMAIN} A`)).toEqual({
      name: `canary.${DOMAIN}`,
      type: "A",
      ttlSeconds: 5,
      answers: [
        { weight: 51, addresses: ["192.0.2.2"] },
        { weight: 949, addresses: ["192.0.2.1"] },
      ],
    });
  });

  test("with `split: set` is told addresses alone, and says what rounding puts elsewhere", async () => {
    const driver = await start("plain", { split: "set" });
    expect((await driver.apply(tableOf(1, MOSTLY_EAST), never)).says).toMatch(
      /plain\.example\.test: 5\.1 % of requests/,
    );
    expect(dns.sets.get(`plain.${DOMAIN} A`)).toMatchObject({ values: ["192.0.2.1"] });
  });

  test("accepted and not answered by is not done", async () => {
    const patience = new AbortController();
    let looks = 0;
    const stale = await madeNameServer(() => {
      if (++looks > 1) patience.abort();
      return null;
    });
    const driver = await start("stale", { answeredBy: [stale.address] });
    expect(await driver.apply(tableOf(1, ALL_EAST), patience.signal)).toMatchObject({
      kind: "retry",
      code: "not-applied",
    });
    await stale.stop();
  });

  test("accepted and not carried out is not done", async () => {
    const driver = await start("forgetful");
    const keep = new Map(dns.sets);
    const set = dns.sets.set.bind(dns.sets);
    dns.sets.set = () => dns.sets;
    const patience = new AbortController();
    let looks = 0;
    let isWritten = false;
    receiver.atRequest(({ body }) => {
      if (body.includes('"do":"write"')) isWritten = true;
      else if (isWritten && ++looks > 1) patience.abort();
    });
    const outcome = await driver.apply(tableOf(1, ALL_EAST), patience.signal);
    receiver.atRequest(null);
    dns.sets.set = set;
    expect(outcome).toMatchObject({ kind: "retry", code: "not-applied" });
    expect(dns.sets).toEqual(keep);
  });

  test.each([
    ["no JSON", { status: 200, body: "<html>welcome</html>" }, { kind: "retry", code: "bad-answer" }],
    ["JSON of another shape", { status: 200, body: '{"sets":[{"name":5}]}' }, { kind: "retry", code: "bad-answer" }],
    ["a redirect", { status: 302, headers: { location: "http://127.0.0.1:1/" } }, { kind: "refused", code: "refused" }],
    ["a call for patience", { status: 429 }, { kind: "retry", code: "throttled" }],
    ["a fault of its own", { status: 500, body: "no backend" }, { kind: "retry", code: "provider-fault" }],
    ["the address in its words", { status: 400, body: '{"says":"bad ?token=hidden"}' }, { code: "refused" }],
    ["a code that is none", { status: 400, body: '{"code":"constructor"}' }, { kind: "refused", code: "refused" }],
  ])("%s is a value, and nothing else happens", async (_what, answer, wanted) => {
    const driver = await start("nonsense");
    receiver.answerInstead(answer);
    const outcome = await driver.apply(tableOf(1, ALL_EAST), never);
    receiver.answerInstead(null);
    expect(outcome).toMatchObject(wanted);
    expect(outcome.says).not.toContain("hidden");
    expect(dns.sets.has(`nonsense.${DOMAIN} A`)).toBe(false);
  });

  test("an address that would tell the letters to anybody on the way is refused at the start", async () => {
    const settings = webhookShape.parse({ kind: "webhook", url: "http://dns.example.com/", domains: [DOMAIN] });
    const context = { ...contextOf(host), env: { HOUSTON_DNS_WEBHOOK_SECRET: SECRET } };
    await expect(makeWebhook(settings, context)).rejects.toMatchObject({ code: "bad-address" });
    await expect(
      makeWebhook({ ...settings, url: "https://x.example/" }, { ...context, env: {} }),
    ).rejects.toMatchObject({
      code: "no-webhook-secret",
    });
  });
});
