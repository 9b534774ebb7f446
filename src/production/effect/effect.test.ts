// Whether a change has arrived, asked of our own name server and of real resolvers in front of it (Unbound, dnsmasq).
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Words } from "../../core/control-contract.ts";
import type { EmbeddedSteering } from "../../drivers/dns/embedded/steering.ts";
import { dnsmasq, unbound, type TestResolver } from "../../drivers/dns/resolver.testing.ts";
import { realClock } from "../../runtime/clock.ts";
import { lateWords } from "./effect-words.ts";
import { watchEffects, type EffectWatch } from "./effect-watch.ts";
import { DOMAIN, EAST, startServer, steeredIn, table, TTL_SECONDS, WEST, writtenLike } from "./two-servers.testing.ts";

const ADDRESS = "127.86.56.1";
const steered = steeredIn(["127.86.56.0/25", "10.1.0.0/16"]);
const never = new AbortController().signal;
const folder = mkdtempSync(join(tmpdir(), "houston-effect-"));
const said: Words[] = [];
let embedded: EmbeddedSteering;
/** Takes every table with thanks, and its name server goes on as it was. */
let deaf: EmbeddedSteering;
let resolvers: Readonly<Record<"unbound" | "dnsmasq" | "hoarder", TestResolver>>;
let watch: EffectWatch;

beforeAll(async () => {
  embedded = await start("good");
  deaf = await start("deaf");
  const options = { domain: DOMAIN, nameServer: embedded.endpoints[0]! };
  const [first, second, hoarder] = await Promise.all([
    unbound({ ...options, asksFrom: "127.86.56.11" }),
    dnsmasq({ ...options, asksFrom: "127.86.56.12" }),
    dnsmasq({ ...options, asksFrom: "127.86.56.13", keepsAtLeastSeconds: 600 }),
  ]);
  resolvers = { unbound: first, dnsmasq: second, hoarder };
  await Promise.all([embedded, deaf].map((each) => each.driver.apply(table(1, EAST), never)));
  watch = watchEffects({
    ...steered,
    clock: realClock(),
    ttlSeconds: TTL_SECONDS,
    homeOf: () => "east",
    steering: [embedded, writtenLike(deaf, embedded)],
    resolvers: [
      { address: first.address, asksFrom: "127.86.56.11" },
      { address: second.address, asksFrom: null },
      { address: hoarder.address, asksFrom: "127.86.56.13" },
    ],
    tell: (_id, words) => void said.push(words),
  });
});

afterAll(async () => {
  watch?.stop();
  await Promise.all([embedded, deaf, ...Object.values(resolvers ?? {})].map((each) => each?.stop()));
  rmSync(folder, { recursive: true, force: true });
});

test("at the start all who are asked answer by the table that is there", async () => {
  watch.decided(table(1, EAST));
  await expect.poll(() => watch.effects()[0]?.state, { timeout: 5000 }).toBe("seen");
  const [effect] = watch.effects();
  expect(effect!.servers.map(({ asked }) => asked)).toEqual([4, 4]);
  expect(effect!.resolvers.map(({ asked }) => asked)).toEqual([2, 2, 2]);
  expect(said.map(({ what }) => what)).toEqual([
    expect.stringMatching(/^Table 1 is answered: 127\.86\.56\.1:\d+ after .* s, /),
  ]);
});

test("a change is seen at the name server first, then at resolvers; who answers otherwise is named, with the fix", async () => {
  said.length = 0;
  const moved = table(2, WEST);
  await embedded.driver.apply(moved, never);
  watch.decided(moved);
  await expect.poll(() => said.length, { timeout: 10_000, interval: 100 }).toBe(2);
  const [effect] = watch.effects();
  const [good, lying] = effect!.servers;
  const [byUnbound, byDnsmasq, hoarding] = effect!.resolvers;
  expect(effect).toMatchObject({ version: 2, state: "late" });
  // A and AAAA of the zone that is moved; the other zone's users stay.
  expect([good!.asked, byUnbound!.asked]).toEqual([2, 2]);
  for (const { seenAt } of [byUnbound!, byDnsmasq!]) {
    expect(seenAt).toBeGreaterThanOrEqual(good!.seenAt!);
    expect(seenAt).toBeLessThanOrEqual(byUnbound!.dueAt);
  }
  expect([lying!.seenAt, hoarding!.seenAt]).toEqual([null, null]);
  const [first, second] = said.toSorted((a, b) => (a.what < b.what ? -1 : 1));
  expect(first).toMatchObject({
    level: "urgent",
    youNeedTo: expect.stringContaining(`dig @${ADDRESS} -p ${deaf.endpoints[0]!.port}`) as string,
  });
  expect(first!.what).toMatch(
    /^Accepted but not applied: 127\.86\.56\.1:\d+ does not answer by table 2, .* s after it was decided: www\.example\.test A is answered with 203\.0\.113\.1 \(east\); right is 203\.0\.113\.2 \(west\)$/,
  );
  expect(second).toMatchObject({ level: "change", youNeedTo: expect.stringContaining("min-cache-ttl") as string });
  expect(second!.what).toMatch(/^Applied and not seen: the resolver 127\.0\.0\.1:\d+ does not answer by table 2, /);
});

test("what a newer table changes again is proven under the newer one only", async () => {
  const back = table(3, EAST);
  await Promise.all([embedded, deaf].map((each) => each.driver.apply(back, never)));
  watch.decided(back);
  await expect.poll(() => watch.effects()[0]?.state, { timeout: 5000 }).toBe("seen");
  expect(watch.effects().map(({ version, state }) => [version, state])).toEqual([
    [3, "seen"],
    [2, "replaced"],
    [1, "seen"],
  ]);
});

test("what was not even accepted is not called accepted", () => {
  const late = {
    kind: "server",
    at: "192.0.2.53",
    version: 7,
    decidedAt: 0,
    says: "",
    isFirst: false,
    now: 3500,
  } as const;
  expect(lateWords({ ...late, isTaken: false }).what).toBe(
    "Decided and not accepted: 192.0.2.53 can't be brought to table 7, 3.5 s after it was decided",
  );
  const notApplied = lateWords({ ...late, isTaken: true, at: "2001:db8::53" });
  expect(notApplied.what).toMatch(/^Accepted but not applied: /);
  expect(notApplied.youNeedTo).toContain("`dig @2001:db8::53 -p 53 NAME");
});

function start(name: string): Promise<EmbeddedSteering> {
  return startServer({ name, address: ADDRESS, steered, folder });
}
