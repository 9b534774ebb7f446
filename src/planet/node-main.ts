import { setTimeout as sleep } from "node:timers/promises";
import { initialJudge, judge, learntOf, type JudgeEvent } from "../core/judge/judge.ts";
import { lossNotices } from "../core/judge/loss.ts";
import type { Outcome } from "../core/control-contract.ts";
import { planetSteering } from "../drivers/dns/planet.ts";
import { httpProbes } from "../drivers/probe/http.ts";
import { learntFile } from "../drivers/store/learnt-file.ts";
import { sqliteReadings } from "../drivers/store/sqlite-readings.ts";
import type { SteeringDriver } from "../drivers/steering-contract.ts";
import { realClock } from "../runtime/clock.ts";
import { learntKeeper } from "../runtime/learnt-keeper.ts";
import { startNode, type NodeEvent, type NoticeSink } from "../runtime/node.ts";
import { readCertificates, tlsTransport } from "../runtime/peers.ts";
import { readingRecorder } from "../runtime/reading-recorder.ts";
import { startNodeAdmin } from "./node-admin.ts";
import { ownWorld } from "./own-world.ts";
import { serveUntilTold } from "./serve-until-told.ts";
import { HOUSTON_PEER, type HostPort, type NodeSettings } from "./settings.ts";

/** One location's node as a process of the planet. */
const settings = JSON.parse(process.argv[2] ?? "{}") as NodeSettings;
const token = process.env["HOUSTON_TOKEN"] ?? "";
const { location, estate, roundTripMs } = settings;
const clock = realClock();

const transport = await tlsTransport({
  name: location,
  listen: settings.peersListen,
  sourceAddress: settings.sourceAddress,
  peers: settings.peers,
  roundTripMs,
  ...readCertificates(settings.certificates),
});
const probes = httpProbes({
  vantage: location,
  sourceAddress: settings.sourceAddress,
  edges: settings.edges,
  roundTripMs,
  host: settings.probeHost,
});
const world = ownWorld({ location, admin: settings.worldAdmin, token });
const recorder = readingRecorder({ clock, estate, open: () => sqliteReadings(settings.readingsFile) });
const keeper = learntKeeper(learntFile(settings.learntFile), location);
const node = startNode({
  clock,
  location,
  estate,
  houston: HOUSTON_PEER,
  transport,
  probes,
  roundTripMs,
  world,
  steering: [
    noticeSink(steering("own world", settings.worldAdmin), false),
    noticeSink(steering("name server", settings.nameServerAdmin), true),
  ],
  // The baseline comes from the settings as JSON, so its shape is the judge's to check.
  judge: { initial: initialJudge(), step: (state, event: NodeEvent) => judge(state, event as JudgeEvent) },
  lossNotices,
  learnt: { keeper, of: learntOf },
  record: (readings) => recorder.take(readings),
  ...(settings.baseline === undefined ? {} : { baseline: settings.baseline }),
});
if (keeper.counters.refused !== null)
  process.stderr.write(
    `${location}: what was learnt before is not taken up (${settings.learntFile}): ${keeper.counters.refused}; it is learnt anew\n`,
  );
const admin = await startNodeAdmin({
  node,
  recorder,
  location,
  listen: settings.adminListen,
  token,
  now: () => clock.now(),
  transport: transport.counters,
});

serveUntilTold(async () => {
  node.stop();
  recorder.stop();
  await Promise.race([Promise.all([admin.stop(), transport.stop(), probes.stop(), world.stop()]), sleep(500)]);
});

function steering(name: string, admin: HostPort): SteeringDriver {
  return planetSteering({
    name,
    adminUrl: `http://${admin.host}:${admin.port}`,
    token,
    localAddress: settings.sourceAddress,
  });
}

function noticeSink(driver: SteeringDriver, outside: boolean): NoticeSink {
  const none: Outcome = { kind: "refused", code: "no-notices" };
  return {
    name: driver.name,
    outside,
    notice: (notice) => driver.notice?.(notice, new AbortController().signal) ?? Promise.resolve(none),
  };
}
