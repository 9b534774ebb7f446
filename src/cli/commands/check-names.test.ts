// What `houston check --reach` says of names: asked of our own name server, which knows some of them.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { SteeringConfig } from "../../config/steering-config.ts";
import { embeddedShape } from "../../drivers/dns/embedded/shape.ts";
import { makeEmbedded, type EmbeddedSteering } from "../../drivers/dns/embedded/steering.ts";
import { estateOf } from "../../drivers/made-estate.testing.ts";
import { askNames, isMovable, nameLines, type CheckedName } from "./check-names.ts";

const folder = mkdtempSync(join(tmpdir(), "houston-names-"));
const steered: Omit<SteeringConfig, "drivers" | "resolvers"> = {
  hosts: [
    { name: "www.example.com", class: "public", bucketBy: "network" },
    { name: "*.shops.example.com", class: "public", bucketBy: "host" },
  ],
  addresses: {
    east: { v4: ["203.0.113.1"], v6: ["2001:db8::1"] },
    west: { v4: ["203.0.113.2"], v6: ["2001:db8::2"] },
  },
  subnets: {},
  otherwise: "zone-west",
  otherNames: [
    { name: "one.shops.example.com", share: 0.25, flattens: null },
    { name: "bakery.test", share: 0.02, flattens: null },
  ],
};
let server: EmbeddedSteering;
let checked: readonly CheckedName[];

beforeAll(async () => {
  const settings = embeddedShape.parse({
    kind: "embedded",
    listen: ["127.86.57.1:0"],
    nameServers: ["ns1.example.org"],
    https: { alpn: ["h2"] },
  });
  server = await makeEmbedded(settings, {
    ...steered,
    name: "embedded",
    estate: estateOf(["east", "west"]),
    demandRps: () => null,
    env: {},
    stateFolder: folder,
    now: () => Date.now(),
  });
  const { address, port } = server.endpoints[0]!;
  checked = await askNames({ ...steered, drivers: [], resolvers: [{ address: `${address}:${port}`, asksFrom: null }] });
});

afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("each name is asked for A, AAAA and HTTPS; what can't be told is not taken for movable", () => {
  expect(checked).toEqual([
    { name: "www.example.com", share: null, kind: "steered", to: null, at: ["west"], says: null },
    { name: "one.shops.example.com", share: 0.25, kind: "steered", to: null, at: ["west"], says: null },
    { name: "bakery.test", share: 0.02, kind: "unknown", to: null, at: [], says: "REFUSED" },
  ]);
  expect(checked.map(isMovable)).toEqual([true, true, false]);
});

test("the sums come first, and each fixed name is named unmovable with its users and the fix", () => {
  const fixed: CheckedName = { name: "bakery.test", share: 0.02, kind: "fixed", to: null, at: ["east"], says: null };
  expect(nameLines([...checked.slice(0, 2), fixed])).toEqual([
    { isGood: true, text: "names: 2 steered (25 % of users), 1 fixed and unmovable (2.0 % of users)" },
    { isGood: false, text: "bakery.test (2.0 % of users) is fixed at east and unmovable by DNS: its users stay there" },
    { isGood: false, text: expect.stringMatching(/^ {4}fix: make it a CNAME to a steered name/) as string },
  ]);
});

test("without an answering resolver every name is unknown, and why is said", async () => {
  const [first] = await askNames({
    ...steered,
    drivers: [],
    resolvers: [{ address: "127.86.57.1:1", asksFrom: null }],
  });
  expect(first).toMatchObject({
    kind: "unknown",
    says: expect.stringMatching(/^127\.86\.57\.1:1: .*ECONNREFUSED/) as string,
  });
});
