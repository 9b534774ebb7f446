// Route 53 is set up beforehand, and locations are left by three real switches with nothing written to it.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RouteTable, Run } from "../core/route/table.ts";
import { contextOf, tableOf } from "../drivers/dns/record-testing.ts";
import { madeRoute53, type MadeRoute53 } from "../drivers/dns/route53/made-route53.testing.ts";
import { makeRoute53 } from "../drivers/dns/route53/make.ts";
import { route53Shape } from "../drivers/dns/route53/shape.ts";
import { stepsOut } from "../drivers/dns/route53/staged/base.ts";
import { stage, type Staging } from "../drivers/dns/route53/staged/stage.ts";
import { initialRoute, routeStep } from "../core/route/route.ts";
import { estateOf } from "../drivers/made-estate.testing.ts";
import { steeringNeeds } from "../drivers/steering-needs.ts";
import type { RunningSteering } from "../drivers/steering-context.ts";
import { learntFile } from "../drivers/store/learnt-file.ts";
import { startSwitch, type RunningSwitch } from "./switch.ts";

const HOST = "www.example.test";
const KEY_ID = "AKIAMADEFORATEST0001";
const TOKEN = "not-so-secret-in-a-test";
const EAST = "192.0.2.1";
const WEST = "192.0.2.2";
const NORTH = "192.0.2.3";
const never = new AbortController().signal;
const folder = mkdtempSync(join(tmpdir(), "houston-staged-"));
let server: MadeRoute53;
let switches: RunningSwitch[];
let driver: RunningSteering;
let once = 0;

const rowsOf = (...runs: Run[]): RouteTable["assignment"] => ({ public: { somewhere: runs } });
/** East and west have half of the users each; of a lost east most go to the north. */
const BASE: RouteTable = {
  ...tableOf(5, [
    [0, 128],
    [1, 128],
  ]),
  contingency: { east: rowsOf([1, 28], [2, 100], [1, 128]) },
};
const EAST_LEFT = { ...BASE, version: 6, assignment: rowsOf([2, 100], [1, 156]) };

const startOne = (name: string, port = 0): Promise<RunningSwitch> =>
  startSwitch({
    kept: learntFile(join(folder, `${name}.json`)),
    token: TOKEN,
    listen: { host: "127.0.0.1", port },
    tls: null,
    refused: () => {},
    took: () => {},
  });
const context = () => contextOf(HOST, { stateFolder: folder, env: { HOUSTON_SWITCH_TOKEN: TOKEN } });
const settingsOf = (staged: boolean, third = switches[2]!.url) =>
  route53Shape.parse({
    kind: "route53",
    domains: ["example.test"],
    endpoint: server.url,
    requestsPerSecond: 1000,
    ...(staged && {
      staged: { steps: 2, switches: [switches[0]!.url, switches[1]!.url, third].map((url) => ({ url })) },
    }),
  });
/** With a third switch of its own it gives up as soon as it has to wait. */
const run = async (deed: Staging["deed"], third?: string) => {
  const patience = new AbortController();
  return stage(
    {
      settings: settingsOf(true, third) as Staging["settings"],
      context: context(),
      base: { table: BASE, demand: null },
      deed,
      once: () => String((once += 1)),
      say: () => void (third !== undefined && patience.abort()),
    },
    patience.signal,
  );
};

beforeAll(async () => {
  process.env["AWS_ACCESS_KEY_ID"] = KEY_ID;
  process.env["AWS_SECRET_ACCESS_KEY"] = "madeSecretAccessKey/0123456789abcdefghijk";
  server = await madeRoute53({ accessKeyId: KEY_ID, zones: { Z0AAA: "example.test" } });
  server.setByHand("mail.example.test", "A", "192.0.2.77");
  switches = await Promise.all(["one", "two", "three"].map((name) => startOne(name)));
  driver = await makeRoute53(settingsOf(true), context());
});

afterAll(async () => {
  await driver?.stop();
  await Promise.all((switches ?? []).map((each) => each.stop()));
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
  expect(server?.wrong).toEqual([]);
});

