// Who looks at locations in `houston run`: itself, and blackbox exporters that it asks where their Prometheus does; three small shops are real.
import { createServer, type Server } from "node:http";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readConfig } from "../config/config-file.ts";
import { startHouston, type RunningHouston } from "./houston.ts";
import { freePort, THREE_SHOPS } from "./three-shops.testing.ts";

const HERE = "127.86.56.1";
const SHOPS = { east: "127.86.56.11", west: "127.86.56.12", north: "127.86.56.13" } as const;
type Name = keyof typeof SHOPS;
const NAMES = Object.keys(SHOPS) as readonly Name[];
const folder = mkdtempSync(join(tmpdir(), "houston-looks-"));
const asked: string[] = [];
const status: Record<Name, number> = { east: 200, west: 200, north: 200 };
let servers: readonly Server[];
let houston: RunningHouston;
/** What the exporters tell whatever they see, by `vantage location`. */
let lies: Readonly<Record<string, number>> = {};

beforeAll(async () => {
  const [dnsPort, shopPort, exporterPort] = [await freePort(HERE), await freePort(SHOPS.east), await freePort(HERE)];
  const shops = NAMES.map((name) =>
    createServer((_request, response) => void response.writeHead(status[name]).end(name)).listen(shopPort, SHOPS[name]),
  );
  const exporter = createServer((request, response) => {
    const [, vantage = "", location = ""] = (request.url ?? "").split("/");
    asked.push(`${vantage} ${location}`);
    void (async () => {
      const seen =
        lies[`${vantage} ${location}`] ?? (await fetch(`http://${SHOPS[location as Name]}:${shopPort}/`)).status;
      response.end(
        `probe_duration_seconds 0.003\nprobe_http_status_code ${seen}\nprobe_success ${Number(seen === 200)}\n`,
      );
    })()
      // At the end of the test a shop hangs up on a probe that is under way: then nobody waits for its answer.
      .catch(() => response.destroy());
  }).listen(exporterPort, HERE);
  servers = [...shops, exporter];
  const read = readConfig(config({ dnsPort, shopPort }));
  if ("problems" in read) throw new Error(JSON.stringify(read.problems));
  const { estate, steering, probes } = read;
  const looks = ["west", "east"].flatMap((vantage) =>
    NAMES.filter((location) => location !== vantage).map((location) => ({ vantage, location })),
  );
  houston = await startHouston({
    estate,
    steering,
    probes,
    name: null,
    people: {},
    scale: null,
    env: {},
    prometheus: {
      look: async (at) => counted(at),
      // What was scraped is that all is well, and never anything newer: who waits for it waits for ever.
      series: async (query) => (query === "probe_success" ? looks.map((labels) => ({ labels, value: 1 })) : []),
      targets: async () =>
        looks.map((labels) => ({
          labels: { ...labels, job: "looks" },
          address: `http://${HERE}:${exporterPort}/${labels.vantage}/${labels.location}`,
        })),
      past: () => {
        throw new Error("nothing is learnt from the past");
      },
    },
    everyMs: 250,
    backfillMs: 0,
    signal: new AbortController().signal,
    stateFolder: join(folder, "state"),
    ordersFolder: join(folder, "orders"),
    listen: { host: "127.0.0.1", port: 0 },
    say: () => {},
  });
});

afterAll(async () => {
  await houston?.stop();
  for (const each of servers ?? []) {
    each.closeAllConnections();
    each.close();
  }
  rmSync(folder, { recursive: true, force: true });
});

test("one vantage that is told of errors makes all others look, and moves nobody", async () => {
  await expect.poll(async () => (await statusNow()).routeTableVersion, { timeout: 10_000 }).toBeGreaterThan(0);
  lies = { "west east": 500 };
  const before = asked.filter((each) => each === "west east").length;
  await expect
    .poll(() => asked.filter((each) => each === "west east").length, { timeout: 10_000 })
    .toBeGreaterThan(before + 4);
  expect((await statusNow()).locations.map(({ state }) => state)).toEqual(["serving", "serving", "serving"]);
  lies = {};
});

test("a place that errs for everybody is left at once, by what exporters were asked and not by what was scraped of them", async () => {
  status.east = 500;
  await expect
    .poll(async () => (await statusNow()).locations[0]?.state, { timeout: 10_000, interval: 50 })
    .toBe("evacuated");
  status.east = 200;
});

type Status = { readonly routeTableVersion: number; readonly locations: readonly { readonly state: string }[] };

async function statusNow(): Promise<Status> {
  return (await (await fetch(`${houston.api}/api/status`)).json()) as Status;
}

/** What a Prometheus would say: 100 requests a second at each, all well. */
function counted(at: number) {
  const value = Math.round(at / 10) % 1e9;
  const samples = ["rp_requests_total", "rp_edge_requests_total"].map((name) => ({
    name,
    labels: { service: "web", outcome: "good", bucket: "all", series: "" },
    value,
  }));
  const page = { samples, refused: 0, refusals: [] };
  return { kind: "seen" as const, strangers: {}, pages: new Map(NAMES.map((name) => [name, page])) };
}

const config = (ports: { readonly dnsPort: number; readonly shopPort: number }): string => `
mode: act
ttlSeconds: 1
${THREE_SHOPS}guards: { minLocationsServing: 2 }
steering:
  hosts: { public: [www.example.com] }
  addresses: { east: [${SHOPS.east}], west: [${SHOPS.west}], north: [${SHOPS.north}] }
  subnets: { us-east: [10.1.0.0/16], us-west: [10.2.0.0/16] }
  drivers:
    - { kind: embedded, listen: ["${HERE}:${ports.dnsPort}"], nameServers: [ns1.example.org] }
probes:
  http: { from: north, url: "http://www.example.com:${ports.shopPort}/" }
  blackbox: { vantages: [west, east] }
`;
