import { setTimeout as sleep } from "node:timers/promises";
import { demandNow } from "../api/plan-question.ts";
import { startApi } from "../api/server.ts";
import { control, initialControl, viewOf } from "../core/control.ts";
import type { ControlView } from "../core/control-contract.ts";
import type { LocationName } from "../core/estate.ts";
import { timeline } from "../drivers/chat/timeline.ts";
import { planetSteering } from "../drivers/dns/planet.ts";
import { planetScale } from "../drivers/scale/planet.ts";
import { learntFile } from "../drivers/store/learnt-file.ts";
import { sqliteStore } from "../drivers/store/sqlite.ts";
import { realClock } from "../runtime/clock.ts";
import { startController } from "../runtime/controller.ts";
import { startForecasting } from "../runtime/demand-forecasting.ts";
import { readDemandLearnt } from "../runtime/demand-learnt-schema.ts";
import { singleLeader } from "../runtime/leadership.ts";
import { keeperOf } from "../runtime/learnt-keeper.ts";
import { readProvenLearnt } from "../runtime/proven-learnt-schema.ts";
import { startProving } from "../runtime/proving.ts";
import { readCertificates, tlsTransport } from "../runtime/peers.ts";
import { houstonVersion } from "../runtime/version.ts";
import { cellsDesk } from "./cells/cells-desk.ts";
import { afterLeads, watchLeads } from "./cells/leads.ts";
import { nodeReadings } from "./node-readings.ts";
import { watchRequests } from "./requests-watch.ts";
import { resumedElsewhere } from "./resumed-elsewhere.ts";
import { serveUntilTold } from "./serve-until-told.ts";
import { HOUSTON_PEER, type HostPort, type HoustonCell, type HoustonSettings } from "./settings.ts";
import { journalDesk } from "./journal-desk.ts";
import { tracer } from "./trace.ts";

/** The deciding Houston as a process of the planet: the controller's loop, and the API. */
const settings = JSON.parse(process.argv[2] ?? "{}") as HoustonSettings;
const token = process.env["HOUSTON_TOKEN"] ?? "";
const { estate, tickMs } = settings;
const clock = realClock();
/** Houston keeps no request: to see whether a cell answers it need not look often. */
const CELL_LOOK_EVERY_MS = 1000;
const version = houstonVersion();

const store = sqliteStore(settings.logFile);
const leadership = singleLeader(HOUSTON_PEER);
const live = timeline();
const transport = await tlsTransport({
  name: HOUSTON_PEER,
  listen: settings.peersListen,
  sourceAddress: settings.sourceAddress,
  peers: settings.peers,
  ...readCertificates(settings.certificates),
});
const cells = settings.cells === undefined ? [] : await openCells(settings.cells);
const journal = cells.length === 0 ? journalDesk({ journal: settings.journal, token }) : cellsDesk(cells);
let view: (() => ControlView) | null = null;
const leads = watchLeads({
  clock,
  cells: cells.map(({ members, store }) => ({ members, leaveLead: (...leaving) => store.leaveLead(...leaving) })),
  leaving: () => leftIn(view?.() ?? null),
});

const controller = await startController({
  clock,
  estate,
  store,
  leadership,
  transport,
  steering: [...steering(settings.worldAdmins), ...steering(settings.nameServerAdmins)],
  worldSteering: Object.fromEntries(Object.keys(settings.worldAdmins).map((name) => [name, name])),
  scale: planetScale({ worldAdmins: settings.worldAdmins, token }),
  chats: [live],
  control: { initial: initialControl, step: control, view: viewOf },
  tickMs,
  ...(settings.expectedDemand && { expectedDemand: settings.expectedDemand }),
  version,
  stopwatch: () => performance.now(),
});
view = () => controller.view();
const keeper = keeperOf(learntFile(settings.demandFile), readDemandLearnt);
const forecasting = startForecasting({
  clock,
  estate,
  demand: () => (controller.table() === null ? null : demandNow(controller.state()).demandRps),
  tell: (forecast) => controller.forecast(forecast),
  keeper,
});
const provenKeeper = keeperOf(learntFile(settings.provenFile), readProvenLearnt);
const proving = startProving({
  clock,
  estate,
  view: () => controller.view(),
  tell: (proven) => controller.proven(proven),
  keeper: provenKeeper,
});
sayRefused("demand", settings.demandFile, keeper.counters.refused);
sayRefused("what locations can carry", settings.provenFile, provenKeeper.counters.refused);
const requests = watchRequests({
  clock,
  journals: journal.unfinished,
  resumedElsewhere: resumedElsewhere({ worldAdmins: settings.worldAdmins, token }),
});
const api = await startApi({
  clock,
  token,
  estate,
  addresses: settings.addresses,
  controller,
  weekAhead: () => forecasting.week(),
  leadership,
  store,
  timeline: live,
  transport,
  version,
  tickMs,
  readings: nodeReadings({ nodeAdmins: settings.nodeAdmins, token }),
  journal: { ...journal, requests: requests.heard },
  trace: tracer({ journal, worldAdmins: settings.worldAdmins, token }),
});
await api.listen({ host: settings.apiListen.host, port: settings.apiListen.port });

serveUntilTold(async () => {
  forecasting.stop();
  requests.stop();
  leads.stop();
  proving.stop();
  await controller.stop();
  await Promise.race([
    Promise.all([api.close(), transport.stop(), ...cells.map((cell) => cell.store.close())]),
    sleep(400),
  ]);
  await store.close();
});

async function openCells(all: readonly HoustonCell[]) {
  // Loaded here, for what speaks to etcd takes its time, and without cells nobody needs it.
  const { etcdStore } = await import("@reactive-production/continuity/etcd");
  return all.map(({ name, members }) => {
    const store = etcdStore({ endpoints: Object.values(members), lookEveryMs: CELL_LOOK_EVERY_MS });
    return { name, members, store };
  });
}

/** Before the first decision nobody leaves anything. */
function leftIn(view: ControlView | null): readonly LocationName[] {
  const away = (view?.locations ?? []).filter(({ state }) => state === "draining" || state === "evacuated");
  return away.map(({ name }) => name);
}

function sayRefused(what: string, file: string, refused: string | null): void {
  if (refused !== null)
    process.stderr.write(`what was learnt of ${what} is not taken up (${file}): ${refused}; it is learnt anew\n`);
}

function steering(admins: Readonly<Record<string, HostPort>>) {
  return Object.entries(admins).map(([name, { host, port }]) =>
    afterLeads(
      leads,
      planetSteering({ name, adminUrl: `http://${host}:${port}`, token, localAddress: settings.sourceAddress }),
    ),
  );
}
