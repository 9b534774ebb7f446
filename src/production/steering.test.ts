// `houston run` steers: three small shops that know nothing of Houston, found by DNS questions to its own name server.
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode, encode } from "dns-packet";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Status } from "../api/status.ts";
import { readConfig } from "../config/config-file.ts";
import type { Sample } from "../drivers/metrics/parse.ts";
import type { PrometheusLook } from "../drivers/metrics/prometheus.ts";
import { startHouston, type HoustonOptions, type RunningHouston } from "./houston.ts";
import { freePort, THREE_SHOPS } from "./three-shops.testing.ts";

const DNS = "127.86.55.1";
const SHOPS = { east: "127.86.55.11", west: "127.86.55.12", north: "127.86.55.13" } as const;
const folder = mkdtempSync(join(tmpdir(), "houston-steers-"));
const said: string[] = [];
let shops: readonly Server[];
let shopPort: number;
let options: HoustonOptions;
let dnsPort: number;
let houston: RunningHouston;
let isBlind = false;

beforeAll(async () => {
  dnsPort = await freePort(DNS);
  shopPort = await freePort(SHOPS.east);
  shops = await Promise.all(Object.entries(SHOPS).map(([name, address]) => shop(name, address)));
  const read = readConfig(config(dnsPort));
  if ("problems" in read) throw new Error(JSON.stringify(read.problems));
  const { estate, steering, probes } = read;
  options = {
    estate,
    steering,
    probes,
    scale: null,
    env: {},
    prometheus: {
      look: async (at) => (isBlind ? { kind: "failed", says: "no answer in time" } : counted(at)),
      series: async () => [],
      targets: async () => [],
      past: () => {
        throw new Error("nothing is learnt from the past");
      },
    },
    everyMs: 250,
    backfillMs: 0,
    signal: new AbortController().signal,
    name: null,
    people: {},
    ordersFolder: join(folder, "orders"),
    stateFolder: join(folder, "state"),
    listen: { host: "127.0.0.1", port: 0 },
    say: ({ what }) => void said.push(what),
  };
  houston = await startHouston(options);
});

afterAll(async () => {
  await houston?.stop();
  for (const each of shops ?? []) each.close();
  rmSync(folder, { recursive: true, force: true });
});

test("each zone's users are led to the nearest shop, and what they may be kept for is said", async () => {
  expect(await shopOf("10.1.1.0")).toBe("east");
  expect(await shopOf("10.2.1.0")).toBe("west");
  // In nobody's subnets.
  expect(await shopOf("192.0.2.0")).toBe("north");
  expect((await look("10.1.1.0")).ttlSeconds).toBe(1);
});

test("with nobody who looks from outside it moves nobody unasked; an order moves users, a few first", async () => {
  await expect.poll(versionNow, { timeout: 10_000 }).toBeGreaterThan(0);
  expect(houston.most).toMatchObject({
    mode: "approve",
    because: expect.stringMatching(/^act needs 3 independent vantages/) as string,
  });
  // What it began with is what is answered, and was asked for as users ask.
  await expect
    .poll(async () => (await status()).effects.map(({ state }) => state), { timeout: 10_000 })
    .toContain("seen");
  expect(await order({ kind: "mode", mode: "act" })).toMatchObject({ code: "refused-mode-too-far" });
  expect(await order({ kind: "evacuate", location: "west" })).not.toHaveProperty("code");
  await expect.poll(async () => (await placesOf("10.2")).has(SHOPS.east), { timeout: 10_000, interval: 50 }).toBe(true);
  // Held in the middle: the other users stay where they are.
  expect(await order({ kind: "hold" })).not.toHaveProperty("code");
  expect(await placesOf("10.2")).toEqual(new Set([SHOPS.east, SHOPS.west]));
  // Who asked for west before may still come.
  expect((await status()).tails).toMatchObject([{ location: "west", isMeasured: false, resolvers: [{ share: 1 }] }]);
});

