import { createHash } from "node:crypto";
import { Pool } from "undici";
import { admission } from "../../drivers/edge/admission.ts";
import type { CallerOf } from "../../drivers/edge/caller.ts";
import { startEdge, type EdgeEnd } from "../../drivers/edge/edge.ts";
import type { EdgeAnswer, EdgeRequest } from "../../drivers/edge/exchange.ts";
import { traceIdOf } from "../../drivers/edge/passport.ts";
import { relay } from "../../drivers/edge/relay.ts";
import { callerLookup } from "../distance.ts";
import { sqliteHops } from "../../drivers/store/sqlite-hops.ts";
import { realClock } from "../../runtime/clock.ts";
import { hopRecorder } from "../../runtime/hop-recorder.ts";
import { followedAsLost } from "../../core/route/route.ts";
import type { RouteHolder } from "../../drivers/route-holder.ts";
import { steeringIntake } from "../steering-intake.ts";
import { scaler } from "./capacity.ts";
import { answerScale } from "./answer-scale.ts";
import { observe, worldCounters } from "./counters.ts";
import { records } from "./data/records.ts";
import { replication } from "./data/replication.ts";
import { entryCounts } from "./demand.ts";
import { faultRoom, type FaultRoom } from "./faults.ts";
import { innerServer } from "./inner/server.ts";
import type { Journals } from "./journals.ts";
import { loadCounts } from "./load.ts";
import { innerAddress, REPLICA_HOST, type WorldSettings } from "./settings.ts";
import { checkoutHandler, checkoutWorkflow } from "./shop/checkout.ts";
import { shopFront } from "./shop/front.ts";
import { innerServices, serviceHosts, storeName, type ServiceName } from "./shop/graph.ts";
import { startResources } from "./shop/resources.ts";
import { serviceHost, wait } from "./shop/service-host.ts";
import { shopCaller, shopHandlers, type Outside } from "./shop/services.ts";
import { startSweeper } from "./sweeper.ts";
import { worldAdmin } from "./world-admin.ts";

/**
 * One location's world: its edge, the shop behind it with the location's own resources, their data and its
 * replication, capacity, faults, and the admin port. Its DNS server is started beside it on the same route state.
 */
export type World = { readonly route: RouteHolder; stop(): Promise<void> };

export type WorldOptions = {
  readonly settings: WorldSettings;
  readonly token: string;
  readonly route: RouteHolder;
  readonly journals: Journals;
  /** The location that a zone's users are at home in. */
  readonly homeOf: (zone: string) => string;
  /** The zone of those whose address says nothing. */
  readonly zoneOfStrangers: string;
  /** What the DNS server beside it has done. */
  readonly dnsCounters: () => Readonly<Record<string, number>>;
};

const EDGE_PORT = 8080;
const ADMIN_HOST = 2;
const ADMIN_PORT = 7000;
const VERSION = "2026.11.23-1";
/** The store answers so many calls at once before it is full; a gauge only. */
const POOL_SIZE = 64;
const OUTSIDE_CONNECTIONS = 32;
const OUTSIDE_WITHIN_MS = 2000;
/** Half an hour of a location's usual 70 requests a second with six hops each; fifteen of them take half a gigabyte. */
const TRACES_BYTES_MAX = 32 * 1024 * 1024;
const TRACES_KEPT_MS = 2 * 3_600_000;
const TRACES_SAMPLED_RPS_MAX = 100;
const TRACES_KEPT_PER_SECOND_MAX = 1000;

