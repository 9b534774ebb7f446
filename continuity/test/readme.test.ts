import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

// The README's ten minutes, walked by its own text: its commands, its shop before and after, its bank. As a new user would, outside
// of the repository, with the package that was packed. All that differs: ports and folders are free ones.
const root = join(import.meta.dirname, "../..");
const [, tenMinutes = ""] = readFileSync(join(root, "continuity/README.md"), "utf8").split(/^## /m);
const blocks = [...tenMinutes.matchAll(/```ts\n(.*?)```/gs)].map((match) => match[1] ?? "");
const prose = tenMinutes.replaceAll(/```.*?```/gs, "");
const commands = [...prose.matchAll(/^ {4}(.+)$/gm)].map((match) => match[1] ?? "");
const [before = "", steps = "", mounted = "", bank = ""] = blocks;
const [pack = "", install = "", ...tried] = commands;

// npm and TypeScript take seconds; many times that on a machine that does much else.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const folder = mkdtempSync(join(tmpdir(), "continuity-readme-"));
/** Express is there already; what npm does in the shop's folder does not touch it. */
const shopFolder = join(folder, "shop");
const children: ChildProcess[] = [];
const run = promisify(execFile);

beforeAll(async () => {
  mkdirSync(join(folder, "node_modules"));
  mkdirSync(shopFolder);
  symlinkSync(join(root, "node_modules/express"), join(folder, "node_modules/express"));
  writeFileSync(join(shopFolder, "package.json"), '{"name":"shop","private":true,"type":"module"}');
  writeFileSync(join(shopFolder, "bank.ts"), bank);
  const env = { ...process.env, npm_config_pack_destination: folder, npm_config_offline: "true" };
  await run("sh", ["-c", pack], { cwd: root, env });
  const here = install.replace("../reactive-production/", "../");
  await run("sh", ["-c", here], { cwd: shopFolder, env });
});
afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

type Started = { readonly child: ChildProcess; readonly url: string; readonly said: () => string };

/** `node FILE` as the README says, on a port of its own; again on the next, should another program have taken that one meanwhile. */
async function start(command: string, more: Readonly<Record<string, string>> = {}): Promise<Started> {
  for (let tries = 0; tries < 3; tries += 1) {
    const port = await freePort();
    const [, ...words] = command.split(" ");
    const env = { ...process.env, NODE_OPTIONS: "", PORT: String(port), ...more };
    const child = spawn(process.execPath, words, { cwd: shopFolder, env, stdio: ["ignore", "pipe", "inherit"] });
    children.push(child);
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
    const url = `http://127.0.0.1:${port}`;
    while (child.exitCode === null) {
      const answers = await fetch(`${url}/none/none/void`).then(
        ({ status }) => status < 500,
        () => false,
      );
      if (answers) return { child, url, said: () => said };
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
  throw new Error(`${command} ended by itself, three times`);
}

/** What the README's curl sends, or something else with its key. */
function curl(command: string, shop: Started, but: { readonly key?: string | null; readonly body?: string } = {}) {
  const [, target = ""] = command.match(/localhost:8080(\S+)/) ?? [];
  const headers = new Headers(
    [...command.matchAll(/-H '(.+?): (.+?)'/g)].map(([, name = "", value = ""]) => [name, value]),
  );
  const { key = headers.get("idempotency-key"), body = command.match(/-d '(.+?)'/)?.[1] ?? "" } = but;
  headers.delete("idempotency-key");
  if (key !== null) headers.set("idempotency-key", key);
  return fetch(shop.url + target, { method: "POST", headers, body });
}

/** The bank has charged, and the shop dies before it hears so; then the same request comes again. */
async function killedInItsCharge(shopText: string, journal: string) {
  writeFileSync(join(shopFolder, "shop.ts"), shopText);
  const [runBank = "", runShop = "", buy = ""] = tried;
  const there = await start(runBank);
  const settings = { BANK: there.url, JOURNAL: join(folder, journal) };
  const shop = await start(runShop, settings);
  const cut = curl(buy, shop).catch(() => null);
  await vi.waitUntil(() => there.said().includes("charged o-1, 1 in all"), 60_000);
  shop.child.kill("SIGKILL");
  expect(await cut).toBe(null);
  return { bank: there, shop: await start(runShop, { ...settings, LOCATION: "there" }), buy };
}

test("the README shows what this test walks", () => {
  expect(blocks.map((block) => block.split("\n")[0])).toEqual([
    "// shop.ts",
    "// shop.ts",
    expect.anything(),
    "// bank.ts",
  ]);
  expect(commands.map((command) => command.split(" ")[0])).toEqual(["npm", "npm", "node", "node", "curl"]);
});

test("the README's shop as it was: killed in the middle of its charge, it charges twice", async () => {
  const { bank, shop, buy } = await killedInItsCharge(before, "none");
  void curl(buy, shop).catch(() => null);
  await vi.waitUntil(() => bank.said().includes("charged o-1, 2 in all"), 60_000);
});

test("the README's shop afterwards: killed in the middle of its charge, another one goes on", async () => {
  const { bank, shop, buy } = await killedInItsCharge(`${steps}\n${mounted}`, "journal.sqlite");
  const answer = await curl(buy, shop);
  expect(answer.status).toBe(201);
  const body = await answer.text();
  expect(JSON.parse(body)).toMatchObject({
    order: "o-1",
    paid: { key: "7f0c.checkout.charge.1" },
    steps: [{ name: "charge", location: "here" }],
  });
  expect(await (await curl(buy, shop)).text()).toBe(body);
  expect(bank.said()).not.toContain("2 in all");
  expect((await curl(buy, shop, { body: '{"order":"o-2"}' })).status).toBe(422);
  expect((await curl(buy, shop, { key: null })).status).toBe(400);
  expect((await curl(buy, shop, { key: "bad", body: "{" })).status).toBe(400);
  expect((await curl(buy, shop, { key: "big", body: `"${"x".repeat(2_000_000)}"` })).status).toBe(413);
  const card = await curl(buy, shop, { key: "card", body: '{"order":"o-3","cardNumber":"4111"}' });
  expect(await card.text()).toContain("cardNumber");
});
