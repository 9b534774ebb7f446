// Two name servers of one zone, as two DNS providers would be, asked over real sockets whether they answer alike.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Words } from "../../core/control-contract.ts";
import type { RouteTable } from "../../core/route/table.ts";
import type { EmbeddedSteering } from "../../drivers/dns/embedded/steering.ts";
import { realClock } from "../../runtime/clock.ts";
import { watchAlike, type AlikeWatch } from "./alike-watch.ts";
import { EAST, startServer, steeredIn, table, WEST, writtenLike } from "./two-servers.testing.ts";

const steered = steeredIn(["10.1.0.0/16"]);
const never = new AbortController().signal;
const folder = mkdtempSync(join(tmpdir(), "houston-alike-"));
const said: Words[] = [];
let [first, second]: EmbeddedSteering[] = [];
let newest: RouteTable;
let watch: AlikeWatch;

beforeAll(async () => {
  [first, second] = await Promise.all([start("first"), start("second")]);
  newest = table(1, EAST);
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
  await second!.driver.apply(table(2, WEST), never);
  await expect.poll(() => said.length, { timeout: 5000 }).toBe(1);
  expect(said[0]!.what).toMatch(
    /^Two DNS providers are not alike: second at .* differs: www\.example\.test A is 203\.0\.113\.2 there, and was written as 203\.0\.113\.1$/,
  );
  expect(said[0]!.youNeedTo).toContain("look who else writes there");
  await second!.driver.apply(table(3, EAST), never);
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
  newest = table(4, EAST);
  await expect
    .poll(() => said.map(({ what }) => what).join("\n"), { timeout: 5000 })
    .toContain("it holds table 1, and the newest is 4");
});

function start(name: string): Promise<EmbeddedSteering> {
  return startServer({ name, address: "127.86.57.1", steered, folder });
}
