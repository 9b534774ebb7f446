import { expect, test } from "vitest";
import type { Series } from "../drivers/metrics/prometheus.ts";
import { probesShape } from "../config/probes-shape.ts";
import { blackbox } from "./blackbox.ts";

const settings = probesShape.parse({ blackbox: { vantages: ["east", "west"] } }).blackbox!;

test("each look of an exporter is told once, with what was wrong; a place says nothing of itself, strangers nothing at all", async () => {
  const page: Record<string, Series[]> = {
    probe_success: [
      series(1, { vantage: "east", location: "north" }),
      series(0, { vantage: "west", location: "north" }),
      series(0, { vantage: "west", location: "east" }),
      series(0, { vantage: "west", location: "south" }),
      series(0, { vantage: "east", location: "south" }),
      series(1, { vantage: "east", location: "east" }),
      series(0, { vantage: "moon", location: "east" }),
      series(0, { vantage: "east", location: "moon" }),
    ],
    "timestamp(probe_success)": [
      series(100, { vantage: "east", location: "north" }),
      series(100, { vantage: "west", location: "north" }),
      series(100, { vantage: "west", location: "east" }),
      series(100, { vantage: "west", location: "south" }),
      series(100, { vantage: "east", location: "south" }),
    ],
    probe_http_status_code: [
      series(200, { vantage: "east", location: "north" }),
      series(503, { vantage: "west", location: "north" }),
      series(0, { vantage: "west", location: "east" }),
      series(500, { vantage: "west", location: "south" }),
    ],
    probe_duration_seconds: [
      series(0.25, { vantage: "east", location: "north" }),
      series(0.5, { vantage: "west", location: "east" }),
      series(0.004, { vantage: "east", location: "south" }),
    ],
  };
  const exporters = blackbox({
    settings,
    prometheus: { series: async (query) => page[query] ?? [] },
    locations: ["east", "west", "north", "south"],
  });
  const signal = new AbortController().signal;
  const any = { at: 7, signal: "probe", journey: "browse" };
  expect(await exporters.look(7, signal)).toEqual([
    { ...any, location: "north", vantage: "east", ok: true, ms: 250 },
    { ...any, location: "north", vantage: "west", ok: false, ms: 0, why: "status" },
    { ...any, location: "east", vantage: "west", ok: false, ms: 500, why: "timeout" },
    { ...any, location: "south", vantage: "west", ok: false, ms: 0, why: "error" },
    { ...any, location: "south", vantage: "east", ok: false, ms: 4, why: "refused" },
  ]);
  // Nobody has looked since.
  expect(await exporters.look(8, signal)).toEqual([]);
  page["timestamp(probe_success)"] = [series(101, { vantage: "east", location: "north" })];
  expect(await exporters.look(9, signal)).toMatchObject([{ vantage: "east", location: "north", ok: true }]);
});

function series(value: number, labels: Readonly<Record<string, string>>): Series {
  return { labels, value };
}
