import { expect, test } from "vitest";
import { probesShape } from "../config/probes-shape.ts";
import type { Target } from "../drivers/metrics/prometheus.ts";
import { madeClock } from "../runtime/made-clock.testing.ts";
import { exporterAddresses } from "./exporter-addresses.ts";

const settings = probesShape.parse({ blackbox: { vantages: ["east", "west"] } }).blackbox!;
const north = { vantage: "east", location: "north", job: "looks", instance: "10.0.0.1:9115" };
const south = { ...north, location: "south" };
const west = { ...north, location: "west" };

test("an exporter is asked where its Prometheus asks it, when it is clear which of its pages is meant", async () => {
  let targets: readonly Target[] = [
    { labels: { ...north, cluster: "a" }, address: "http://10.0.0.1:9115/probe?target=north" },
    // Two pages, told apart by a label that the query leaves out.
    { labels: { ...south, page: "one" }, address: "http://10.0.0.1:9115/probe?target=south&module=one" },
    { labels: { ...south, page: "two" }, address: "http://10.0.0.1:9115/probe?target=south&module=two" },
    { labels: west, address: "file:///etc/passwd" },
    { labels: { job: "web" }, address: "http://10.0.0.2/metrics" },
  ];
  let isThere = true;
  const clock = madeClock(1_700_000_000_000);
  const addresses = exporterAddresses({
    clock,
    settings,
    prometheus: {
      series: async () =>
        [north, south, west].map((labels) => ({ labels: { __name__: "probe_success", ...labels }, value: 1 })),
      async targets() {
        if (!isThere) throw new Error("no answer in time");
        return targets;
      },
    },
  });
  await clock.pass(0);
  expect(addresses.of("east", "north")).toBe("http://10.0.0.1:9115/probe?target=north");
  for (const location of ["south", "west", "east"]) expect(addresses.of("east", location)).toBeNull();
  // What was known stays while the Prometheus is away, and follows it when it is back.
  isThere = false;
  await clock.pass(60_000);
  expect(addresses.of("east", "north")).toBe("http://10.0.0.1:9115/probe?target=north");
  isThere = true;
  targets = [{ labels: north, address: "http://10.0.0.9:9115/probe?target=north" }];
  await clock.pass(60_000);
  expect(addresses.of("east", "north")).toBe("http://10.0.0.9:9115/probe?target=north");
  addresses.stop();
});

test("what its Prometheus has not scraped yet when we start is known soon after", async () => {
  const scraped = [north];
  const clock = madeClock(1_700_000_000_000);
  const addresses = exporterAddresses({
    clock,
    settings,
    prometheus: {
      series: async () => scraped.map((labels) => ({ labels, value: 1 })),
      targets: async () =>
        [north, south].map((labels) => ({ labels, address: `http://10.0.0.1:9115/${labels.location}` })),
    },
  });
  await clock.pass(500);
  scraped.push(south);
  expect(addresses.of("east", "south")).toBeNull();
  await clock.pass(1000);
  expect(addresses.of("east", "south")).toBe("http://10.0.0.1:9115/south");
  addresses.stop();
});