export async function startWorld(options: WorldOptions): Promise<World> {
  const { settings, token, route, journals } = options;
  const { location, locations } = settings;
  const own = locations.find(({ name }) => name === location);
  if (own === undefined) throw new Error(`no such location: ${location}`);
  const others = locations.filter(({ name }) => name !== location);
  const store = storeName(own.provider);
  // Carts and orders are signed alike everywhere, with a key that only the planet's processes have.
  const key = createHash("sha256").update(`shop ${token}`).digest("hex");

  const counters = worldCounters(VERSION);
  const trace = hopRecorder({
    clock: realClock(),
    open: () => sqliteHops(settings.tracesFolder, { bytesMax: TRACES_BYTES_MAX, keptMs: TRACES_KEPT_MS }),
    sampledRpsMax: TRACES_SAMPLED_RPS_MAX,
    keptPerSecondMax: TRACES_KEPT_PER_SECOND_MAX,
  });
  const load = loadCounts();
  const entry = entryCounts(location);
  const scale = scaler(location, settings.capacity);
  const room = admission({ readyRps: () => scale.readyRps(Date.now()) });
  const callerOf = callerLookup({ locations, zones: settings.zones });
  const loadNow = () => {
    const now = Date.now();
    const { capacityRps, readyRps } = scale.capacity(now);
    return load.load(now, { capacityRps, readyRps, queueMs: room.queueMs(performance.now()) });
  };
  const faults = faultRoom({
    services: innerServices(own.provider),
    store,
    locations: locations.map(({ name }) => name),
    zones: settings.zones.map(({ name }) => name),
    homeOf: options.homeOf,
    servedRps: () => loadNow().servedRps,
    setVersion: (service, version) => (counters.service(service).version = version ?? VERSION),
    setRefusing: scale.setRefusing,
    chance: Math.random,
  });

  const data = records(own.index);
  const replicas = replication({
    records: data,
    origin: own.index,
    life: `${process.pid}-${Date.now()}`,
    targets: others.map(({ index, name, address, roundTripMs }) => ({
      index,
      name,
      host: innerAddress(address, REPLICA_HOST),
      port: EDGE_PORT,
      roundTripMs,
    })),
    localAddress: own.address,
    lagMs: () => faults.replicaLagMs() ?? settings.replicaLagMs,
    isCut: faults.isCut,
    callerOf,
  });
  const replicaServer = await innerServer({
    address: innerAddress(own.address, REPLICA_HOST),
    port: EDGE_PORT,
    handle: replicas.handle,
  });

  const host = serviceHost({ edgeAddress: own.address, port: EDGE_PORT, counters, faults, trace });
  const bank = outside({ bank: settings.bank, localAddress: own.address });
  const shop = {
    host,
    location,
    locationIndex: own.index,
    key,
    storeName: store,
    records: data,
    replication: replicas,
    outside: bank,
    journals,
  };
  const { service } = shopCaller(shop);
  await startResources({ host, storeName: store, records: data });
  const checkout = {
    key,
    location,
    indexOf: (name: string) => locations.find((each) => each.name === name)?.index ?? 0,
    service,
  };
  const workflow = checkoutWorkflow(checkout);
  const handlers = {
    ...shopHandlers(shop),
    checkout: checkoutHandler(workflow, {
      ...checkout,
      journals,
      isGone: (name) => followedAsLost(route.state()).includes(name),
    }),
  };
  for (const name of Object.keys(serviceHosts) as ServiceName[])
    await host.listen({ name, host: serviceHosts[name], handle: handlers[name] });

  const lines = relay({
    location,
    localAddress: own.address,
    targets: new Map(
      others.map(({ name, address, roundTripMs }) => [name, { host: address, port: EDGE_PORT, roundTripMs }]),
    ),
    isCut: faults.isCut,
  });
  // Whoever was here before us told the others; they tell us, before we sell anything: a count of what was sold that
  // begins anew would be newer than the true one, and take its place everywhere.
  await replicas.catchUp();

  const front = shopFront(service);
  const edge = await startEdge({
    address: own.address,
    port: EDGE_PORT,
    location,
    route: () => route.state(),
    callerOf: overPath(callerOf, faults),
    zoneOfStrangers: options.zoneOfStrangers,
    writers: settings.writers,
    admission: room,
    costOf: ({ chunk, passport }) => faults.costOf({ ...chunk, zone: passport.zone }, Date.now()),
    relay: lines,
    serve: async (request) => {
      if (fails(faults.poisons({ ...request.chunk, zone: request.passport.zone }))) return POISONED;
      const began = performance.now();
      const answer = await front(request);
      const heldMs = Math.round(faults.slowerShare() * (performance.now() - began));
      if (heldMs > 0) await wait(heldMs);
      return answer;
    },
    isCut: faults.isCut,
    probeFails: () => faults.probeFails(Date.now()),
    seen: {
      entered: ({ chunk, passport }) => {
        const now = Date.now();
        entry.count(chunk, passport.zone, now);
        load.entered(now);
      },
      ended,
      refused: counters.refused,
    },
  });

  function ended(request: EdgeRequest, { how, answer, ms, cost }: EdgeEnd): void {
    const now = Date.now();
    const good = answer.status < 500;
    trace.take({
      requestId: request.passport.requestId,
      traceId: traceIdOf(request.passport),
      idempotencyKey: request.idempotencyKey,
      relayed: request.fromEdge || how === "relayed" || how === "relay-failed",
      at: now - Math.round(ms),
      kind: how === "served" ? "edge" : how,
      ms: Math.round(ms),
      status: answer.status,
    });
    if (how === "served") load.served(now, good, cost);
    if (how === "shed") load.shed(now);
    // A probe is no user: the counters of users stay theirs.
    if (request.probe) return;
    if (how === "shed" || how === "relayed") counters.edge(request.chunk, how);
    else {
      counters.edge(request.chunk, good ? "good" : "bad");
      observe(counters.service("edge"), ms, good);
    }
  }

  counters.service("edge");
  counters.counted("rp_dns_total", options.dnsCounters);
  counters.gauge("rp_ready_rps", () => scale.readyRps(Date.now()));
  counters.gauge("rp_capacity_rps", () => scale.capacity(Date.now()).capacityRps);
  counters.gauge("rp_queue_ms", () => room.queueMs(performance.now()));
  counters.gauge(`rp_saturation{service="${store}",resource="pool"}`, () =>
    Math.min(1, host.inFlight(store) / POOL_SIZE),
  );
  counters.gauge('rp_saturation{service="disk",resource="disk"}', () => Math.min(1, host.inFlight("disk") / POOL_SIZE));
  counters.gauge('rp_saturation{service="queue",resource="queue"}', () =>
    Math.min(1, host.inFlight("queue") / POOL_SIZE),
  );
  counters.gauge("rp_replica_lag_ms", () => replicas.lagMs(Date.now()));

  const admin = await worldAdmin({
    address: innerAddress(own.address, ADMIN_HOST),
    port: ADMIN_PORT,
    token,
    location,
    steering: steeringIntake({ route }),
    state: () => {
      const now = Date.now();
      return {
        tableVersion: route.state().table?.version ?? 0,
        demand: entry.demand(now),
        capacity: scale.capacity(now),
        load: loadNow(),
        faults: faults.names(),
        records: data.sizes(),
      };
    },
    metrics: counters.page,
    requests: () => journals.here(),
    scale: (targetRps) => answerScale({ scale, location, targetRps, nowMs: Date.now() }),
    faults,
    trace,
  });
  const sweeper = startSweeper({ journal: journals.own, workflow, location, sweep: settings.sweep });
  return {
    route,
    async stop() {
      sweeper.stop();
      trace.stop();
      replicas.stop();
      await Promise.all([edge.stop(), admin.stop(), lines.stop(), host.stop(), replicaServer.stop(), bank.stop()]);
    },
  };
}

