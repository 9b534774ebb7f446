import dnsPacket from "dns-packet";
import { createSocket } from "node:dgram";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { startMadeService, type MadeService } from "./made-service.testing.ts";
import { startPopulation, type Population } from "./population.ts";
import type { Habit, RequestRecord } from "./records.ts";
import type { PopulationSettings } from "./settings.ts";

vi.setConfig({ testTimeout: 90_000 });

/** Think short and buy often, so that few users make a whole story: a busy machine must be able to carry all of them. */
const QUICK = { thinkMs: { from: 100, to: 400 }, checkoutShare: 0.5 };
const FEW_RPS = 40;

type World = {
  readonly service: MadeService;
  readonly users: Population;
  readonly east: string;
  readonly west: string;
  readonly resolver: string;
  readonly clients: readonly string[];
};

let worlds = 0;

/** Two edges, a name server and one zone, at odd addresses of their own, so that tests run side by side. */
async function inWorld(
  options: { settings?: Partial<PopulationSettings>; prepare?: (service: MadeService) => void },
  story: (world: World) => Promise<void>,
): Promise<void> {
  const net = ++worlds;
  const [east, west, resolver] = [`127.91.${net}.1`, `127.91.${net}.2`, `127.92.${net}.53`];
  const clients = [`127.92.${net}.1`, `127.92.${net}.2`];
  const service = await startMadeService({ edges: { [east]: "east", [west]: "west" }, dnsAddress: `127.91.${net}.53` });
  options.prepare?.(service);
  const users = await startPopulation({
    seed: 7,
    rps: FEW_RPS,
    domain: "planet.test",
    edgePort: service.edgePort,
    resolverPort: 0,
    utcHour: 12,
    demandShareAt: () => [1],
    habits: QUICK,
    // Everything here runs in one process: on a busy machine its own name server may answer late.
    nameServerTimeoutMs: 5000,
    locations: [
      { name: "east", address: east },
      { name: "west", address: west },
    ],
    zones: [
      {
        name: "zone",
        subnet: "198.18.7.0/24",
        resolver,
        clients,
        botClient: `127.92.${net}.200`,
        nameServers: [{ address: `127.91.${net}.53`, port: service.dnsPort, roundTripMs: 0 }],
        roundTripMs: [0, 0],
      },
    ],
    ...options.settings,
  });
  try {
    await story({ service, users, east, west, resolver, clients });
  } finally {
    await Promise.all([users.stop(), service.stop()]);
  }
}

/** What the zone's resolver tells a user with this habit. */
function told(users: Population, name: string, habit: Habit): Promise<string | null> {
  return new Promise((done) => {
    users.resolvers[0]?.resolve(name, habit, (address) => done(address));
  });
}

function shortTtl(service: MadeService): void {
  service.ttlSeconds = 1;
}

function saysNothing(service: MadeService): void {
  service.behave = () => true;
}

function refusesEachCheckoutOnce(service: MadeService): void {
  const refused = new Set<unknown>();
  service.behave = ({ request, response }) => {
    const key = request.headers["idempotency-key"];
    if (key === undefined || refused.has(key)) return false;
    refused.add(key);
    request.resume();
    response.writeHead(503).end();
    return true;
  };
}

/** Waits for what must come, however busy the machine is. */
async function until(condition: () => boolean): Promise<void> {
  await vi.waitFor(() => expect(condition()).toBe(true), { timeout: 60_000, interval: 50 });
}

function recordsOf(users: Population): RequestRecord[] {
  const records: RequestRecord[] = [];
  users.records.forEach({ since: 0, until: Infinity }, (record) => records.push(record));
  return records;
}

