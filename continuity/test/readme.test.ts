import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { startBank } from "./bank.ts";

// The README's shop, as it stands there, put together by a new user. It lives inside the package so that the
// package's own name resolves.
const scratch = join(import.meta.dirname, ".scratch");
mkdirSync(scratch, { recursive: true });
const folder = mkdtempSync(join(scratch, "readme-"));
const children: ChildProcess[] = [];
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

type Shop = { readonly child: ChildProcess; readonly url: string };

/** Another program may take the port before the shop does: then it ends, and is started on the next. */
async function startShop(file: string, bank: string, location: string): Promise<Shop> {
  for (;;) {
    const shop = await tryToStart(file, bank, location);
    if (shop !== null) return shop;
  }
}

async function tryToStart(file: string, bank: string, location: string): Promise<Shop | null> {
  const port = await freePort();
  const env = {
    ...process.env,
    PORT: String(port),
    BANK: bank,
    LOCATION: location,
    JOURNAL: join(folder, "journal.sqlite"),
  };
  const child = fork(file, [], { env, execArgv: ["--conditions=reactive-production:source"] });
  children.push(child);
  const url = `http://127.0.0.1:${port}/checkout`;
  while (child.exitCode === null) {
    const isThere = await fetch(url, { method: "POST" }).then(
      ({ headers }) => headers.get("content-type") === "application/problem+json",
      () => false,
    );
    if (isThere) return { child, url };
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return null;
}

const buy = (url: string, key: string | null, body = '{"order":"o-1","amountCents":1200}') =>
  fetch(url, { method: "POST", body, ...(key === null ? {} : { headers: { "idempotency-key": key } }) });

test("the README's shop: killed in the middle of its charge, another one goes on", { timeout: 60_000 }, async () => {
  const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
  const file = join(folder, "shop.ts");
  writeFileSync(file, [...readme.matchAll(/```ts\n(.*?)```/gs)].map((match) => match[1]).join("\n"));
  const bank = await startBank();
  try {
    const here = await startShop(file, bank.url, "here");
    // The bank has charged, and the shop dies before it hears so.
    const charged = new Promise<void>((resolve) => {
      bank.watch = async (point) => {
        if (point !== "bank after charges") return;
        resolve();
        await once(here.child, "exit");
      };
    });
    const cut = buy(here.url, "7f0c").catch(() => null);
    await charged;
    here.child.kill("SIGKILL");
    expect(await cut).toBe(null);
    bank.watch = null;

    const there = await startShop(file, bank.url, "there");
    const answer = await buy(there.url, "7f0c");
    expect(answer.status).toBe(201);
    const body = await answer.text();
    expect(JSON.parse(body)).toMatchObject({
      order: "o-1",
      paid: { key: "7f0c.checkout.charge.1" },
      steps: [{ name: "charge", location: "here" }],
    });
    expect(await (await buy(there.url, "7f0c")).text()).toBe(body);
    expect(bank.ledger.length).toBe(1);
    expect((await buy(there.url, "7f0c", '{"order":"o-2"}')).status).toBe(422);
    expect((await buy(there.url, null)).status).toBe(400);
    expect((await buy(there.url, "bad", "{")).status).toBe(400);
    expect((await buy(there.url, "big", `"${"x".repeat(2_000_000)}"`)).status).toBe(413);
  } finally {
    await bank.close();
  }
});