describe("Route 53 that is staged", () => {
  test("before anything stands there nobody is led, and the way out is said", async () => {
    expect(await driver.driver.apply(BASE, never)).toMatchObject({
      kind: "refused",
      code: "unsupported",
      says: expect.stringContaining("houston dns stage --apply") as string,
    });
  });

  test("a look says what would be written, and writes nothing", async () => {
    const before = server.serial();
    const looked = await run("look");
    // East, west: two steps and three switches each; north, which would have to take over, its last step.
    expect(looked).toMatchObject({ outcome: { kind: "done" }, checks: { made: 5 * 4, stand: 0, removed: 0 } });
    expect(looked.added.some((line) => line.startsWith("1.east.public._houston.example.test A here: primary"))).toBe(
      true,
    );
    expect(server.serial()).toBe(before);
    expect(server.checks.size).toBe(0);
  });

  test("no record names a health check while Route 53's checkers can't reach a switch, at the second try neither", async () => {
    for (const made of [20, 0]) {
      const closed = await run("apply", "http://127.0.0.1:1");
      expect(closed).toMatchObject({
        outcome: {
          kind: "refused",
          says: expect.stringMatching(/no record was changed/) as string,
        },
        checks: { made },
      });
    }
    expect(server.held(HOST, "A")).toEqual([]);
  });

  test("it is put there once, and users are answered as planned", async () => {
    // What asked the closed port goes, with what counted it.
    expect(await run("apply")).toMatchObject({
      outcome: { kind: "done" },
      checks: { made: 10, stand: 10, removed: 10 },
    });
    expect(server.checks.size).toBe(20);
    expect(server.reached(HOST, "A")).toEqual([EAST, WEST]);
    expect(server.reached(HOST, "AAAA")).toEqual(["2001:db8::1", "2001:db8::2"]);
    const before = server.serial();
    const again = await run("apply");
    expect(again).toMatchObject({ outcome: { kind: "done" }, checks: { made: 0, stand: 20, removed: 0 }, added: [] });
    expect(server.serial()).toBe(before);
    expect(server.reached("mail.example.test", "A")).toEqual(["192.0.2.77"]);
  });

  test("a location is left by its switches while the API answers nothing, by its contingency, and comes back", async () => {
    server.setTrouble("silent");
    const asked = server.requests.length;
    expect(await driver.driver.apply(BASE, never)).toMatchObject({
      kind: "done",
      says: "answers split users as planned",
    });
    expect(await driver.driver.apply(EAST_LEFT, never)).toMatchObject({ kind: "done" });
    await server.checkersLook();
    expect(server.reached(HOST, "A")).toEqual([WEST, NORTH]);
    const north = server.held("lost.east.public._houston.example.test", "A").find(({ id }) => id === "north");
    expect(north?.weight).toBe(Math.round((255 * 100) / 128));
    // One that is gone changes nothing.
    await switches[2]!.stop();
    await server.checkersLook();
    expect(server.reached(HOST, "A")).toEqual([WEST, NORTH]);
    const half = { ...BASE, version: 7, assignment: rowsOf([0, 64], [1, 192]) };
    expect(await driver.driver.apply(half, never)).toMatchObject({
      kind: "done",
      says: expect.stringContaining("without one switch") as string,
    });
    await server.checkersLook();
    expect(server.reached(HOST, "A")).toEqual([EAST, WEST, NORTH]);
    expect(server.requests.length).toBe(asked);
  });

  test("a loss is followed at its notice, and kept by a switch that was restarted", async () => {
    const notice = {
      location: "east",
      tableVersion: 8,
      seenBy: ["west", "north"],
      at: Date.now(),
      expires: Date.now() + 60_000,
    };
    expect(await driver.driver.apply({ ...BASE, version: 8 }, never)).toMatchObject({ kind: "done" });
    await server.checkersLook();
    expect(server.reached(HOST, "A")).toEqual([EAST, WEST]);
    expect(await driver.driver.notice!(notice, never)).toMatchObject({ kind: "done" });
    const { port } = new URL(switches[1]!.url);
    await switches[1]!.stop();
    switches[1] = await startOne("two", Number(port));
    await server.checkersLook();
    expect(server.reached(HOST, "A")).toEqual([WEST, NORTH]);
  });

  test("with two switches gone nobody says that it is done, and silence takes nobody out", async () => {
    await switches[1]!.stop();
    expect(await driver.driver.apply({ ...EAST_LEFT, version: 9 }, never)).toMatchObject({
      kind: "retry",
      code: "unreachable",
      says: expect.stringMatching(/1 of 3 switches took it/) as string,
    });
    await server.checkersLook();
    expect(server.reached(HOST, "A")).toEqual([EAST, WEST]);
  });

  test("anybody may ask for a step and learns yes or no; all else wants the token, and an older word is not taken", async () => {
    const { url } = switches[0]!;
    const ask = async (path: string, init: RequestInit = {}) => {
      const answer = await fetch(`${url}${path}`, init);
      return `${answer.status} ${await answer.text()}`;
    };
    expect(await ask("/out/public/east/2")).toBe("200 ");
    expect(await ask("/out/public/west/1")).toBe("503 ");
    for (const path of ["/out/public/atlantis/1", "/out/constructor/name/1", "/out/__proto__/x/1"])
      expect(await ask(path)).toBe("503 ");
    expect(await ask("/word")).toBe('401 {"code":"token-wrong"}');
    const headers = { authorization: `Bearer ${TOKEN}` };
    const word = { version: 3, table: "0123456789ab", lost: [], out: {} };
    const put = (body: unknown) => ask("/word", { method: "PUT", headers, body: JSON.stringify(body) });
    expect(await put(word)).toBe('409 {"code":"table-not-newer","version":9}');
    expect(await put({ ...word, version: 9 })).toBe('409 {"code":"another-writer","version":9}');
    expect(await put({ ...word, version: 10, out: { public: { east: -1 } } })).toBe('400 {"code":"bad-shape"}');
    expect(switches[0]!.word()?.version).toBe(9);
  });

  test("what somebody changed there is not written over", async () => {
    server.setTrouble("none");
    const part = server.held("public._houston.example.test", "A");
    server.setByHand("public._houston.example.test", "A", "192.0.2.66");
    expect(await run("apply")).toMatchObject({ outcome: { kind: "refused", code: "foreign-records" } });
    server.putBack(part);
  });

  test("taken back, plain records answer, no health check is left, and the API's driver goes on from them", async () => {
    const removed = await run("remove");
    expect(removed).toMatchObject({ outcome: { kind: "done" }, checks: { removed: 20 } });
    expect(server.checks.size).toBe(0);
    expect(server.reached(HOST, "A")).toEqual([EAST, WEST]);
    const before = server.serial();
    const plain = await makeRoute53(settingsOf(false), context());
    expect(await plain.driver.apply(BASE, never)).toMatchObject({ kind: "done" });
    expect(server.serial()).toBe(before);
    expect(server.held("1.east.public._houston.example.test", "A")).toEqual([]);
    expect(await driver.driver.apply({ ...BASE, version: 11 }, never)).toMatchObject({ code: "unsupported" });
  });
});