test("who can't see decides nothing, and answers stay; a restart begins with the last ones, before anything is judged", async () => {
  isBlind = true;
  const before = { version: await versionNow(), answers: await answersOf("10.2") };
  await expect.poll(() => said, { timeout: 10_000 }).toContainEqual(expect.stringMatching(/I am blind/));
  expect({ version: await versionNow(), answers: await answersOf("10.2") }).toEqual(before);
  await houston.stop();
  houston = await startHouston(options);
  expect({ version: await versionNow(), answers: await answersOf("10.2") }).toEqual(before);
});

/** Of networks of a zone, one after another. */
async function answersOf(prefix: string): Promise<readonly string[]> {
  const answers: string[] = [];
  for (let third = 0; third < 64; third++) answers.push((await look(`${prefix}.${third}.0`)).address);
  return answers;
}

const placesOf = async (prefix: string): Promise<Set<string>> => new Set(await answersOf(prefix));

async function status(): Promise<Status> {
  return (await (await fetch(`${houston.api}/api/status`)).json()) as Status;
}

async function versionNow(): Promise<number> {
  return (await look("10.1.1.0", "SOA")).serial;
}

async function shopOf(subnet: string): Promise<string> {
  const { address } = await look(subnet);
  return (await fetch(`http://${address}:${shopPort}/`)).text();
}

type Looked = { readonly address: string; readonly ttlSeconds: number; readonly serial: number };

async function look(ip: string, type: "A" | "SOA" = "A"): Promise<Looked> {
  const socket = createSocket("udp4");
  const options = [{ code: "CLIENT_SUBNET", ip, sourcePrefixLength: 24 }];
  const opt = { type: "OPT", name: ".", udpPayloadSize: 1232, flags: 0, options } as never;
  socket.send(
    encode({ type: "query", id: 9, questions: [{ type, name: "www.example.com" }], additionals: [opt] }),
    dnsPort,
    DNS,
  );
  const [message] = (await once(socket, "message")) as [Buffer];
  socket.close();
  const [first] = decode(message).answers!;
  if (first?.type === "SOA") return { address: "", ttlSeconds: first.ttl ?? 0, serial: first.data.serial ?? 0 };
  if (first?.type === "A") return { address: first.data, ttlSeconds: first.ttl ?? 0, serial: 0 };
  throw new Error(`no answer for ${ip}`);
}

async function order(body: unknown): Promise<Record<string, unknown>> {
  const answer = await fetch(`${houston.api}/api/orders`, {
    method: "POST",
    headers: { authorization: `Bearer ${houston.token}`, "content-type": "application/json" },
    body: JSON.stringify({ order: body }),
  });
  return (await answer.json()) as Record<string, unknown>;
}

/** What a Prometheus would say: 100 requests a second at each, all well. */
function counted(at: number): PrometheusLook {
  const good = Math.round(at / 10) % 1e9;
  const samples: Sample[] = [
    { name: "rp_requests_total", labels: { service: "web", outcome: "good", series: "" }, value: good },
    { name: "rp_requests_total", labels: { service: "web", outcome: "bad", series: "" }, value: 0 },
    { name: "rp_edge_requests_total", labels: { outcome: "good", bucket: "all", series: "" }, value: good },
    { name: "rp_edge_requests_total", labels: { outcome: "bad", bucket: "all", series: "" }, value: 0 },
  ];
  const page = { samples, refused: 0, refusals: [] };
  return { kind: "seen", strangers: {}, pages: new Map(Object.keys(SHOPS).map((name) => [name, page])) };
}

async function shop(name: string, address: string): Promise<Server> {
  const server = createServer((_request, response) => void response.end(name));
  server.listen(shopPort, address);
  await once(server, "listening");
  return server;
}

const config = (port: number): string => `
mode: approve
ttlSeconds: 1
${THREE_SHOPS}steering:
  hosts: { public: [www.example.com] }
  addresses: { east: [${SHOPS.east}], west: [${SHOPS.west}], north: [${SHOPS.north}] }
  subnets: { us-east: [10.1.0.0/16], us-west: [10.2.0.0/16] }
  drivers:
    - { kind: embedded, listen: ["${DNS}:${port}"], nameServers: [ns1.example.org] }
`;