test.concurrent("users shop: every kind of request is made, from the zone's own addresses and with its subnet", async () => {
  const callers = new Set<string>();
  const prepare = (made: MadeService): void => {
    made.behave = ({ request }) => {
      callers.add(request.socket.remoteAddress ?? "");
      return false;
    };
  };
  await inWorld({ prepare }, async ({ service, users, clients }) => {
    const kinds = (): string[] => [...new Set(recordsOf(users).map(({ kind }) => kind))].sort();
    await until(() => kinds().length === 6);
    expect(kinds()).toEqual(["cart", "checkout", "item", "order", "page", "products"]);
    const failures = new Set(recordsOf(users).map(({ outcome }) => outcome));
    for (const outcome of ["refused", "reset", "status"] as const) expect(failures).not.toContain(outcome);
    expect([...callers].sort()).toEqual(clients);
    expect(new Set(service.questions.map(({ subnet }) => subnet))).toEqual(new Set(["198.18.7.0"]));
    const done = users.checkouts.since({ since: 0, until: Infinity }).filter(({ completedAt }) => completedAt !== null);
    expect(done.length).toBeGreaterThan(0);
    expect(done.every(({ order, stepLocations }) => order !== null && stepLocations.length === 3)).toBe(true);
  });
});

test.concurrent("arrivals are open loop: a server that answers nothing is asked as often as a quick one", async () => {
  // The same seed: the same users come. Their browsers never try a silent server twice.
  await inWorld({}, async (quick) => {
    await inWorld({ prepare: saysNothing }, async (slow) => {
      const counted = (): readonly [number, number] => [quick.service.requests.length, slow.service.requests.length];
      // Visits last a second here: after so many requests as many users come as go, in both.
      await until(() => Math.min(...counted()) > 50);
      const before = counted();
      await until(() => counted()[0] - before[0] > 100 && recordsOf(slow.users).length > 0);
      const [asked, askedSilent] = [counted()[0] - before[0], counted()[1] - before[1]];
      // Chance and a busy machine make some difference; users who wait for answers would ask thirty times less.
      expect(askedSilent).toBeGreaterThan(asked * 0.3);
      for (const { outcome } of recordsOf(slow.users)) expect(["timeout", "unresolved"]).toContain(outcome);
    });
  });
});

test.concurrent("the TTL is obeyed by those who obey it; stubborn ones go on calling the old place and are marked so", async () => {
  await inWorld({ settings: { rps: 100 }, prepare: shortTtl }, async ({ service, users, east, west }) => {
    await told(users, "b00.shop.planet.test", "pinned");
    await until(() => recordsOf(users).length > 20);
    const movedAt = Date.now();
    service.answer = west;
    const late = () => recordsOf(users).filter(({ at }) => at > movedAt + 1500);
    await until(() => late().length > 50);
    const after = late();
    const obeying = after.filter(({ habit }) => habit === "obeys");
    const stubborn = after.filter(({ habit }) => habit !== "obeys");
    expect(obeying.length).toBeGreaterThan(30);
    // Those who ignored the TTL would all call the old place; an answer that was on its way at the move is no such thing.
    expect(obeying.filter(({ called }) => called === 0).length).toBeLessThan(obeying.length * 0.2);
    expect(stubborn.length).toBeLessThan(after.length * 0.2);
    // Asked before the move and held three times as long, or for minutes.
    expect(await told(users, "b00.shop.planet.test", "obeys")).toBe(west);
    expect(await told(users, "b00.shop.planet.test", "pinned")).toBe(east);
  });
});

test.concurrent("a checkout that fails is tried again with the same key until there is an order", async () => {
  await inWorld({ prepare: refusesEachCheckoutOnce }, async ({ service, users }) => {
    const completed = () =>
      users.checkouts.since({ since: 0, until: Infinity }).filter(({ completedAt }) => completedAt !== null);
    await until(() => completed().length > 0);
    for (const { key, startedAt, completedAt } of completed()) {
      const tries = service.requests.filter((request) => request.key === key);
      expect(tries.length).toBeGreaterThanOrEqual(2);
      expect((completedAt ?? 0) - startedAt).toBeGreaterThanOrEqual(2000);
    }
  });
});

