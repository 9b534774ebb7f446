import { expect, test } from "vitest";
import { FAULTS } from "../drills/fault-names.ts";
import { faultRoom, type FaultOrder } from "./faults.ts";
import type { ProcessInfo } from "./process-group.ts";

const LOCATIONS = ["us-east-1", "us-east-2", "eu-west-1"];
const EVERY_WORLD = LOCATIONS.map((name) => `POST world-${name}`);

/** Made processes: what reached whom, and in which state they are left. */
function room(options: { readonly deaf?: string; readonly stuck?: string } = {}) {
  const states = new Map<string, ProcessInfo["state"]>(
    [...LOCATIONS.flatMap((name) => [`world-${name}`, `node-${name}`]), "users", "houston", "bank"].map((name) => [
      name,
      "ready",
    ]),
  );
  const told: { readonly what: string; readonly body: unknown }[] = [];
  const after = { kill: "ended", stop: "stopped", cont: "ready", start: "ready" } as const;
  const faults = faultRoom({
    locations: LOCATIONS,
    processes: {
      list: () => [...states].map(([name, state]) => ({ name, pid: 1, state })),
      async signal(name, action) {
        if (name === options.stuck && action === "start") throw new Error(`${name} does not start`);
        states.set(name, after[action]);
        told.push({ what: `${action} ${name}`, body: undefined });
      },
    },
    async call(process, method, _path, body) {
      if (process === options.deaf) throw new Error(`${process} does not answer`);
      expect(states.get(process), `${process} is called while it can't answer`).toBe("ready");
      told.push({ what: `${method} ${process}`, body });
    },
  });
  return { faults, told, states, what: () => told.map((each) => each.what) };
}

/** Who must be reached by each fault of the list that people see. A new fault without a row here fails. */
const REACHES: Readonly<Record<(typeof FAULTS)[number]["name"], readonly string[]>> = {
  "hard-down": ["kill world-us-east-1", "kill node-us-east-1"],
  "black-hole": ["stop world-us-east-1", "stop node-us-east-1"],
  "provider-brownout": ["POST world-us-east-1"],
  slow: ["POST world-us-east-1"],
  gray: ["POST world-us-east-1"],
  slower: ["POST world-us-east-1"],
  leak: ["POST world-us-east-1"],
  noise: ["POST world-us-east-1"],
  path: ["POST world-us-east-1"],
  "bad-deploy": EVERY_WORLD,
  "cut-off": ["POST node-us-east-1"],
  link: ["POST world-us-east-1", "POST world-eu-west-1", "POST node-us-east-1", "POST node-eu-west-1"],
  surge: ["PUT users"],
  ddos: ["PUT users"],
  "poison-tenant": [...EVERY_WORLD, "PUT users"],
  "cannot-grow": ["POST world-us-east-1"],
  "receiver-slow": ["POST world-us-east-1"],
  "replica-lag": ["POST world-us-east-1"],
  flap: ["POST world-us-east-1"],
};

test.each(FAULTS.map(({ name }) => name))("%s reaches whom it should, and clear undoes it", async (name) => {
  const { faults, told, states, what } = room();
  const order: FaultOrder = { name, location: "us-east-1", ...(name === "link" ? { to: "eu-west-1" } : {}) };
  await faults.inject(order);
  expect(what()).toEqual(REACHES[name]);
  expect(faults.list()).toEqual([order]);

  told.length = 0;
  await faults.clear();
  expect(faults.list()).toEqual([]);
  expect([...states.values()].every((state) => state === "ready")).toBe(true);
  for (const location of LOCATIONS) expect(what()).toContain(`DELETE world-${location}`);
  for (const location of LOCATIONS) expect(what()).toContain(`DELETE node-${location}`);
  expect(told.find((each) => each.what === "PUT users")?.body).toEqual({
    factor: 1,
    locationFactor: null,
    tenant: null,
  });
});

