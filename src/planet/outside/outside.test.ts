import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { damage, DAMAGED_CASES, DAMAGED_WITHIN_MS } from "../../../test/damage.ts";
import { openLedger } from "./ledger.ts";
import { readNotAfter, readOrderBody } from "./order-body.ts";
import { startOutside, type Outside } from "./outside.ts";

/* Locations call from 127.73.1.0/24 and 127.73.2.0/24. */

let folder = "";
let outside: Outside;
const start = async (dedup = false): Promise<void> => {
  outside = await startOutside({
    address: "127.0.0.1",
    port: 0,
    ledgerFile: join(folder, "ledger.ndjson"),
    dedup,
    serviceMs: 1,
    locations: [
      { name: "us-east-1", address: "127.73.1.1" },
      { name: "us-east-2", address: "127.73.2.1" },
    ],
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

const ask = (
  method: string,
  path: string,
  body?: unknown,
  options: { readonly headers?: Record<string, string>; readonly from?: string } = {},
): Promise<{ readonly status: number; readonly text: string; readonly body: unknown }> =>
  new Promise((resolve, reject) => {
    const { headers = {}, from = "127.0.0.1" } = options;
    const at = { host: "127.0.0.1", port: outside.port, localAddress: from, method, path, headers, agent: false };
    const request = httpRequest(at, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, text, body: path === "/ledger" ? text : JSON.parse(text) }),
      );
    });
    request.on("error", reject);
    request.end(body === undefined || typeof body === "string" ? body : JSON.stringify(body));
  });
const charge = (key: string, options?: Parameters<typeof ask>[3]) =>
  ask("POST", "/charges", { key, order: `order of ${key}`, amountCents: 450 }, options);
const ledger = async () =>
  (await ask("GET", "/ledger")).text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as { kind: string; key: string; order: string; amount: number; from: string });

test("takes every order as it comes, so that a doubled charge shows", async () => {
  expect((await ask("GET", "/charges/k1")).status).toBe(404);
  expect((await charge("k1", { from: "127.73.1.1" })).status).toBe(201);
  expect((await charge("k1", { from: "127.73.2.10" })).status).toBe(201);
  expect((await ask("GET", "/charges/k1")).status).toBe(200);
  expect((await ask("POST", "/reservations", { key: "k1", order: "o" })).status).toBe(201);
  // By address alone: whoever calls from outside all locations can say what he likes.
  expect(
    (await ask("POST", "/reservations", { key: "k2", order: "o" }, { headers: { "x-from": "us-east-1" } })).status,
  ).toBe(201);
  expect(await ledger()).toMatchObject([
    { kind: "charge", key: "k1", order: "order of k1", amount: 450, from: "us-east-1" },
    { kind: "charge", key: "k1", from: "us-east-2" },
    { kind: "reservation", key: "k1", order: "o", amount: 0, from: "" },
    { kind: "reservation", key: "k2", from: "" },
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
  const until = (text: string) => charge(`until ${text}`, { headers: { "not-after": text } });
  expect((await until(String(Date.now() - 1))).status).toBe(410);
  expect((await charge("in-time", { headers: { "not-after": String(Date.now() + 10_000) } })).status).toBe(201);
  for (const text of ["tomorrow", "", " ", "-1", "0x10", "1e99", "Infinity"])
    expect((await until(text)).body).toMatchObject({ code: "bad-not-after" });
  expect((await ledger()).map(({ key }) => key)).toEqual(["in-time"]);
});

test("a line torn by a crash is cut off: what comes after it is whole, and is there after the next start", async () => {
  await charge("before");
  await outside.stop();
  appendFileSync(join(folder, "ledger.ndjson"), '{"at":1,"kind":"charge","key":"to');
  await start();
  expect((await charge("after")).status).toBe(201);
  await outside.stop();
  expect(readFileSync(join(folder, "ledger.ndjson"), "utf8")).not.toContain('"to');
  await start();
  expect((await ledger()).map(({ key }) => key)).toEqual(["before", "after"]);
});

test("who hears of a charge hears of one that is on disk", async () => {
  const file = join(folder, "other.ndjson");
  const book = await openLedger(file);
  const entry = { at: 1, kind: "charge", key: "k", order: "o", amount: 1, from: "" } as const;
  const added = book.add(entry);
  // It counts at once for whoever decides, and is told only after this.
  expect(book.first("charge", "k")).toEqual(entry);
  await book.settled();
  expect(readFileSync(file, "utf8")).toBe(`${JSON.stringify(entry)}\n`);
  await added;
  await book.close();

  const [charged, voided] = await Promise.all([charge("both"), ask("POST", "/charges/both/void")]);
  const done = charged.status === 201;
  expect(voided.body).toEqual({ done });
  expect((await ledger()).map(({ key }) => key)).toEqual(done ? ["both"] : []);
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

test("garbage is an order of the right shape or is refused by name", { timeout: DAMAGED_WITHIN_MS }, () => {
  const { text, below } = damage(17);
  const counts = { order: 0, "bad-json": 0, "bad-order": 0, notAfter: 0, badNotAfter: 0 };
  for (let each = 0; each < DAMAGED_CASES; each++) {
    const good = `{"key":"k-${below(100)}","order":"o01-00aa","amountCents":${below(1e6)}}`;
    const read = readOrderBody(each % 2 === 0 ? "charge" : "reservation", text(good));
    if (read.kind === "bad") {
      counts[read.code]++;
      if (read.says.length > 500) throw new Error(read.says);
    } else {
      counts.order++;
      const { key, amountCents } = read.order;
      if (!(Number.isSafeInteger(amountCents) && amountCents >= 0 && key.length > 0 && key.length <= 512))
        throw new Error(JSON.stringify(read));
    }
    const notAfter = readNotAfter(text("1790000000000"));
    if (notAfter === null) counts.badNotAfter++;
    else if (notAfter >= 0) counts.notAfter++;
  }
  for (const count of Object.values(counts)) expect(count).toBeGreaterThan(1000);
  expect(counts.notAfter + counts.badNotAfter).toBe(DAMAGED_CASES);
});
