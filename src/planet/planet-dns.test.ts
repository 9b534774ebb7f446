import dnsPacket from "dns-packet";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { bucketOfHost, hostToChunk } from "../core/route/host.ts";
import { initialRoute } from "../core/route/route.ts";
import { startNameServer, type NameServer } from "../drivers/dns/embedded/server.ts";
import { damage, DAMAGED_CASES, DAMAGED_WITHIN_MS } from "../../test/damage.ts";
import { planetLocations } from "./geography.ts";
import { isTenantHost, planetDns } from "./planet-dns.ts";

vi.setConfig({ testTimeout: 30_000 });

/* The planet's zone on 127.72.0.53. */
let server: NameServer;
beforeAll(async () => {
  const route = initialRoute(planetLocations.map(({ name }) => name));
  server = await startNameServer({ ...planetDns("us-east-1"), address: "127.72.0.53", port: 0, route: () => route });
});
afterAll(() => server.stop());

async function look(name: string): Promise<readonly string[]> {
  const socket = createSocket("udp4");
  socket.send(
    dnsPacket.encode({ type: "query", id: 7, questions: [{ type: "A", name }] }),
    server.port,
    server.address,
  );
  const [message] = (await once(socket, "message")) as [Buffer];
  socket.close();
  const { answers = [], flags = 0 } = dnsPacket.decode(message);
  if (answers.length === 0) return [`rcode ${flags & 15}`];
  return answers.map(
    (answer) => `${answer.type} ${"data" in answer && typeof answer.data === "string" ? answer.data : ""}`,
  );
}

test.each(["shop.tenant-ada.test", "www.bakery.example", "WWW.Bakery.example", "tenant.test", "a_b.c-d.e.test"])(
  "%s is a tenant's: a CNAME to the bucket that edges take it for, and its address",
  async (host) => {
    const { bucket } = hostToChunk(host)!;
    expect(bucket).toBe(bucketOfHost(host));
    const target = `b${bucket.toString(16).padStart(2, "0")}.shop.planet.test`;
    expect(await look(host)).toEqual([`CNAME ${target}`, "A 127.20.1.1"]);
    expect(await look(target)).toEqual(["A 127.20.1.1"]);
  },
);

test.each([
  ["example.org", "rcode 5"],
  ["www.google.com", "rcode 5"],
  ["test", "rcode 5"],
  ["example", "rcode 5"],
  ["nobody.planet.test", "rcode 3"],
  ["planet.test", "rcode 0"],
])("%s is nobody's tenant: %s", async (host, answer) => expect(await look(host)).toEqual([answer]));

test("whatever is a tenant's host for DNS is one for edges, in the same bucket", { timeout: DAMAGED_WITHIN_MS }, () => {
  const { text, below } = damage(29);
  let tenants = 0;
  for (let each = 0; each < DAMAGED_CASES; each++) {
    const host = text(below(2) === 0 ? "shop.tenant-ada.test" : "b00.shop.planet.test").toLowerCase();
    if (!isTenantHost(host)) continue;
    tenants++;
    const chunk = hostToChunk(host);
    if (chunk?.class !== "public" || chunk.bucket !== bucketOfHost(host)) throw new Error(host);
  }
  expect(tenants).toBeGreaterThan(1000);
  expect(tenants).toBeLessThan(DAMAGED_CASES);
});
