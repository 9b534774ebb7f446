// A location goes dark together with the DNS provider's API, the scaler, Slack and who gives out identities: all take what is sent, and answer nothing.
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode, encode } from "dns-packet";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { houstonClient } from "../api/client.ts";
import type { Status } from "../api/status.ts";
import { readChatSettings } from "../chat/settings.ts";
import { MADE, madeSlack, type MadeSlack } from "../chat/slack/made-slack.testing.ts";
import { startChat, type Chat } from "../chat/start.ts";
import { readConfig } from "../config/config-file.ts";
import { madeRoute53, type MadeRoute53 } from "../drivers/dns/route53/made-route53.testing.ts";
import { madeReceiver, type MadeReceiver } from "../drivers/made-receiver.testing.ts";
import { scaleFrom } from "../drivers/scale/settings.ts";
import { realClock } from "../runtime/clock.ts";
import { startHouston, type RunningHouston } from "../production/houston.ts";
import { freePort, THREE_SHOPS } from "../production/three-shops.testing.ts";

const HERE = "127.86.61.1";
const SHOPS = { east: "127.86.61.11", west: "127.86.61.12", north: "127.86.61.13" } as const;
type Name = keyof typeof SHOPS;
const NAMES = Object.keys(SHOPS) as readonly Name[];
const KEY_ID = "AKIAMADEFORATEST0001";
const folder = mkdtempSync(join(tmpdir(), "houston-black-hole-"));
const said: string[] = [];
let isDark = false;
let dnsPort: number;
let servers: readonly Server[];
let provider: MadeRoute53;
let scaler: MadeReceiver;
let identity: MadeReceiver;
let slack: MadeSlack;
let houston: RunningHouston;
let chat: Chat;