test("leaving a place needs it where two switches of three stand there, and never where the API does", () => {
  expect(needs(["us-east-1", "eu-west-1", "ap-south-1"])).toEqual([]);
  expect(needs(["us-east-1", "eu-west-1", "us-east-1"])).toEqual(["us-east-1"]);
});

test("steps are the nearest to what has left, and the last one goes with the last user", () => {
  expect([128, 113, 111, 64, 20, 1, 0].map(outAt)).toEqual([0, 0, 1, 2, 3, 3, 4]);
});

function needs(at: readonly string[]) {
  const staged = {
    switches: ["a", "b", "c"].map((name, index) => ({ url: `https://${name}.example.net:8443`, at: at[index] })),
  };
  const settings = route53Shape.parse({ kind: "route53", domains: ["example.test"], staged });
  const estate = estateOf(["us-east-1", "eu-west-1", "ap-south-1"]);
  return steeringNeeds(settings, { estate, hosts: context().hosts })?.standsAt;
}

function outAt(left: number): number {
  const runs: Run[] =
    left === 0
      ? [[1, 256]]
      : [
          [0, left],
          [1, 256 - left],
        ];
  const table = { ...BASE, version: 9, assignment: rowsOf(...runs) };
  const route = routeStep(initialRoute(table.locations), { event: "table", at: 9, table }).state;
  return stepsOut(route, { table: BASE, demand: null }, { classes: ["public"], steps: 4 })["public"]?.["east"] ?? 0;
}