async function bodiesOf(order: FaultOrder): Promise<readonly unknown[]> {
  const { faults, told } = room();
  await faults.inject(order);
  return told.map(({ body }) => body);
}

const everyWorld = (body: unknown): readonly unknown[] => LOCATIONS.map(() => body);

test("poison is told to all worlds, and its users come more often from where they live", async () => {
  const named = await bodiesOf({ name: "poison-tenant", location: "eu-west-1", share: 0.5, bucket: "a7", rps: 9 });
  expect(named).toEqual([
    ...everyWorld({ name: "poison-tenant", share: 0.5, bucket: "a7", rps: 9, home: "eu-west-1" }),
    { tenant: { location: "eu-west-1", bucket: 0xa7, rps: 9 } },
  ]);
  expect(await bodiesOf({ name: "poison-tenant" })).toEqual([
    ...everyWorld({ name: "poison-tenant", home: "us-east-1" }),
    { tenant: { location: "us-east-1", bucket: 0x2a, rps: 5 } },
  ]);
});

test("a bad deploy is bad in all locations, whatever is named; cannot-grow only where it is named", async () => {
  const { faults, told, what } = room();
  await faults.inject({ name: "bad-deploy", location: "eu-west-1" });
  expect(told).toEqual(EVERY_WORLD.map((each) => ({ what: each, body: { name: "bad-deploy" } })));
  told.length = 0;
  await faults.inject({ name: "cannot-grow" });
  expect(what()).toEqual(EVERY_WORLD);
});

/** Whose users' path each world is told. */
const zonesOf = async (order: Omit<FaultOrder, "name">) =>
  (await bodiesOf({ name: "path", ...order })).map((body) => (body as FaultOrder).zones);

test("a path is told whose it is: the zones that are named, or one that is at home there with about a quarter of its users", async () => {
  expect(await zonesOf({ location: "us-east-1" })).toEqual([["us-mid-atlantic"]]);
  expect(await zonesOf({ location: "us-east-1", zones: ["us-florida", "france"] })).toEqual([["us-florida", "france"]]);
});

test("demand is changed by the users, with its factor", async () => {
  const { faults, told } = room();
  await faults.inject({ name: "surge" });
  await faults.inject({ name: "ddos", location: "us-east-2" });
  expect(told.map(({ body }) => body)).toEqual([
    { factor: 1.4 },
    { locationFactor: { location: "us-east-2", factor: 10 } },
  ]);
});

test("a second cut leaves the first: an end that lost two neighbours lost both", async () => {
  const { faults, told } = room();
  await faults.inject({ name: "link", location: "us-east-1", to: "us-east-2" });
  await faults.inject({ name: "link", location: "us-east-1", to: "eu-west-1" });
  const last = told.findLast((each) => each.what === "POST node-us-east-1");
  expect(last?.body).toEqual({ name: "cut", unreachable: ["us-east-2", "eu-west-1"] });
  await faults.inject({ name: "cut-off", location: "us-east-2" });
  expect(told.at(-1)?.body).toEqual({ name: "cut", unreachable: ["us-east-1", "eu-west-1", "houston"] });
  await faults.clear();
  await faults.inject({ name: "link", location: "us-east-1", to: "us-east-2" });
  expect(told.at(-1)?.body).toEqual({ name: "cut", unreachable: ["us-east-1"] });
});