beforeAll(async () => {
  // Google's library warns of federations at each try.
  vi.spyOn(console, "warn").mockImplementation(() => {});
  const [shopPort, exporterPort] = [await freePort(SHOPS.east), await freePort(HERE)];
  dnsPort = await freePort(HERE);
  const shops = NAMES.map((name) =>
    createServer((_request, response) => {
      if (!isDark || name !== "east") response.end(name);
    }).listen(shopPort, SHOPS[name]),
  );
  const exporter = createServer((request, response) => {
    const location = (request.url ?? "").split("/").at(-1) as Name;
    void fetch(`http://${SHOPS[location]}:${shopPort}/`, { signal: AbortSignal.timeout(EXPORTER_WITHIN_MS) })
      .then(
        () => "probe_duration_seconds 0.003\nprobe_http_status_code 200\nprobe_success 1\n",
        () => "probe_duration_seconds 0.3\nprobe_http_status_code 0\nprobe_success 0\n",
      )
      .then((page) => response.end(page));
  }).listen(exporterPort, HERE);
  servers = [...shops, exporter];
  provider = await madeRoute53({ accessKeyId: KEY_ID, zones: { Z0AAA: "example.com" } });
  scaler = await madeReceiver(() =>
    isDark ? "hang" : { status: 200, body: JSON.stringify({ floor: 4, ready: 4, most: 8 }) },
  );
  // It hangs from the start: tokens end at moments of their own.
  identity = await madeReceiver(() => "hang");
  slack = await madeSlack({ nowSeconds: () => Math.floor(Date.now() / 1000) });
  process.env["AWS_ACCESS_KEY_ID"] = KEY_ID;
  process.env["AWS_SECRET_ACCESS_KEY"] = "madeSecretAccessKey/0123456789abcdefghijk";
  const read = readConfig(config({ shopPort }));
  if ("problems" in read) throw new Error(JSON.stringify(read.problems));
  const { estate, steering, probes, scale } = read;
  const looks = ["west", "east"].flatMap((vantage) =>
    NAMES.filter((location) => location !== vantage).map((location) => ({ vantage, location })),
  );
  houston = await startHouston({
    estate,
    steering,
    probes,
    scale: scaleFrom({
      settings: scale!,
      capacityRps: Object.fromEntries(estate.locations.map(({ name, capacityRps }) => [name, capacityRps])),
      env: { HOUSTON_SCALE_WEBHOOK_SECRET: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=" },
      now: Date.now,
    }),
    name: null,
    people: {},
    env: {},
    prometheus: {
      look: async (at) => counted(at),
      // What was scraped is that all is well, and never anything newer.
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
    say: ({ what }) => void said.push(what),
  });
  chat = await startChat({
    settings: readChatSettings({
      SLACK_BOT_TOKEN: MADE.botToken,
      SLACK_CHANNEL: MADE.channel,
      SLACK_API_URL: slack.apiUrl,
    }),
    houston: houstonClient({ api: houston.api, token: houston.token }),
    clock: realClock(),
    memoryFile: ":memory:",
    log: () => {},
  });
  // What it loads is seconds of work on a busy machine.
}, 60_000);

afterAll(async () => {
  slack?.failAll(null);
  await chat?.stop();
  await houston?.stop();
  for (const each of servers ?? []) {
    each.closeAllConnections();
    each.close();
  }
  await Promise.all([provider, scaler, identity, slack].map((each) => each?.stop()));
  rmSync(folder, { recursive: true, force: true });
});

test("users leave a dark location by the lever that stands elsewhere, and nobody waits for those that went dark with it", async () => {
  expect(houston.most).toEqual({ mode: "act", because: null });
  await expect.poll(versionNow).toBeGreaterThan(0);
  await expect.poll(() => provider.reached("www.example.com", "A")).toContain(SHOPS.east);
  expect(await placesOf("10.1")).toEqual(new Set([SHOPS.east]));
  const before = await versionNow();

  isDark = true;
  provider.setTrouble("silent");
  slack.failAll("hang");
  await expect.poll(() => placesOf("10.1"), { interval: 50 }).not.toContain(SHOPS.east);
  // That moment the provider has not even said no: who would have waited for it would not have moved anybody.
  const moved = await status();
  expect(moved.steering.filter(({ driver, version }) => driver === "route53" && version > before)).toEqual([]);
  expect(await placesOf("10.2")).not.toContain(SHOPS.east);
  expect(await placesOf("10.3")).not.toContain(SHOPS.east);
  // Whose API is dark answers as it did, and is named with what is wrong; so is who could not even show who it is.
  expect(provider.reached("www.example.com", "A")).toContain(SHOPS.east);
  await expect
    .poll(async () => (await status()).steering.filter(({ state }) => state === "retry"), { interval: 50 })
    .toMatchObject([
      { driver: "route53", code: "timeout" },
      { driver: "google-dns", code: "timeout" },
    ]);
  // Orders are taken as ever.
  expect(await order({ kind: "hold" })).not.toHaveProperty("code");
});

/** Of networks of a zone, one after another. */
async function placesOf(prefix: string): Promise<ReadonlySet<string>> {
  const answers: string[] = [];
  for (let third = 0; third < 32; third++) answers.push((await look(`${prefix}.${third}.0`)).address);
  return new Set(answers);
}

async function versionNow(): Promise<number> {
  return (await look("10.1.1.0", "SOA")).serial;
}

async function status(): Promise<Status> {
  return (await (await fetch(`${houston.api}/api/status`)).json()) as Status;
}

async function order(body: unknown): Promise<Record<string, unknown>> {
  const answer = await fetch(`${houston.api}/api/orders`, {
    method: "POST",
    headers: { authorization: `Bearer ${houston.token}`, "content-type": "application/json" },
    body: JSON.stringify({ order: body }),
  });
  return (await answer.json()) as Record<string, unknown>;
}

async function look(ip: string, type: "A" | "SOA" = "A"): Promise<{ address: string; serial: number }> {
  const socket = createSocket("udp4");
  const options = [{ code: "CLIENT_SUBNET", ip, sourcePrefixLength: 24 }];
  const opt = { type: "OPT", name: ".", udpPayloadSize: 1232, flags: 0, options } as never;
  const question = { type, name: "www.example.com" };
  socket.send(encode({ type: "query", id: 9, questions: [question], additionals: [opt] }), dnsPort, HERE);
  const [message] = (await once(socket, "message")) as [Buffer];
  socket.close();
  const [first] = decode(message).answers!;
  if (first?.type === "SOA") return { address: "", serial: first.data.serial ?? 0 };
  if (first?.type === "A") return { address: first.data, serial: 0 };
  throw new Error(`no answer for ${ip}`);
}

/** What a Prometheus would say: 100 requests a second at each, all well; none at one that is dark. */
function counted(at: number) {
  const value = Math.round(at / 10) % 1e9;
  const samples = ["rp_requests_total", "rp_edge_requests_total"].map((name) => ({
    name,
    labels: { service: "web", outcome: "good", bucket: "all", series: "" },
    value,
  }));
  const page = { samples, refused: 0, refusals: [] };
  const seen = NAMES.filter((name) => !isDark || name !== "east");
  return { kind: "seen" as const, strangers: {}, pages: new Map(seen.map((name) => [name, page])) };
}

/** As a blackbox exporter's own time-out. */
const EXPORTER_WITHIN_MS = 300;

/** A federation: its tokens come from a server that must be up. */
function federation(): string {
  const file = join(folder, "federation.json");
  const subject = join(folder, "subject");
  writeFileSync(subject, "made");
  writeFileSync(
    file,
    JSON.stringify({
      type: "external_account",
      audience: "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q",
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      token_url: `${identity.url}/token`,
      credential_source: { file: subject },
    }),
  );
  return file;
}

const config = ({ shopPort }: { readonly shopPort: number }): string => `
mode: act
ttlSeconds: 1
${THREE_SHOPS}guards: { minLocationsServing: 2 }
steering:
  hosts: { public: [www.example.com] }
  addresses: { east: [${SHOPS.east}], west: [${SHOPS.west}], north: [${SHOPS.north}] }
  subnets: { us-east: [10.1.0.0/16], us-west: [10.2.0.0/16] }
  drivers:
    - kind: route53
      domains: [example.com]
      endpoint: ${provider.url}
      withinSeconds: 1
    - { kind: embedded, listen: ["${HERE}:${dnsPort}"], nameServers: [ns1.example.org] }
    - kind: google-dns
      domains: [example.com]
      project: shop-1
      credentialsFile: ${federation()}
      withinSeconds: 0.5
scale:
  dryRun: false
  maxAddedCostPerHour: 100
  locations:
    east: { by: webhook, url: "${scaler.url}/", parts: [{ name: shop, rpsPerReplica: 100 }] }
    west: { by: webhook, url: "${scaler.url}/", parts: [{ name: shop, rpsPerReplica: 100 }] }
    north: { by: webhook, url: "${scaler.url}/", parts: [{ name: shop, rpsPerReplica: 100 }] }
probes:
  http: { from: north, url: "http://www.example.com:${shopPort}/" }
  blackbox: { vantages: [west, east] }
`;
