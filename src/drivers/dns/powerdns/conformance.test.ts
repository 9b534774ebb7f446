import dnsPacket from "dns-packet";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Run } from "../../../core/route/table.ts";
import { bucketOfHost, bucketOfNetwork } from "../../../core/route/host.ts";
import { rowToBuckets } from "../../../core/route/rows.ts";
import type { SteeringContext } from "../../steering-context.ts";
import { askServer, shortAddress } from "../ask-server.ts";
import {
  freePort,
  powerdnsTestServer,
  type PowerdnsTestServer,
  TEST_DOMAIN,
  TEST_KEY,
} from "../name-server.testing.ts";
import { contextOf, recordConformance, tableOf, type RecordRig, type RigSettings } from "../record-testing.ts";
import { overTcp } from "../tcp-exchange.ts";
import { troubleProxy } from "../trouble-proxy.testing.ts";
import { addressBytes, zoneLookupOf, zoneOfAddress } from "../zone-lookup.ts";
import { makePowerdns } from "./make.ts";
import { powerdnsShape } from "./shape.ts";

const never = new AbortController().signal;

/** What clients behind these networks are answered with, in their order. */
async function answersTo(
  port: number,
  { name, type, clients }: { readonly name: string; readonly type: "A" | "AAAA"; readonly clients: readonly string[] },
): Promise<readonly string[]> {
  const questions = clients.map((ip, id) => {
    const isV4 = !ip.includes(":");
    const option = { code: "CLIENT_SUBNET", ip, sourcePrefixLength: isV4 ? 24 : 48 };
    const opt = { type: "OPT", name: ".", udpPayloadSize: 1232, flags: 0, options: [option] };
    return dnsPacket.encode({
      type: "query",
      id,
      questions: [{ name, type }],
      additionals: [opt],
    } as unknown as dnsPacket.Packet);
  });
  const answers = await overTcp({ host: "127.0.0.1", port }, questions, AbortSignal.timeout(30_000));
  return answers.map((answer) =>
    (dnsPacket.decode(answer).answers ?? [])
      .map((each) => shortAddress(String((each as { data: unknown }).data)))
      .join(),
  );
}

const CLIENTS = Array.from({ length: 40 }, (_, i) => `198.18.${i * 5}.0`);

async function rigOf(server: PowerdnsTestServer): Promise<RecordRig> {
  const proxy = await troubleProxy(server.apiPort, (sent) => sent.subarray(0, 5).toString() === "PATCH");
  const at = { host: "127.0.0.1", port: server.port };
  return {
    domain: TEST_DOMAIN,
    start: async (settings, context) => startAt(server.port, proxy.port, settings, context),
    reached: async (name, type) =>
      [...new Set((await answersTo(server.port, { name, type, clients: CLIENTS })).flatMap((each) => each.split(",")))]
        .filter((each) => each !== "")
        .toSorted(),
    async text(name) {
      const [answer] = await askServer(at, [{ name, type: "TXT" }], AbortSignal.timeout(30_000));
      return answer?.kind === "sets" ? (answer.sets[0]?.values ?? []) : [];
    },
    async serial() {
      const zone = await fetch(`http://127.0.0.1:${server.apiPort}/api/v1/servers/localhost/zones/${TEST_DOMAIN}.`, {
        headers: { "x-api-key": TEST_KEY.secret },
      });
      return ((await zone.json()) as { serial: number }).serial;
    },
    setByHand: server.setByHand,
    setTrouble: proxy.setTrouble,
    async stop() {
      await proxy.stop();
      await server.stop();
    },
  };
}

function startAt(
  port: number,
  apiPort: number,
  { wrongKey, closedPort, ...settings }: RigSettings & { healthUrl?: string },
  context: SteeringContext,
) {
  return makePowerdns(
    powerdnsShape.parse({
      kind: "powerdns",
      url: `http://127.0.0.1:${closedPort ? 1 : apiPort}`,
      answeredBy: [`127.0.0.1:${port}`],
      writesPerSecond: 1000,
      // What is waited for comes in its own time on a busy machine.
      withinSeconds: 20,
      ...settings,
    }),
    { ...context, env: { HOUSTON_POWERDNS_KEY: wrongKey ? "another key" : TEST_KEY.secret } },
  );
}

recordConformance("PowerDNS", async () => rigOf(await powerdnsTestServer()));

