import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startOutside, type Outside } from "./outside.ts";

let folder = "";
let outside: Outside;
const start = async (dedup = false): Promise<void> => {
  outside = await startOutside({
    address: "127.0.0.1",
    port: 0,
    ledgerFile: join(folder, "ledger.ndjson"),
    dedup,
    serviceMs: 1,
  });
};
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "outside-"));
  await start();
});
afterEach(async () => {
  await outside.stop();
  rmSync(folder, { recursive: true });
});

const ask = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
  const answer = await fetch(`http://127.0.0.1:${outside.port}${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, text, body: path === "/ledger" ? text : JSON.parse(text) };
};
const charge = (key: string, headers: Record<string, string> = {}) =>
  ask("POST", "/charges", { key, order: `order of ${key}`, amountCents: 450 }, headers);
const ledger = async () =>
  (await ask("GET", "/ledger")).text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as { kind: string; key: string; order: string; amount: number; from: string });

test("takes every order as it comes, so that a doubled charge shows", async () => {
  expect((await ask("GET", "/charges/k1")).status).toBe(404);
  expect((await charge("k1", { "x-from": "us-east-1" })).status).toBe(201);
  expect((await charge("k1", { "x-from": "us-east-2" })).status).toBe(201);
  expect((await ask("GET", "/charges/k1")).status).toBe(200);
  expect((await ask("POST", "/reservations", { key: "k1", order: "o" })).status).toBe(201);
  expect(await ledger()).toMatchObject([
    { kind: "charge", key: "k1", order: "order of k1", amount: 450, from: "us-east-1" },
    { kind: "charge", key: "k1", from: "us-east-2" },
    { kind: "reservation", key: "k1", order: "o", amount: 0, from: "" },
  ]);
});

test("a void makes 'not done' final, and says 'done' of what was done", async () => {
  expect((await ask("POST", "/charges/never/void")).body).toEqual({ done: false });
  expect((await charge("never")).status).toBe(409);
  expect((await ask("GET", "/charges/never")).status).toBe(404);
  // The warehouse has books of its own.
  expect((await ask("POST", "/reservations", { key: "never", order: "o" })).status).toBe(201);

  await charge("paid");
  expect((await ask("POST", "/charges/paid/void")).body).toEqual({ done: true });
  expect((await ask("GET", "/charges/paid")).status).toBe(200);
});

test("an attempt after its not-after is refused", async () => {
  expect((await charge("late", { "not-after": String(Date.now() - 1) })).status).toBe(410);
  expect((await charge("in-time", { "not-after": String(Date.now() + 10_000) })).status).toBe(201);
  expect((await charge("odd", { "not-after": "tomorrow" })).status).toBe(400);
  expect((await ledger()).map(({ key }) => key)).toEqual(["in-time"]);
});

test("entries and voids outlive a restart; with dedup the first answer is given again", async () => {
  await charge("before");
  await ask("POST", "/charges/voided/void");
  await outside.stop();
  await start(true);
  expect((await charge("voided")).status).toBe(409);
  const again = await charge("before");
  expect(again.status).toBe(201);
  expect((await ledger()).map(({ key }) => key)).toEqual(["before"]);
});

test("bad bodies are refused by name, and the process lives", async () => {
  expect((await ask("POST", "/charges", "{")).body).toMatchObject({ code: "bad-json" });
  expect((await ask("POST", "/charges", { key: "k", order: "o" })).body).toMatchObject({
    code: "bad-order",
    says: expect.stringContaining("amountCents"),
  });
  expect((await ask("POST", "/charges", { key: "", order: "o", amountCents: -1 })).status).toBe(400);
  expect((await ask("POST", "/charges", "x".repeat(20_000))).status).toBe(413);
  expect((await ask("POST", "/refunds", {})).status).toBe(404);
  expect((await ask("GET", "/charges/%ff")).body).toMatchObject({ code: "bad-key" });
  expect((await charge("fine")).status).toBe(201);
});