/** Users whose path here loses what is sent are further away for a request; the edge holds it and its answer for half of that each. */
function overPath(callerOf: CallerOf, faults: Pick<FaultRoom, "pathDelayMs">): CallerOf {
  return (address) => {
    const caller = callerOf(address);
    if (caller.kind !== "zone") return caller;
    const delayMs = faults.pathDelayMs(caller.zone);
    return delayMs === 0 ? caller : { ...caller, oneWayMs: caller.oneWayMs + delayMs / 2 };
  };
}

function fails(share: number): boolean {
  return share > 0 && Math.random() < share;
}

const POISONED: EdgeAnswer = {
  status: 500,
  headers: { "content-type": "application/problem+json" },
  body: JSON.stringify({ title: "Internal error", status: 500, code: "internal", hint: "try again" }),
};

function outside(options: {
  readonly bank: WorldSettings["bank"];
  /** The location's own: by it the bank knows who calls. */
  readonly localAddress: string;
}): Outside & { stop(): Promise<void> } {
  const { bank, localAddress } = options;
  const pool = new Pool(`http://${bank.host}:${bank.port}`, {
    localAddress,
    connections: OUTSIDE_CONNECTIONS,
    headersTimeout: OUTSIDE_WITHIN_MS,
    bodyTimeout: OUTSIDE_WITHIN_MS,
  });
  return {
    async post(path, body, headers) {
      const response = await pool.request({
        method: "POST",
        path,
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
      });
      return { status: response.statusCode, body: await response.body.json() };
    },
    stop: () => pool.destroy(),
  };
}
