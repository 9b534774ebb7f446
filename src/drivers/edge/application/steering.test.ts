import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { SteeringContext } from "../../steering-context.ts";
import { freePort } from "../asked-edge.testing.ts";
import { routeFeed } from "../own/route-feed.ts";
import type { RouteDocument } from "../own/route-document.ts";
import { HERE, LOCATIONS, notice, rowsTable, steeredTo, toldTo } from "../three-edges.testing.ts";
import { applicationShape } from "./shape.ts";
import { makeApplication, steerApplications } from "./steering.ts";

const never = new AbortController().signal;
/** A slow machine may take its time; who never comes back is waited for as long. */
const WITHIN_MS = 2000;
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function made() {
  const folder = mkdtempSync(join(tmpdir(), "steered-application-"));
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  const context: SteeringContext = {
    ...toldTo(
      "application",
      steeredTo(() => "127.0.0.1"),
    ),
    env: { HOUSTON_EDGE_TOKEN: "secret" },
    stateFolder: folder,
    now: () => 2000,
  };
  const file = join(folder, "routes", "route.json");
  const start = async (listen?: string) => {
    const steering = await steerApplications(
      applicationShape.parse({ kind: "application", file, ...(listen && { listen }) }),
      context,
      WITHIN_MS,
    );
    closing.push(() => steering.stop());
    return steering;
  };
  const written = (): RouteDocument => JSON.parse(readFileSync(file, "utf8")) as RouteDocument;
  return { folder, file, context, start, written };
}

const table = (version: number, to = 0) => ({
  ...rowsTable(version, { "zone-east": to }),
  contingency: { [HERE]: { public: { "zone-east": [[1, 256]] as [number, number][] } } },
});

test("a table is written whole, the same again changes nothing, an older one is refused after a restart too", async () => {
  const { start, written, file } = made();
  const { driver } = await start();
  expect(await driver.apply(table(3), never)).toEqual({ kind: "done" });
  expect(written()).toMatchObject({
    document: 1,
    table: { version: 3 },
    lost: [],
    otherwise: "zone-north",
    ttlSeconds: 60,
  });
  expect(await driver.apply(table(3), never)).toEqual({ kind: "done" });
  const again = await start();
  expect(again.version()).toBe(3);
  expect(await again.driver.apply(table(2), never)).toMatchObject({ kind: "refused", code: "table-not-newer" });
  expect(await again.driver.apply({ ...table(4), assignment: {} }, never)).toMatchObject({ code: "table-malformed" });
  expect(written().table.version).toBe(3);
  writeFileSync(file, "half a docu");
  expect((await start()).version()).toBeNull();
});

test("a loss notice is told with the same table, and stays told when it is offered again", async () => {
  const { start, written } = made();
  const { driver } = await start();
  await driver.apply(table(5), never);
  expect(await driver.notice!(notice(HERE, 5), never)).toMatchObject({ kind: "done" });
  expect(written()).toMatchObject({ table: { version: 5 }, lost: [HERE] });
  await driver.apply(table(5), never);
  expect(written().lost).toEqual([HERE]);
  await driver.apply(table(6), never);
  expect(written().lost).toEqual([]);
});

test("after a restart a loss that is followed still is: another one of the same table waits for a newer", async () => {
  const { start, written } = made();
  const contingency = {
    [HERE]: { public: { "zone-east": [[1, 256]] as [number, number][] } },
    [LOCATIONS[1]!]: { public: { "zone-east": [[2, 256]] as [number, number][] } },
  };
  const first = await start();
  await first.driver.apply({ ...table(5), contingency }, never);
  await first.driver.notice!(notice(HERE, 5), never);
  const again = await start();
  await again.driver.apply({ ...table(5), contingency }, never);
  expect(await again.driver.notice!(notice(LOCATIONS[1]!, 5), never)).toMatchObject({ code: "notice-second" });
  expect(written()).toMatchObject({ table: { version: 5 }, lost: [HERE] });
});

test("who asks gets each table in a moment, and a change is done when he has come back; who is silent is named", async () => {
  const { start, folder } = made();
  const listen = `127.0.0.1:${await freePort()}`;
  const { driver } = await start(listen);
  await driver.apply(table(1), never);
  const took: number[] = [];
  const problems: string[] = [];
  const feed = (name: string, token: string) =>
    routeFeed(
      { url: `http://${listen}/route`, token, keptIn: join(folder, `${name}.json`), everySeconds: 0.01, name },
      { document: ({ table: { version } }) => void took.push(version), problem: (says) => void problems.push(says) },
    );
  const east = feed("east:shop:1", "secret");
  closing.push(() => east.stop());
  await expect.poll(() => took).toEqual([1]);
  expect(await driver.apply(table(2), never)).toMatchObject({ kind: "done" });
  expect(took).toEqual([1, 2]);
  const stranger = feed("west", "another");
  closing.push(() => stranger.stop());
  await expect.poll(() => problems.join()).toContain("answers 401");
  // It asked once, and never again.
  await fetch(`http://${listen}/route`, { headers: { authorization: "Bearer secret", "x-edge": "north:gone" } });
  const outcome = await driver.apply(table(3), never);
  expect(outcome).toMatchObject({ kind: "done" });
  expect(outcome.says).toMatch(/1 of 2 applications took it; north:gone/);
  expect(took).toEqual([1, 2, 3]);
  // Kept on disk: an application that starts while Houston is gone has it at once.
  const alone = routeFeed(
    { url: "http://127.0.0.1:1/route", keptIn: join(folder, "east:shop:1.json"), name: "alone" },
    { document: ({ table: { version } }) => void took.push(version), problem: () => undefined },
  );
  alone.stop();
  expect(took).toEqual([1, 2, 3, 3]);
});

test("hosts and subnets that changed under the same table reach who asks, and who has it on disk only", async () => {
  const { start, folder, context, written } = made();
  const listen = `127.0.0.1:${await freePort()}`;
  const before = await start(listen);
  await before.driver.apply(table(4), never);
  await before.stop();
  const { driver } = await steerApplications(
    applicationShape.parse({ kind: "application", file: join(folder, "routes", "route.json"), listen }),
    { ...context, subnets: { "zone-east": ["192.0.2.0/24"] } },
    WITHIN_MS,
  ).then((steering) => (closing.push(() => steering.stop()), steering));
  const took: (readonly string[] | undefined)[] = [];
  const feed = routeFeed(
    {
      url: `http://${listen}/route`,
      token: "secret",
      keptIn: join(folder, "kept.json"),
      everySeconds: 0.01,
      name: "shop",
    },
    { document: ({ subnets }) => void took.push(subnets["zone-east"]), problem: () => undefined },
  );
  closing.push(() => feed.stop());
  await expect.poll(() => took.length).toBe(1);
  expect(await driver.apply(table(4), never)).toEqual({ kind: "done" });
  expect(took.at(-1)).toEqual(["192.0.2.0/24"]);
  expect(written()).toMatchObject({ table: { version: 4 }, subnets: { "zone-east": ["192.0.2.0/24"] } });
});

test("without a token nothing is listened on, and that is said with the fix", async () => {
  const { context, file } = made();
  const settings = applicationShape.parse({ kind: "application", file, listen: "127.0.0.1:7480" });
  await expect(makeApplication(settings, { ...context, env: {} })).rejects.toMatchObject({ code: "no-edge-token" });
});
