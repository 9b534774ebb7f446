import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { probesShape } from "../config/probes-shape.ts";
import type { ProbeReading } from "../core/reading.ts";
import { madeClock } from "../runtime/made-clock.testing.ts";
import { exporterLookers, followExporters } from "./vantages.ts";

const ADDRESS = "127.93.6.2";
const EVERY_MS = 1000;

test("an exporter that tells us of one place is heard second hand of another, of which it can't be asked", async () => {
  const exporter = createServer((_request, response) => {
    response.end("probe_success 1\nprobe_http_status_code 200\nprobe_duration_seconds 0.003\n");
  }).listen(0, ADDRESS);
  await once(exporter, "listening");
  const { port } = exporter.address() as AddressInfo;
  const north = { vantage: "east", location: "north" };
  const south = { vantage: "east", location: "south" };
  const target = (labels: Readonly<Record<string, string>>) => ({ labels, address: `http://${ADDRESS}:${port}/probe` });
  const prometheus = {
    series: async (query: string) =>
      [north, south].map((labels) => ({ labels, value: query.startsWith("timestamp") ? 100 : 0 })),
    // Two pages of the south: which one is meant nobody can say.
    targets: async () => [target(north), target({ ...south, page: "one" }), target({ ...south, page: "two" })],
  };
  const clock = madeClock(1_700_000_000_000);
  const options = {
    probes: probesShape.parse({ blackbox: { vantages: ["east"] } }),
    prometheus: { ...prometheus, look: unasked, past: unasked },
    everyMs: EVERY_MS,
    say: unasked,
  };
  const exporters = exporterLookers(options, clock)!;
  await clock.pass(0);
  const look = (location: string) =>
    exporters.drivers.get("east")!.probe({ location, journey: "browse", key: "probe-east-1-1" });
  expect(await look("north")).toMatchObject({ ok: true });
  expect(await look("south")).toBeNull();
  const heard: ProbeReading[] = [];
  const estate = { locations: ["east", "north", "south"].map((name) => ({ name }) as never) };
  const stop = followExporters(options, { clock, estate, exporters, take: (reading) => heard.push(reading) });
  onTestFinished(() => {
    stop();
    exporters.stop();
    exporter.closeAllConnections();
    exporter.close();
  });
  await clock.pass(EVERY_MS);
  expect(heard).toMatchObject([{ vantage: "east", location: "south", ok: false }]);
});

function unasked(): never {
  throw new Error("nobody asks this");
}