describe("PowerDNS by itself", () => {
  let server: PowerdnsTestServer;
  let shops: readonly Shop[];
  beforeAll(async () => {
    server = await powerdnsTestServer(["lua-health-checks-interval=1"]);
    shops = await Promise.all([shop(), shop()]);
  });
  afterAll(async () => {
    await server?.stop();
    for (const { http } of shops ?? []) http.close();
  });

  const zoneNames = ["elsewhere", "metro", "land", "site"];
  const subnets = {
    land: ["198.18.0.0/16", "2001:db8::/32"],
    metro: ["198.18.64.0/20", "198.19.3.0/24"],
    site: ["2001:db8:7::/48"],
  };
  const context: SteeringContext = {
    ...contextOf("any.example.test", { subnets, otherwise: "elsewhere" }),
    hosts: [
      { name: "www.example.test", class: "public", bucketBy: "network" },
      { name: "one.example.test", class: "public", bucketBy: "host" },
      { name: "*.shops.example.test", class: "public", bucketBy: "host" },
    ],
  };
  const estate = {
    ...context.estate,
    zones: zoneNames.map((name) => ({ name, country: "NL", latencyMs: { east: 1, west: 1, north: 1 } })),
  };
  const rows = Object.fromEntries(zoneNames.map((name, index) => [name, rowOf(index + 1)]));
  const table = { ...tableOf(1, rowOf(0)), assignment: { public: rows } };

  test("answers each zone and bucket as the table says: by network, by host, and by each name below a wildcard", async () => {
    const { driver } = await startAt(
      server.port,
      server.apiPort,
      { owner: "exact", domains: [TEST_DOMAIN] },
      { ...context, estate },
    );
    expect(await driver.apply(table, never)).toEqual({ kind: "done", says: expect.any(String) });
    const zones = zoneLookupOf(subnets);
    const clients = [
      ...Array.from({ length: 60 }, (_, i) => `198.${18 + (i % 2)}.${(i * 7) % 256}.0`),
      ...Array.from({ length: 30 }, (_, i) => `2001:db8:${(i * 13) % 40}::`),
    ];
    const addressOf = (client: string, bucket: number): string => {
      const zone = zoneOfAddress(zones, client) ?? "elsewhere";
      return `192.0.2.${rowToBuckets(rows[zone]!)[bucket]! + 1}`;
    };
    const byNetwork = await answersTo(server.port, { name: "www.example.test", type: "A", clients });
    expect(byNetwork).toEqual(clients.map((client) => addressOf(client, bucketOfNetwork(addressBytes(client)!))));
    for (const name of ["one.example.test", "a.shops.example.test", "Some-Long-Name.shops.example.test"]) {
      const byHost = await answersTo(server.port, { name, type: "A", clients });
      expect(byHost, name).toEqual(clients.map((client) => addressOf(client, bucketOfHost(name))));
    }
  });

  test("follows the contingency of a location that stops answering, with Houston gone; moves nobody when none answers", async () => {
    const addresses = { east: shops[0]!.addresses, west: shops[1]!.addresses, north: { v4: ["127.0.0.1"], v6: [] } };
    const host = "health.example.test";
    const { port } = shops[0]!.http.address() as AddressInfo;
    const running = await startAt(
      server.port,
      server.apiPort,
      { owner: "health", domains: [TEST_DOMAIN], healthUrl: `http://${host}:${port}/health` },
      contextOf(host, { addresses }),
    );
    const watched = {
      ...tableOf(1, [[0, 256]]),
      contingency: { east: { public: { somewhere: [[1, 256]] as const } } },
    };
    expect(await running.driver.apply(watched, never)).toEqual({ kind: "done", says: expect.any(String) });
    await running.stop();
    const answered = async (): Promise<string> =>
      (await answersTo(server.port, { name: host, type: "A", clients: ["198.18.0.0"] }))[0]!;
    const [east, west] = [shops[0]!.addresses.v4[0], shops[1]!.addresses.v4[0]];
    expect(await answered()).toBe(east);
    await expect.poll(() => shops.every((each) => each.asked() > 0), { interval: 50 }).toBe(true);
    shops[0]!.isDown = true;
    await expect.poll(answered, { interval: 50 }).toBe(west);
    shops[1]!.isDown = true;
    await expect.poll(answered, { interval: 50 }).toBe(east);
  });
});

/** Three runs over the three locations, other ones for each seed. */
function rowOf(seed: number): readonly Run[] {
  const first = 1 + ((seed * 37) % 200);
  const second = 1 + ((seed * 11) % (255 - first));
  return [
    [seed % 3, first],
    [(seed + 1) % 3, second],
    [(seed + 2) % 3, 256 - first - second],
  ];
}

type Shop = {
  readonly http: Server;
  readonly addresses: { readonly v4: readonly string[]; readonly v6: readonly string[] };
  isDown: boolean;
  asked(): number;
};

const HEALTH_PORT = await freePort();
let shopCount = 0;

/** On an address of its own and the port of all. */
async function shop(): Promise<Shop> {
  const address = `127.30.5.${++shopCount}`;
  let asked = 0;
  const one: Shop = {
    http: createServer((_request, response) => {
      asked += 1;
      response.writeHead(one.isDown ? 503 : 200).end();
    }),
    addresses: { v4: [address], v6: [] },
    isDown: false,
    asked: () => asked,
  };
  await new Promise<void>((resolve) => one.http.listen(HEALTH_PORT, address, resolve));
  return one;
}

describe("an API that answers nonsense", () => {
  let answer: { status: number; body: string } = { status: 200, body: "" };
  let http: Server;
  beforeAll(async () => {
    http = createServer((_request, response) => void response.writeHead(answer.status).end(answer.body));
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  });
  afterAll(() => void http.close());

  test.each([
    ["no JSON", 200, "<html>welcome</html>", { kind: "retry", code: "bad-answer" }],
    ["JSON of another shape", 200, '{"rrsets":[{"name":5}]}', { kind: "retry", code: "bad-answer" }],
    ["a redirect", 302, "", { kind: "refused", code: "refused" }],
    ["a fault of its own", 500, '{"error":"backend is gone"}', { kind: "retry", code: "provider-fault" }],
    ["a call for patience", 429, "slow down", { kind: "retry", code: "throttled" }],
    ["the key in its words", 422, `{"error":"bad key ${TEST_KEY.secret}"}`, { kind: "refused", code: "refused" }],
  ])("%s is a value, and nothing else happens", async (_what, status, body, wanted) => {
    answer = { status, body };
    const { port } = http.address() as AddressInfo;
    const { driver } = await startAt(
      1,
      port,
      { owner: "nonsense", domains: [TEST_DOMAIN] },
      contextOf("www.example.test"),
    );
    const outcome = await driver.apply(tableOf(1, [[0, 256]]), never);
    expect(outcome).toMatchObject(wanted);
    expect(outcome.says).not.toContain(TEST_KEY.secret);
  });
});
