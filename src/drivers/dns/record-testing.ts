import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Run, RouteTable } from "../../core/route/table.ts";
import { CallerError } from "../../core/errors.ts";
import { estateOf } from "../made-estate.testing.ts";
import type { RunningSteering, SteeringContext } from "../steering-context.ts";

/** A DNS server that really answers, with a driver for it, for the conformance suite. */
export type RecordRig = {
  /** A DNS zone that it has, with an SOA and an NS only. */
  readonly domain: string;
  /** A new driver, as after a restart. */
  start(settings: RigSettings, context: SteeringContext): Promise<RunningSteering>;
  /** Addresses that users all over the world are answered with, sorted. */
  readonly reached: (host: string, type: "A" | "AAAA") => Promise<readonly string[]>;
  text(name: string): Promise<readonly string[]>;
  /** Grows with each write. */
  serial(): Promise<number>;
  /** Somebody else writes one record, and takes away all others of its name and type. */
  readonly setByHand: (name: string, type: "A" | "TXT", value: string) => Promise<void>;
  /** `silent`: calls are taken and never answered. `no-answer-to-writes`: they are done, and the connection ends before the answer. */
  readonly setTrouble: (trouble: "none" | "silent" | "no-answer-to-writes") => void;
  readonly stop: () => Promise<void>;
};

export type RigSettings = {
  readonly owner: string;
  readonly domains: readonly string[];
  readonly takeOver?: string;
  readonly writesPerSecond?: number;
  readonly withinSeconds?: number;
  readonly wrongKey?: boolean;
  readonly closedPort?: boolean;
};

const LOCATIONS = ["east", "west", "north"] as const;
const ADDRESSES = {
  east: { v4: ["192.0.2.1"], v6: ["2001:db8::1"] },
  west: { v4: ["192.0.2.2"], v6: ["2001:db8::2"] },
  north: { v4: ["192.0.2.3"], v6: ["2001:db8::3"] },
};
const EAST = ["192.0.2.1"];
const WEST = ["192.0.2.2"];
const BOTH = [...EAST, ...WEST];
const ALL_EAST: readonly Run[] = [[0, 256]];
const ALL_WEST: readonly Run[] = [[1, 256]];
const HALVES: readonly Run[] = [
  [0, 128],
  [1, 128],
];
const DONE = { kind: "done", says: expect.any(String) as unknown };
const never = new AbortController().signal;