test.concurrent("when every name server is silent an old answer serves, and is counted; without one the name is unresolved", async () => {
  await inWorld(
    { settings: { rps: 0, nameServerTimeoutMs: 2000 }, prepare: shortTtl },
    async ({ service, users, east }) => {
      expect(await told(users, "b00.shop.planet.test", "obeys")).toBe(east);
      service.dnsSilent = true;
      await sleep(1100);
      expect(await told(users, "b00.shop.planet.test", "obeys")).toBe(east);
      expect(await told(users, "b01.shop.planet.test", "obeys")).toBeNull();
      expect(users.counts().resolvers).toMatchObject({ servedStale: 1, unanswered: 2 });
    },
  );
});

test.concurrent("programs from outside may ask a zone's resolver; garbage is counted and changes nothing", async () => {
  await inWorld({ settings: { rps: 0 } }, async ({ users, east, resolver }) => {
    // Told once, it is in the cache: what comes back to the outside program is then quick on any machine.
    while ((await told(users, "b0a.shop.planet.test", "obeys")) === null) await sleep(100);
    const socket = createSocket("udp4");
    const port = users.resolvers[0]?.port ?? 0;
    const answer = new Promise<Buffer>((done) => socket.once("message", done));
    socket.send(Buffer.from("no packet at all"), port, resolver);
    socket.send(
      dnsPacket.encode({ type: "query", id: 9, questions: [{ type: "A", name: "B0a.shop.planet.test" }] }),
      port,
      resolver,
    );
    const decoded = dnsPacket.decode(await answer);
    socket.close();
    expect(decoded).toMatchObject({
      id: 9,
      questions: [{ name: "B0a.shop.planet.test" }],
      answers: [{ type: "A", data: east }],
    });
    expect(users.counts().resolvers.malformed).toBe(1);
  });
});

test.concurrent("a surge brings more users, an attack brings bots, and both end when told", async () => {
  await inWorld({}, async ({ users }) => {
    await until(() => users.attempts.smoothedRps(0) > 5);
    users.setLoad({ factor: 2, locationFactor: { location: "east", factor: 10 } });
    expect(users.counts().load).toMatchObject({ rps: FEW_RPS, factor: 2 });
    expect(users.counts().load.botsRps).toBeGreaterThan(10);
    const botsOf = () => recordsOf(users).filter(({ kind }) => kind === "bot");
    await until(() => botsOf().length > 10);
    const bots = botsOf();
    expect(bots.every((bot) => bot.class === 0)).toBe(true);
    users.setLoad({ factor: 1, locationFactor: null });
    expect(users.counts().load).toEqual({ rps: FEW_RPS, factor: 1, botsRps: 0, tenantRps: 0 });
    expect(() => users.setLoad({ locationFactor: { location: "esat", factor: 2 } })).toThrow(
      "there is no location esat",
    );
  });
});

test.concurrent("one tenant's users come more often, from where they live; they go where DNS sends them, and end when told", async () => {
  await inWorld({ settings: { rps: 100 }, prepare: shortTtl }, async ({ service, users, west }) => {
    await until(() => users.attempts.smoothedRps(0) > 5);
    expect(() => users.setLoad({ rps: 1, tenant: { location: "esat", bucket: 42, rps: 30 } })).toThrow(
      "no location esat",
    );
    expect(users.counts().load.rps).toBe(100);
    // Nobody of the tenant is at home in the west.
    users.setLoad({ tenant: { location: "west", bucket: 42, rps: 30 } });
    expect(users.counts().load.tenantRps).toBe(0);
    users.setLoad({ tenant: { location: "east", bucket: 42, rps: 30 } });
    expect(users.counts().load).toMatchObject({ botsRps: 0, tenantRps: 30 });
    const tenants = () => recordsOf(users).filter(({ kind }) => kind === "bot");
    await until(() => tenants().length > 10);
    expect(tenants().every((each) => each.class === 0 && each.bucket === 42)).toBe(true);
    service.answer = west;
    await until(() => tenants().at(-1)?.served === 1);
    users.setLoad({ tenant: null });
    expect(users.counts().load.tenantRps).toBe(0);
  });
});
