import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { startBank, type Bank } from "./bank.ts";

// The README's shop, before and after, as it stands there, put together by a new user. It lives inside the package so that the
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
    // Both shops are Express's, and know of no such page.
    const isThere = await fetch(`http://127.0.0.1:${port}/`).then(
      ({ status, headers }) => status === 404 && headers.get("x-powered-by") === "Express",
      () => false,
    );
    if (isThere) return { child, url };
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return null;
}

const buy = (url: string, key: string | null, body = '{"order":"o-1","amountCents":1200}') =>
  fetch(url, {
    method: "POST",
    body,
    headers: { "content-type": "application/json", ...(key === null ? {} : { "idempotency-key": key }) },
  });

const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
const [shopBefore = "", ...shopAfter] = [...readme.matchAll(/```ts\n(.*?)```/gs)].map((match) => match[1]);

/** The bank has charged, and the shop dies before it hears so. */
async function killedInItsCharge(shop: Shop, bank: Bank): Promise<void> {
  const charged = new Promise<void>((resolve) => {
    bank.watch = async (point) => {
      if (point !== "bank after charges") return;
      resolve();
      await once(shop.child, "exit");
    };
  });
  const cut = buy(shop.url, "7f0c").catch(() => null);
  await charged;
  shop.child.kill("SIGKILL");
  expect(await cut).toBe(null);
  bank.watch = null;
}

test("the README's shop as it was: killed in the middle of its charge, it charges twice", async () => {
  const file = join(folder, "shop-before.ts");
  writeFileSync(file, shopBefore);
  const bank = await startBank();
  try {
    await killedInItsCharge(await startShop(file, bank.url, "here"), bank);
    const again = await startShop(file, bank.url, "here");
    expect((await buy(again.url, "7f0c")).status).toBe(201);
    expect(bank.ledger.length).toBe(2);
  } finally {
    await bank.close();
  }
});

test("the README's shop afterwards: killed in the middle of its charge, another one goes on", async () => {
  const file = join(folder, "shop.ts");
  writeFileSync(file, shopAfter.join("\n"));
  const bank = await startBank();
  try {
    await killedInItsCharge(await startShop(file, bank.url, "here"), bank);
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
    expect(await (await buy(there.url, "card", '{"order":"o-3","cardNumber":"4111"}')).text()).toContain("cardNumber");
  } finally {
    await bank.close();
  }
});