test("what nobody can carry out is refused with the fix, and nothing is told or listed", async () => {
  const { faults, told } = room();
  const refused = async (order: FaultOrder) =>
    faults.inject(order).then(
      () => null,
      (error: { code?: string; hint?: string }) => `${error.code}: ${error.hint}`,
    );
  expect(await refused({ name: "grey" })).toBe("unknown-fault: did you mean gray?");
  expect(await refused({ name: "gray" })).toContain("unknown-location");
  expect(await refused({ name: "gray", location: "us-east-3" })).toContain("did you mean us-east-");
  expect(await refused({ name: "poison-tenant", location: "mars" })).toContain("unknown-location");
  expect(await refused({ name: "poison-tenant", bucket: "zz" })).toContain("bad-bucket");
  expect(await refused({ name: "poison-tenant", bucket: 256 })).toContain("bad-bucket");
  expect(await refused({ name: "poison-tenant", rps: -1 })).toContain("bad-rps");
  expect(await refused({ name: "path", location: "us-east-1", zones: ["us-florid"] })).toBe(
    "unknown-zone: did you mean us-florida?",
  );
  expect(await refused({ name: "link", location: "us-east-1" })).toContain("unknown-location");
  expect(await refused({ name: "link", location: "us-east-1", to: "us-east-1" })).toContain("link-needs-two");
  expect(told).toEqual([]);
  expect(faults.list()).toEqual([]);
});

test("a world that is down is spared, and the others are not", async () => {
  const { faults, told, what } = room();
  await faults.inject({ name: "hard-down", location: "us-east-2" });
  told.length = 0;
  await faults.inject({ name: "bad-deploy" });
  expect(what()).toEqual(["POST world-us-east-1", "POST world-eu-west-1"]);
});

test("clear does all it can before it says what did not end, and a fault made twice is listed once", async () => {
  const deaf = room({ deaf: "world-us-east-1" });
  await deaf.faults.inject({ name: "gray", location: "us-east-2" });
  await expect(deaf.faults.clear()).rejects.toThrow("world-us-east-1 does not answer");
  expect(deaf.what()).toContain("DELETE world-eu-west-1");
  expect(deaf.what()).toContain("PUT users");

  const stuck = room({ stuck: "world-us-east-1" });
  await stuck.faults.inject({ name: "hard-down", location: "us-east-1" });
  await stuck.faults.inject({ name: "gray", location: "us-east-2" });
  await stuck.faults.inject({ name: "gray", location: "us-east-2", share: 0.5 });
  expect(stuck.faults.list()).toHaveLength(2);
  await expect(stuck.faults.clear()).rejects.toThrow("does not start");
  expect(stuck.faults.list()).toEqual([{ name: "hard-down", location: "us-east-1" }]);
});

test("a service that is not there suggests the nearest, and no world is told", async () => {
  const { faults, told } = room();
  const refused = (order: FaultOrder) =>
    faults.inject(order).then(
      () => null,
      (error: { code?: string; message?: string; hint?: string }) => `${error.code}: ${error.message}, ${error.hint}`,
    );
  const carts = "unknown-service: there is no service carts, did you mean cart?";
  expect(await refused({ name: "gray", location: "us-east-1", services: ["checkout", "carts"] })).toBe(carts);
  // Half of the worlds would know what the other half refuses.
  expect(await refused({ name: "bad-deploy", services: ["carts"] })).toBe(carts);
  expect(await refused({ name: "poison-tenant", services: ["carts"] })).toBe(carts);
  expect(await refused({ name: "slow", location: "us-east-1", services: ["dynamodb", "cache"] })).toBeNull();
  expect(await refused({ name: "slow", location: "us-east-1", services: ["firestore"] })).toContain("dynamodb");
  expect(told.map(({ what }) => what)).toEqual(["POST world-us-east-1"]);
});

test("with cells a location goes with its member, a link is cut between members too, and clear starts all at once", async () => {
  const { faults, states, what } = room();
  for (const name of [...LOCATIONS.map((each) => `member-${each}`), "cell-lines"]) states.set(name, "ready");
  await faults.inject({ name: "hard-down", location: "us-east-1" });
  await faults.inject({ name: "link", location: "us-east-2", to: "eu-west-1" });
  expect(states.get("member-us-east-1")).toBe("ended");
  expect(what()).toContain("POST cell-lines");
  await faults.clear();
  expect([...states.values()].every((state) => state === "ready")).toBe(true);
  expect(what()).toContain("DELETE cell-lines");
});