/** What every driver that writes records promises (record-steering.ts), each against its real server. Each test has a host and an owner of its own. */
export function recordConformance(name: string, makeRig: () => Promise<RecordRig>): void {
  describe(`${name} steers by records`, () => {
    let rig: RecordRig;
    beforeAll(async () => {
      rig = await makeRig();
    }, 30_000);
    afterAll(() => rig.stop());

    const start = async (own: string, more: Partial<RigSettings> = {}, change: Partial<SteeringContext> = {}) =>
      (await rig.start({ owner: own, domains: [rig.domain], ...more }, contextOf(hostOf(own), change))).driver;
    const hostOf = (own: string): string => `${own}.${rig.domain}`;

    test("users are answered by the table, in both families, when it says done", async () => {
      const driver = await start("apply");
      expect(await driver.apply(tableOf(10, HALVES), never)).toEqual(DONE);
      expect(await rig.reached(hostOf("apply"), "A")).toEqual(BOTH);
      expect(await rig.reached(hostOf("apply"), "AAAA")).toEqual(["2001:db8::1", "2001:db8::2"]);
      expect(await driver.apply(tableOf(11, ALL_WEST), never)).toEqual(DONE);
      expect(await rig.reached(hostOf("apply"), "A")).toEqual(WEST);
      expect(await rig.reached(hostOf("apply"), "AAAA")).toEqual(["2001:db8::2"]);
    });

    test("what it holds for right is what users are told, for each zone and for who is in none", async () => {
      const host = { name: hostOf("right"), class: "public", bucketBy: "network" as const };
      const running = await rig.start({ owner: "right", domains: [rig.domain] }, contextOf(host.name));
      const from = { zone: "somewhere", network: Uint8Array.of(10, 1, 2, 0) };
      expect(running.told?.rightFor({ host, name: host.name, from })).toBe(null);
      for (const [version, runs] of [ALL_WEST, HALVES].entries()) {
        expect(await running.driver.apply(tableOf(version + 10, runs), never)).toEqual(DONE);
        const told = await rig.reached(host.name, "A");
        for (const asker of [from, null])
          expect(running.told?.rightFor({ host, name: host.name, from: asker })?.v4.toSorted()).toEqual(told);
      }
      expect(running.told?.servers.length).toBeGreaterThan(0);
    });

    test("the same table again is done and writes nothing, after a restart too", async () => {
      const driver = await start("again");
      expect(await driver.apply(tableOf(10, HALVES), never)).toEqual(DONE);
      const serial = await rig.serial();
      expect(await driver.apply(tableOf(10, HALVES), never)).toEqual(DONE);
      const restarted = await rig.start({ owner: "again", domains: [rig.domain] }, contextOf(hostOf("again")));
      expect(restarted.version()).toBe(10);
      expect(await restarted.driver.apply(tableOf(10, HALVES), never)).toEqual(DONE);
      expect(await rig.serial()).toBe(serial);
    });

    test("other addresses in the config are written though the table is the same", async () => {
      await (await start("moved")).apply(tableOf(10, ALL_EAST), never);
      const addresses = { ...ADDRESSES, east: { v4: ["192.0.2.9"], v6: ["2001:db8::9"] } };
      const driver = await start("moved", {}, { addresses });
      expect(await driver.apply(tableOf(10, ALL_EAST), never)).toEqual(DONE);
      expect(await rig.reached(hostOf("moved"), "A")).toEqual(["192.0.2.9"]);
    });

    test("an older table is refused, by a driver that was started anew as well", async () => {
      await (await start("older")).apply(tableOf(10, ALL_WEST), never);
      const driver = await start("older");
      expect(await driver.apply(tableOf(9, ALL_EAST), never)).toMatchObject({
        kind: "refused",
        code: "table-not-newer",
      });
      expect(await rig.reached(hostOf("older"), "A")).toEqual(WEST);
    });

    test.each([
      ["an empty table", { assignment: {} }],
      ["a table without rows", { assignment: { public: {} } }],
      ["a torn row", { assignment: { public: { somewhere: [[0, 255]] as const } } }],
      ["a table without the host's class", { assignment: { editor: { somewhere: ALL_EAST } } }],
    ])("%s is refused, and the records stay", async (what, change) => {
      const own = `empty${what.length}`;
      const driver = await start(own);
      await driver.apply(tableOf(10, ALL_WEST), never);
      expect(await driver.apply({ ...tableOf(11, ALL_EAST), ...change }, never)).toMatchObject({
        kind: "refused",
        code: "table-malformed",
      });
      expect(await rig.reached(hostOf(own), "A")).toEqual(WEST);
    });

    test("a host would be left without an address: refused, and the records stay", async () => {
      await (await start("bare")).apply(tableOf(10, ALL_WEST), never);
      const driver = await start("bare", {}, { addresses: { east: { v4: [], v6: [] } } });
      expect(await driver.apply(tableOf(11, ALL_EAST), never)).toMatchObject({ kind: "refused", code: "empty-set" });
      expect(await rig.reached(hostOf("bare"), "A")).toEqual(WEST);
    });

    test("records that were there before are left alone until a person names them", async () => {
      const host = hostOf("before");
      await rig.setByHand(host, "A", "192.0.2.77");
      const refusal = await (await start("before")).apply(tableOf(10, ALL_EAST), never);
      expect(refusal).toMatchObject({ kind: "refused", code: "foreign-records" });
      expect(refusal.says).toContain("192.0.2.77");
      expect(await rig.reached(host, "A")).toEqual(["192.0.2.77"]);
      const takeOver = /takeOver: ([0-9a-f]{12})/.exec(refusal.says ?? "")![1]!;
      // It was said of those records, and of no others.
      await rig.setByHand(host, "A", "192.0.2.78");
      const driver = await start("before", { takeOver });
      expect(await driver.apply(tableOf(10, ALL_EAST), never)).toMatchObject({ code: "foreign-records" });
      await rig.setByHand(host, "A", "192.0.2.77");
      expect(await driver.apply(tableOf(10, ALL_EAST), never)).toEqual(DONE);
      expect(await rig.reached(host, "A")).toEqual(EAST);
    });

    test("what somebody else changed since is a conflict that says what, and is not written over", async () => {
      const driver = await start("changed");
      await driver.apply(tableOf(10, ALL_EAST), never);
      await rig.setByHand(hostOf("changed"), "A", "192.0.2.66");
      const refusal = await driver.apply(tableOf(11, ALL_WEST), never);
      expect(refusal).toMatchObject({ kind: "refused", code: "foreign-records" });
      expect(refusal.says).toMatch(/somebody changed Houston's records.*192\.0\.2\.66/);
      expect(await rig.reached(hostOf("changed"), "A")).toContain("192.0.2.66");
    });

    test("records of other names and types are not touched", async () => {
      await rig.setByHand(`neighbour.${rig.domain}`, "A", "192.0.2.50");
      await rig.setByHand(hostOf("beside"), "TXT", "v=spf1 -all");
      const driver = await start("beside");
      expect(await driver.apply(tableOf(10, ALL_EAST), never)).toEqual(DONE);
      expect(await driver.apply(tableOf(11, ALL_WEST), never)).toEqual(DONE);
      expect(await rig.reached(`neighbour.${rig.domain}`, "A")).toEqual(["192.0.2.50"]);
      expect(await rig.text(hostOf("beside"))).toEqual(["v=spf1 -all"]);
    });

    test("two writers are noticed: another table of the same version, and the one who is behind", async () => {
      const [one, two] = [await start("two"), await start("two")];
      expect(await one.apply(tableOf(10, ALL_EAST), never)).toEqual(DONE);
      expect(await two.apply(tableOf(10, ALL_WEST), never)).toMatchObject({ kind: "refused", code: "another-writer" });
      expect(await two.apply(tableOf(12, ALL_WEST), never)).toEqual(DONE);
      expect(await one.apply(tableOf(11, ALL_EAST), never)).toMatchObject({ kind: "refused", code: "table-not-newer" });
      expect(await rig.reached(hostOf("two"), "A")).toEqual(WEST);
    });

    test("another Houston's host is a stranger's record", async () => {
      await (await start("shop")).apply(tableOf(10, ALL_EAST), never);
      const other = await rig.start({ owner: "bank", domains: [rig.domain] }, contextOf(hostOf("shop")));
      expect(await other.driver.apply(tableOf(99, ALL_WEST), never)).toMatchObject({ code: "foreign-records" });
      expect(await rig.reached(hostOf("shop"), "A")).toEqual(EAST);
    });

    test("more writes than allowed wait", async () => {
      const driver = await start("often", { writesPerSecond: 1 }, { now: stopped() });
      expect(await driver.apply(tableOf(10, ALL_EAST), never)).toEqual(DONE);
      expect(await driver.apply(tableOf(11, ALL_WEST), never)).toMatchObject({ kind: "retry", code: "too-soon" });
      expect(await rig.reached(hostOf("often"), "A")).toEqual(EAST);
    });

    test("with a wrong key it is refused, with a reason", async () => {
      await (await start("rights")).apply(tableOf(10, ALL_EAST), never);
      const driver = await start("rights", { wrongKey: true });
      const refusal = await driver.apply(tableOf(11, ALL_WEST), never);
      expect(refusal).toMatchObject({ kind: "refused", code: "forbidden" });
      expect(refusal.says).toMatch(/\w/);
      expect(await rig.reached(hostOf("rights"), "A")).toEqual(EAST);
    });

    test("a DNS zone that the server does not have is refused by name, and the others are served", async () => {
      const missing = "missing.example";
      const hosts = [hostOf("partial"), `www.${missing}`].map((host) => steered(host));
      const driver = await start("partial", { domains: [rig.domain, missing] }, { hosts });
      const refusal = await driver.apply(tableOf(10, ALL_EAST), never);
      expect(refusal).toMatchObject({ kind: "refused", code: "unknown-zone" });
      expect(refusal.says).toContain(missing);
      expect(await rig.reached(hostOf("partial"), "A")).toEqual(EAST);
    });

    test("a host outside of its domains is the config's mistake", async () => {
      await expect(start("outside", {}, { hosts: [steered("www.elsewhere.example")] })).rejects.toThrow(CallerError);
    });

    test("a write whose answer is lost is found by looking", async () => {
      const driver = await start("lost");
      rig.setTrouble("no-answer-to-writes");
      const outcome = await driver.apply(tableOf(10, ALL_EAST), never);
      rig.setTrouble("none");
      expect(outcome).toEqual(DONE);
      expect(await rig.reached(hostOf("lost"), "A")).toEqual(EAST);
    });

    test("silence ends in a retry, an abort does at once, and then it goes on", async () => {
      const driver = await start("silent", { withinSeconds: 0.3 });
      rig.setTrouble("silent");
      expect(await driver.apply(tableOf(10, ALL_EAST), never)).toMatchObject({ kind: "retry", code: "timeout" });
      expect(await driver.apply(tableOf(10, ALL_EAST), AbortSignal.abort())).toMatchObject({ kind: "retry" });
      rig.setTrouble("none");
      const patient = await start("silent");
      expect(await patient.apply(tableOf(10, ALL_EAST), never)).toEqual(DONE);
    });

    test("a server that is not there is a retry", async () => {
      const driver = await start("nobody", { closedPort: true });
      expect(await driver.apply(tableOf(10, ALL_EAST), never)).toMatchObject({ kind: "retry", code: "unreachable" });
    });

    test("a loss is followed at its notice, kept over a restart, and ended by a newer table only", async () => {
      const driver = await start("loss");
      const table = { ...tableOf(10, HALVES), contingency: { east: { public: { somewhere: ALL_WEST } } } };
      expect(await driver.apply(table, never)).toEqual(DONE);
      const notice = {
        location: "east",
        tableVersion: 10,
        seenBy: ["west", "north"],
        at: Date.now(),
        expires: Date.now() + 60_000,
      };
      expect(await driver.notice!({ ...notice, seenBy: ["west"] }, never)).toMatchObject({ kind: "refused" });
      expect(await driver.notice!(notice, never)).toEqual(DONE);
      expect(await rig.reached(hostOf("loss"), "A")).toEqual(WEST);
      const restarted = await start("loss");
      expect(await restarted.apply(table, never)).toEqual(DONE);
      expect(await rig.reached(hostOf("loss"), "A")).toEqual(WEST);
      expect(await restarted.apply(tableOf(11, HALVES), never)).toEqual(DONE);
      expect(await rig.reached(hostOf("loss"), "A")).toEqual(BOTH);
    });
  });
}

/** A clock that stands still now. */
function stopped(): () => number {
  const at = Date.now();
  return () => at;
}

/** Three locations, one zone of users. */
export function contextOf(host: string, change: Partial<SteeringContext> = {}): SteeringContext {
  return {
    name: "records",
    estate: {
      ...estateOf(LOCATIONS),
      zones: [{ name: "somewhere", country: "NL", latencyMs: { east: 1, west: 1, north: 1 } }],
      ttlSeconds: 5,
    },
    hosts: [steered(host)],
    addresses: ADDRESSES,
    subnets: {},
    otherwise: "somewhere",
    demandRps: () => null,
    env: {},
    stateFolder: "",
    now: () => Date.now(),
    ...change,
  };
}

function steered(name: string): SteeringContext["hosts"][number] {
  return { name, class: "public", bucketBy: "network" };
}

export function tableOf(version: number, row: readonly Run[]): RouteTable {
  return {
    version,
    at: version,
    locations: LOCATIONS,
    assignment: { public: { somewhere: row } },
    contingency: {},
    apart: [],
  };
}
