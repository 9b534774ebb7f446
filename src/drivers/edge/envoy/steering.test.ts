// What stands in for Envoy reads its file as Envoy does, when another takes its place, and says at its admin interface what it took.
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { steeringConformance } from "../../dns/testing.ts";
import { listening } from "../asked-edge.testing.ts";
import { HERE, LOCATIONS, notice, OTHER, rowsTable, steeredTo, toldTo } from "../three-edges.testing.ts";
import { routesFile, writeFirstRoutes } from "./files.ts";
import { markOf } from "./routes.ts";
import { envoyShape } from "./shape.ts";
import { makeEnvoy } from "./steering.ts";

const never = new AbortController().signal;
const steered = steeredTo((location) => `127.86.${LOCATIONS.indexOf(location) + 1}.1`);
const application = ["127.0.0.1:9000"];
const closing: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
});

type MadeEnvoy = {
  readonly folder: string;
  readonly place: object;
  /** What it took last; empty: nothing yet. */
  took(): string;
  behave(how: { readonly isSilent?: boolean; readonly takes?: boolean }): void;
};

async function madeEnvoy(location: string): Promise<MadeEnvoy> {
  const folder = mkdtempSync(join(tmpdir(), `envoy-${location}-`));
  writeFirstRoutes(folder, { ...steered, here: location, settings: settingsOf([{ location, folder, application }]) });
  let [inode, took, rejected, isSilent, takes] = [0, "", 0, false, true];
  const read = (): void => {
    const { ino } = statSync(routesFile(folder));
    if (isSilent || ino === inode) return;
    inode = ino;
    const { version_info: version } = JSON.parse(readFileSync(routesFile(folder), "utf8")) as { version_info: string };
    if (takes) took = version;
    else rejected += 1;
  };
  const reads = setInterval(read, 5);
  const server: Server = createServer((request, response) => {
    if (isSilent) return;
    const asked = new URL(request.url!, "http://admin");
    const filter = new RegExp(asked.searchParams.get("filter")!);
    const root = "http.rp.rds.reactive-production.";
    const stats = [
      { name: `${root}update_rejected`, value: rejected },
      { name: "http.rp.downstream_rq_total", value: 7 },
      { name: `${root}version_text`, value: took },
    ].filter(({ name }) => filter.test(name));
    response.end(asked.pathname === "/stats" ? JSON.stringify({ stats }) : "");
  });
  const admin = `127.0.0.1:${await listening(server, "127.0.0.1")}`;
  closing.push(() => {
    clearInterval(reads);
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    folder,
    place: { location, folder, admin, application },
    took: () => took,
    behave: (how) => void ({ isSilent = false, takes = true } = how),
  };
}

const settingsOf = (edges: readonly object[], withinSeconds = 10) =>
  envoyShape.parse({ kind: "envoy", edges, withinSeconds });
const make = (edges: readonly object[], withinSeconds?: number) =>
  makeEnvoy(settingsOf(edges, withinSeconds), toldTo("envoy", steered));
const versionOf = (envoy: MadeEnvoy): number => (JSON.parse(envoy.took()) as { version: number }).version;

steeringConformance(
  "Envoy",
  async () => {
    const envoy = await madeEnvoy(HERE);
    const steering = await make([envoy.place], 1.5);
    return {
      driver: steering.driver,
      driverWithoutToken: (await make([{ ...envoy.place, folder: "/etc/envoy/not-there" }])).driver,
      appliedVersion: () => versionOf(envoy),
      silence: (isSilent) => envoy.behave({ isSilent }),
      stop: () => steering.stop(),
    };
  },
  LOCATIONS,
);

test("a loss is followed once for a version, through a restart of Houston, until a newer table", async () => {
  const envoy = await madeEnvoy(HERE);
  const contingency = { [OTHER]: { public: { "zone-east": [[2, 256] as const] } } };
  const table = { ...rowsTable(5, { "zone-east": 1 }), contingency };
  const steering = await make([envoy.place]);
  expect(await steering.driver.apply(table, never)).toEqual({ kind: "done" });
  expect(await steering.driver.notice!(notice(OTHER, 5), never)).toEqual({ kind: "done" });
  expect(JSON.parse(envoy.took())).toMatchObject({ version: 5, lost: [OTHER] });
  const again = await make([envoy.place]);
  expect(again.version()).toBe(5);
  expect(await again.driver.apply(table, never)).toEqual({ kind: "done" });
  expect(JSON.parse(envoy.took())).toMatchObject({ version: 5, lost: [OTHER] });
  await again.driver.apply({ ...table, version: 6 }, never);
  expect(JSON.parse(envoy.took())).toMatchObject({ version: 6, lost: [] });
});

test("what Envoy does not take is said, and what stood there stands there again", async () => {
  const envoy = await madeEnvoy(HERE);
  const { driver } = await make([envoy.place]);
  await driver.apply(rowsTable(8, { "zone-east": 1 }), never);
  envoy.behave({ takes: false });
  expect(await driver.apply(rowsTable(9, { "zone-east": 2 }), never)).toMatchObject({
    kind: "refused",
    code: "config-refused",
  });
  expect(markOf(readFileSync(routesFile(envoy.folder), "utf8")).version).toBe(8);
  envoy.behave({});
  expect(await driver.apply(rowsTable(9, { "zone-east": 2 }), never)).toEqual({ kind: "done" });
});

test("one that is down stops nobody, is named, and has the newest on its disk for its start", async () => {
  const [here, other] = [await madeEnvoy(HERE), await madeEnvoy(OTHER)];
  other.behave({ isSilent: true });
  const { driver } = await make([here.place, other.place], 1.5);
  expect(await driver.apply(rowsTable(3, { "zone-east": 1 }), never)).toMatchObject({
    kind: "done",
    says: expect.stringContaining(`1 of 2 Envoys took it; ${OTHER} (`),
  });
  expect(markOf(readFileSync(routesFile(other.folder), "utf8")).version).toBe(3);
});
