// Two name servers of one zone, as two DNS providers would be, asked over real sockets whether they answer alike.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Words } from "../../core/control-contract.ts";
import type { RouteTable } from "../../core/route/table.ts";
import { embeddedShape } from "../../drivers/dns/embedded/shape.ts";
import { makeEmbedded, type EmbeddedSteering } from "../../drivers/dns/embedded/steering.ts";
import { estateOf } from "../../drivers/made-estate.testing.ts";
import type { RunningSteering } from "../../drivers/steering-context.ts";
import { realClock } from "../../runtime/clock.ts";
import { watchAlike, type AlikeWatch } from "./alike-watch.ts";

const LOCATIONS = ["east", "west"];
const estate = { ...estateOf(LOCATIONS), ttlSeconds: 1 };
const steered = {
  hosts: [{ name: "www.example.test", class: "public", bucketBy: "network" as const }],
  addresses: {
    east: { v4: ["203.0.113.1"], v6: ["2001:db8::1"] },
    west: { v4: ["203.0.113.2"], v6: ["2001:db8::2"] },
  },
  subnets: { "zone-east": ["10.1.0.0/16"] },
  otherwise: "zone-west",
};
const never = new AbortController().signal;
const folder = mkdtempSync(join(tmpdir(), "houston-alike-"));
const said: Words[] = [];
let [first, second]: EmbeddedSteering[] = [];
let newest: RouteTable;
let watch: AlikeWatch;

beforeAll(async () => {
  [first, second] = await Promise.all([start("first"), start("second")]);
  newest = table(1, [[0, 256]]);
  await Promise.all([first, second].map((each) => each.driver.apply(newest, never)));
  watch = watchAlike({
    ...steered,
    clock: realClock(),
    steering: [first, writtenLike(second, first)],
    homeOf: () => "east",
    table: () => newest,
    tell: (_id, words) => void said.push(words),
    lookEveryMs: 100,
  });
});

afterAll(async () => {
  watch?.stop();
  await first?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("who answers otherwise than was written is named once, with the fix, and so is that it is alike again", async () => {
  // Somebody else writes at the second provider: everybody to the west.
  await second!.driver.apply(table(2, [[1, 256]]), never);
  await expect.poll(() => said.length, { timeout: 5000 }).toBe(1);
  expect(said[0]!.what).toMatch(
    /^Two DNS providers are not alike: second at .* differs: www\.example\.test A is 203\.0\.113\.2 there, and was written as 203\.0\.113\.1$/,
  );
  expect(said[0]!.youNeedTo).toContain("look who else writes there");
  await second!.driver.apply(table(3, [[0, 256]]), never);
  await expect.poll(() => said.length, { timeout: 5000 }).toBe(2);
  expect(said[1]!.what).toMatch(/^second at .* answers like the other DNS provider again$/);
  expect(watch.unlike()).toEqual({});
});

test("one that can't be reached is named, and the other is not", async () => {
  said.length = 0;
  await second!.stop();
  await expect.poll(() => said.length, { timeout: 8000 }).toBe(1);
  expect(said[0]!.what).toMatch(/second at .* differs: it can't be asked: /);
  expect(Object.keys(watch.unlike())).toEqual([expect.stringMatching(/^second at /)]);
});

test("one that an older table stands at is named with both tables", async () => {
  said.length = 0;
  newest = table(4, [[0, 256]]);
  await expect
    .poll(() => said.map(({ what }) => what).join("\n"), { timeout: 5000 })
    .toContain("it holds table 1, and the newest is 4");
});

function table(version: number, east: readonly (readonly [number, number])[]): RouteTable {
  return {
    version,
    at: Date.now(),
    locations: LOCATIONS,
    assignment: { public: { "zone-east": east, "zone-west": [[1, 256]] } },
    contingency: {},
    apart: [],
  };
}

/** Its driver wrote what the other's did; what its server answers since is somebody else's doing. */
const writtenLike = (server: EmbeddedSteering, { told, version }: EmbeddedSteering): RunningSteering => ({
  ...server,
  version,
  told: { servers: server.told!.servers, rightFor: told!.rightFor },
});

function start(name: string): Promise<EmbeddedSteering> {
  const settings = embeddedShape.parse({
    kind: "embedded",
    listen: ["127.86.57.1:0"],
    nameServers: ["ns1.example.org"],
  });
  return makeEmbedded(settings, {
    ...steered,
    name,
    estate,
    demandRps: () => null,
    env: {},
    stateFolder: mkdtempSync(join(folder, name)),
    now: () => Date.now(),
  });
}
