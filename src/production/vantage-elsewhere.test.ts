// `houston run` asks a vantage that is a process of its own (`houston run --probe-only`) and one that lies; three small shops are real.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readConfig } from "../config/config-file.ts";
import { startHouston, type RunningHouston } from "./houston.ts";
import { freePort, THREE_SHOPS } from "./three-shops.testing.ts";

const HERE = "127.86.58.1";
const SHOPS = { east: "127.86.58.11", west: "127.86.58.12", north: "127.86.58.13" } as const;
type Name = keyof typeof SHOPS;
const NAMES = Object.keys(SHOPS) as readonly Name[];
const TOKEN = "not-so-secret-in-a-test";
const folder = mkdtempSync(join(tmpdir(), "houston-elsewhere-"));
const status: Record<Name, number> = { east: 200, west: 200, north: 200 };
const said: string[] = [];
let servers: readonly Server[];
let vantage: ChildProcess;
let houston: RunningHouston;
/** What the vantage in the east says of the west. */
let lie: object = {};
let lies = 0;

beforeAll(async () => {
  const [dnsPort, shopPort] = [await freePort(HERE), await freePort(SHOPS.east)];
  const shops = NAMES.map((name) =>
    createServer((_request, response) => void response.writeHead(status[name]).end(name)).listen(shopPort, SHOPS[name]),
  );
  const liar = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => void (text += chunk.toString()));
    request.on("end", () => {
      lies += 1;
      const { location } = JSON.parse(text) as { location: string };
      response.end(
        JSON.stringify({ vantage: "east", location, at: 0, ok: true, ms: 1, ...(location === "west" && lie) }),
      );
    });
  }).listen(0, HERE);
  servers = [...shops, liar];
  await once(liar, "listening");
  const text = (west: string): string =>
    config({ dnsPort, shopPort, west, east: `http://${HERE}:${(liar.address() as AddressInfo).port}` });
  const file = join(folder, "houston.yaml");
  writeFileSync(file, text(`http://${HERE}:1`));
  const read = readConfig(text(await startVantage(file)));
  if ("problems" in read) throw new Error(JSON.stringify(read.problems));
  houston = await startHouston({
    estate: read.estate,
    steering: read.steering,
    probes: read.probes,
    name: null,
    people: {},
    scale: null,
    env: { HOUSTON_VANTAGE_TOKEN: TOKEN },
    prometheus: {
      look: async (at) => counted(at),
      series: async () => [],
      targets: async () => [],
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
    say: ({ what }) => said.push(what),
  });
});

afterAll(async () => {
  vantage?.kill("SIGTERM");
  await houston?.stop();
  for (const each of servers ?? []) {
    each.closeAllConnections();
    each.close();
  }
  rmSync(folder, { recursive: true, force: true });
});

test("vantages elsewhere count, and one that lies of a place moves nobody", async () => {
  expect(houston.most).toEqual({ mode: "act", because: null });
  await expect.poll(async () => (await statusNow()).routeTableVersion).toBeGreaterThan(0);
  lie = { ok: false, why: "refused", says: "nobody is there" };
  const before = lies;
  await expect.poll(() => lies).toBeGreaterThan(before + 3);
  expect(await states()).toEqual(["serving", "serving", "serving"]);
  lie = {};
});

test("a place that errs is left by what a vantage elsewhere was asked", async () => {
  status.east = 500;
  await expect.poll(async () => (await states())[0], { interval: 50 }).toBe("evacuated");
  status.east = 200;
});

test("a vantage that is gone is said, and moves nobody", async () => {
  vantage.kill("SIGKILL");
  await expect.poll(() => said.filter((what) => what.includes("the vantage in west can't be asked"))).toHaveLength(1);
  expect((await states()).slice(1)).toEqual(["serving", "serving"]);
});

type Status = { readonly routeTableVersion: number; readonly locations: readonly { readonly state: string }[] };

async function statusNow(): Promise<Status> {
  return (await (await fetch(`${houston.api}/api/status`)).json()) as Status;
}

const states = async (): Promise<readonly string[]> => (await statusNow()).locations.map(({ state }) => state);

/** The command as people start it; gives where it is asked. */
async function startVantage(file: string): Promise<string> {
  const main = join(import.meta.dirname, "..", "cli", "main.ts");
  const words = `run --probe-only --config ${file} --vantage west --listen ${HERE}:0 --json`.split(" ");
  vantage = spawn(
    process.execPath,
    ["--conditions=reactive-production:source", "--disable-warning=ExperimentalWarning", main, ...words],
    { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, HOUSTON_VANTAGE_TOKEN: TOKEN } },
  );
  const [line] = (await once(createInterface(vantage.stdout!), "line")) as [string];
  const started = JSON.parse(line) as { readonly url: string; readonly locations: readonly string[] };
  expect(started.locations).toEqual(["east", "north"]);
  return started.url;
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

const config = (at: {
  readonly dnsPort: number;
  readonly shopPort: number;
  readonly west: string;
  readonly east: string;
}): string => `
mode: act
ttlSeconds: 1
${THREE_SHOPS}guards: { minLocationsServing: 2 }
steering:
  hosts: { public: [www.example.com] }
  addresses: { east: [${SHOPS.east}], west: [${SHOPS.west}], north: [${SHOPS.north}] }
  subnets: { us-east: [10.1.0.0/16], us-west: [10.2.0.0/16] }
  drivers:
    - { kind: embedded, listen: ["${HERE}:${at.dnsPort}"], nameServers: [ns1.example.org] }
probes:
  http: { from: north, url: "http://www.example.com:${at.shopPort}/" }
  remote:
    - { from: west, url: "${at.west}" }
    - { from: east, url: "${at.east}" }
`;
