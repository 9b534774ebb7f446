import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { request } from "undici";
import { afterAll, expect, test } from "vitest";
import type { Reading } from "../core/reading.ts";
import { sqliteReadings } from "../drivers/store/sqlite-readings.ts";
import { madeClock } from "../runtime/made-clock.testing.ts";
import { madeEstate } from "../runtime/made-houston.testing.ts";
import { startLoneNode } from "../runtime/lone-node.testing.ts";
import { readingRecorder } from "../runtime/reading-recorder.ts";
import { openRecording } from "../runtime/recording/reader.ts";
import { startNodeAdmin } from "./node-admin.ts";
import { nodeReadings } from "./node-readings.ts";

const folder = mkdtempSync(join(tmpdir(), "houston-node-admin-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const START = 1_795_000_000_000;

test("a node hands out what it judged: its own world's counters, beacons and its looks, in time order", async () => {
  const clock = madeClock(START);
  const recorder = readingRecorder({
    clock,
    estate: madeEstate,
    open: () => sqliteReadings(join(folder, "readings.sqlite")),
  });
  const node = startLoneNode(clock, { good: 9, total: 10 }, { record: (readings) => recorder.take(readings) });
  const admin = await startNodeAdmin({
    node,
    recorder,
    location: "east",
    listen: { host: "127.0.0.1", port: 0 },
    token: "secret",
    now: () => clock.now(),
    transport: { sent: 0, failed: 0, received: 0, refused: {} },
  });
  const ask = nodeReadings({ nodeAdmins: { east: { host: "127.0.0.1", port: admin.port } }, token: "secret" });
  try {
    const early = await request(`http://127.0.0.1:${admin.port}/recording`, {
      headers: { authorization: "Bearer secret" },
    });
    expect(early.statusCode).toBe(503);
    expect(await early.body.json()).toMatchObject({ code: "readings-closed" });
    await expect(ask({ location: "east" })).rejects.toThrow("readings-closed");
    await clock.pass(5000);
    node.beacons([
      {
        at: clock.now(),
        location: "east",
        service: "edge",
        signal: "requests",
        good: 1,
        total: 2,
        vantage: "users:de",
      },
    ]);
    await clock.pass(10_000);
    const file = join(folder, "recording.ndjson");
    writeFileSync(file, await text(await ask({ location: "east" })));
    const { header, lines } = await openRecording(file);
    expect(header.locations).toEqual(madeEstate.locations.map(({ name }) => name));
    const read: Reading[] = [];
    for await (const line of lines) if (line.kind === "reading") read.push(line.reading);
    const count = (keep: (reading: Reading) => boolean): number => read.filter(keep).length;
    expect(count((each) => each.signal === "requests" && each.service === "web")).toBeGreaterThanOrEqual(13);
    expect(count((each) => each.signal === "requests" && each.vantage === "users:de")).toBe(1);
    expect(count((each) => each.signal === "probe")).toBeGreaterThan(20);

    const part = await text(await ask({ location: "east", since: START + 4000, until: START + 4999 }));
    const times = part
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((line) => (JSON.parse(line) as { at: number }).at);
    expect(times.length).toBeGreaterThan(1);
    expect(times.every((at) => at >= START + 4000 && at <= START + 4999)).toBe(true);

    const url = `http://127.0.0.1:${admin.port}/recording`;
    expect((await request(url)).statusCode).toBe(401);
    const badly = await request(`${url}?since=soon`, { headers: { authorization: "Bearer secret" } });
    expect(badly.statusCode).toBe(400);
    await expect(ask({ location: "west" })).rejects.toMatchObject({ code: "node-silent" });
  } finally {
    node.stop();
    recorder.stop();
    await admin.stop();
  }
});
