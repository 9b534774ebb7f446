import { createServer } from "node:net";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { request } from "undici";
import { damage, damagedDocument, damagedText } from "../../test/damage.ts";
import type { Reading } from "../core/reading.ts";
import { sqliteReadings } from "../drivers/store/sqlite-readings.ts";
import { madeClock } from "../runtime/made-clock.testing.ts";
import { madeEstate } from "../runtime/made-houston.testing.ts";
import type { Node } from "../runtime/node.ts";
import { readingRecorder } from "../runtime/reading-recorder.ts";
import { readBeacons, startNodeAdmin } from "./node-admin.ts";

const OWN = { location: "us-east-1", at: 1_795_000_000_000 };
const GOOD = [
  { zoneGroups: [{ zone: "germany", good: 9, total: 10 }] },
  { at: 1, readings: [{ good: 9, total: 10, vantage: "users:japan", service: "edge", signal: "requests", overMs: 5 }] },
  [{ good: 1, total: 2, vantage: "users:india" }],
];
const PIECES = ['"', "{", "}", "[", "]", ",", ":", "null", "1e999", "-1", "\\u0000", "__proto__", "é", "users:", "0.5"];

/** Null: not even JSON. */
function body(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

test(
  "100,000 damaged beacons: never a throw, and what is taken is bounded, ours in time and place",
  { timeout: 60_000 },
  () => {
    const pick = damage(11).below;
    let taken = 0;
    for (let round = 0; round < 100_000; round++) {
      const good = GOOD[pick(GOOD.length)];
      const damaged =
        round % 2 === 0 ? damagedDocument(good, pick) : body(damagedText(JSON.stringify(good), PIECES, pick));
      const readings = readBeacons(damaged, OWN);
      if (readings === null) continue;
      taken++;
      const sound = readings.every(
        (reading) =>
          reading.signal === "requests" &&
          reading.at === OWN.at &&
          reading.location === OWN.location &&
          reading.service.length <= 64 &&
          (reading.vantage ?? "").startsWith("users:") &&
          (reading.vantage ?? "").length <= 128 &&
          reading.good >= 0 &&
          reading.good <= reading.total &&
          reading.total <= 1e9,
      );
      if (!sound || readings.length > 1000) throw new Error(`taken: ${JSON.stringify(damaged).slice(0, 500)}`);
    }
    // Some damage leaves true beacons; were there none, nothing but the first check would be tried.
    expect(taken).toBeGreaterThan(1000);
    expect(taken).toBeLessThan(90_000);
  },
);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.87.3.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

test("what the port refuses is answered {code, says, hint} and counted by code", async () => {
  const beacons: Reading[] = [];
  const node = {
    beacons: (readings: readonly Reading[]) => void beacons.push(...readings),
    setUnreachable: () => {},
    summary: () => null,
    counters: { probing: { failures: {} }, exchange: { skewMs: {} }, broken: null },
  } as unknown as Node;
  const port = await freePort();
  const admin = await startNodeAdmin({
    node,
    recorder: readingRecorder({
      clock: madeClock(OWN.at),
      estate: madeEstate,
      open: () => sqliteReadings(":memory:"),
    }),
    location: OWN.location,
    listen: { host: "127.87.3.1", port },
    token: "t",
    now: () => OWN.at,
    transport: { sent: 0, failed: 0, received: 0, refused: {} },
  });
  onTestFinished(() => admin.stop());
  const call = async (method: "GET" | "POST", path: string, text?: string) => {
    const answer = await request(`http://127.87.3.1:${port}${path}`, { method, ...(text && { body: text }) });
    return { status: answer.statusCode, text: await answer.body.text() };
  };
  for (const text of ["{", '{"readings": 5}', '{"zoneGroups": [{"zone": "x", "good": -1, "total": 1}]}']) {
    const { status, text: said } = await call("POST", "/beacons", text);
    expect({ status, body: JSON.parse(said) as unknown }).toMatchObject({ status: 400, body: { code: "not-beacons" } });
  }
  expect((await call("POST", "/beacons", "x".repeat(300_000))).status).toBe(400);
  expect((await call("GET", "/summary")).status).toBe(401);
  expect((await call("POST", "/beacons", JSON.stringify(GOOD[0]))).status).toBe(204);
  expect(beacons).toMatchObject([{ good: 9, total: 10, vantage: "users:germany" }]);
  const { text: page } = await call("GET", "/metrics");
  expect(page).toContain('houston_node_calls_refused_total{code="not-beacons"} 3');
  expect(page).toContain('houston_node_calls_refused_total{code="not-readable"} 1');
  expect(page).toContain('houston_node_calls_refused_total{code="token-missing"} 1');
});
