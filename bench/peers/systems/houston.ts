import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { startProgram, type Program } from "../program.ts";
import { type Location, SERVICE_PORT } from "../world.ts";
import { askName } from "./ask-name.ts";
import { writePast } from "./made-past.ts";
import { edgesOfHouston } from "./houston-edges.ts";
import { powerdnsOfHouston } from "./houston-powerdns.ts";
import { domainOf, nearestAddresses, type RunningSystem, type StartOptions, type System } from "./system.ts";

/**
 * Ours: `houston run`, told by a real Prometheus what the service counts of this system's users, with two blackbox exporters and itself as
 * vantages. It has seen a day of this service before: a Prometheus' blocks are made of it. There are several ways to move users.
 */
export const houston: System = {
  name: "houston-dns",
  kind: "DNS",
  isOurs: true,
  says: "`houston run`, embedded DNS, mode act, a Prometheus that scrapes each second, three vantages, a day of past",
  start: (options) => startAll(options, async () => ({ drivers: [embedded(options)], running: [] })),
};

/** The same with two addresses in each answer: its own location's, and that of the contingency. */
export const houstonTwo: System = {
  ...houston,
  name: "houston-dns-two",
  says: `${houston.says}, two addresses in each answer (\`answers: 2\`)`,
  start: (options) => startAll(options, async () => ({ drivers: [embedded(options, 2)], running: [] })),
};

export const houstonPowerdns: System = {
  name: "houston-powerdns",
  kind: "DNS",
  isOurs: true,
  says: "the same with a PowerDNS (SQLite) in place of the embedded DNS, which looks at `/health` too",
  start: (options) => startAll(options, () => powerdnsOfHouston({ ...options, server: serverOf(options) })),
};

export const houstonHaproxy: System = {
  name: "houston-haproxy",
  kind: "DNS and edge",
  isOurs: true,
  says: "the same with the embedded DNS, and in each location a HAProxy before the service that hands on by the same table, asks elsewhere about GETs that err or take 500 ms, and is killed or stopped with it",
  start: (options) =>
    startAll(options, async () => {
      const edges = await edgesOfHouston(options);
      return { ...edges, drivers: [embedded(options), ...edges.drivers] };
    }),
};

/** What moves users, started before Houston. */
export type Levers = {
  /** Of `steering.drivers`. */
  readonly drivers: readonly string[];
  readonly running: readonly Program[];
  /** Where users are to go in place of the service itself: the locations, each at its edge. */
  readonly edges?: readonly Location[];
  readonly standing?: NonNullable<RunningSystem["standing"]>;
  readonly env?: Readonly<Record<string, string>>;
};

const serverOf = ({ range }: StartOptions) => ({ address: `${range}.1`, port: DNS_PORT });

const embedded = (options: StartOptions, answers = 1): string => {
  const { address, port } = serverOf(options);
  return `{ kind: embedded, listen: ["${address}:${port}"], nameServers: [ns1.${domainOf(options.host)}], answers: ${answers} }`;
};

const DNS_PORT = 5300;
const EXPORTER_PORT = 9115;
const PROMETHEUS_PORT = 9090;
const API_PORT = 7070;
const READY_WITHIN_MS = 180_000;
/** A day, which the promise needs, and some. */
const PAST_HOURS = 26;

async function startAll(options: StartOptions, startLevers: () => Promise<Levers>) {
  const { folder, range, zones, locations, host } = options;
  const running: Program[] = [];
  const stop = async (): Promise<void> => {
    for (const program of running.reverse()) await program.stop();
  };
  const server = serverOf(options);
  const prometheus = `http://${range}.1:${PROMETHEUS_PORT}`;
  const [stands = "", ...others] = locations.map(({ name }) => name).reverse();
  const exporters = others.map((vantage, index) => ({ vantage, address: `${range}.${index + 2}:${EXPORTER_PORT}` }));
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const within = (name: string): string => {
    mkdirSync(join(folder, name));
    return join(folder, name);
  };
  try {
    const levers = await startLevers();
    running.push(...levers.running);
    const entrances = levers.edges ?? locations;
    const modules = file("blackbox.yml", "modules: { page: { prober: http, timeout: 1s } }\n");
    for (const { vantage, address } of exporters) {
      running.push(
        await startProgram({
          argv: ["prometheus-blackbox-exporter", `--config.file=${modules}`, `--web.listen-address=${address}`],
          folder: within(`exporter-${vantage}`),
          debianPackage: "prometheus-blackbox-exporter",
          isReady: async () => (await fetch(`http://${address}/-/healthy`)).ok,
        }),
      );
    }
    const blocks = within("prometheus");
    const state = within("state");
    const past = join(folder, "past.om");
    writePast({ file: past, hours: PAST_HOURS, host, locations, rps: options.rpsPerZone });
    await promisify(execFile)("promtool", ["tsdb", "create-blocks-from", "openmetrics", "--quiet", past, blocks]);
    running.push(
      await startProgram({
        argv: [
          "prometheus",
          `--config.file=${file("prometheus.yml", scrapes(options, exporters))}`,
          `--storage.tsdb.path=${blocks}`,
          `--web.listen-address=${range}.1:${PROMETHEUS_PORT}`,
          "--log.level=warn",
        ],
        folder: within("prometheus-log"),
        debianPackage: "prometheus",
        isReady: async () => (await fetch(`${prometheus}/-/ready`)).ok,
      }),
    );
    const config = file("houston.yaml", houstonYaml(options, { prometheus, levers, entrances, stands, others }));
    const main = new URL("../../../src/cli/main.ts", import.meta.url).pathname;
    running.push(
      await startProgram({
        argv: [
          process.execPath,
          "--conditions=reactive-production:source",
          main,
          "run",
          `--config=${config}`,
          `--state=${state}`,
          `--listen=${range}.1:${API_PORT}`,
          `--backfill=${PAST_HOURS}h`,
        ],
        folder: within("houston"),
        debianPackage: "nodejs",
        readyWithinMs: READY_WITHIN_MS,
        env: { ...process.env, ...levers.env, XDG_RUNTIME_DIR: within("runtime"), XDG_STATE_HOME: folder },
        isReady: async () => {
          const told = await Promise.all(zones.map(({ subnet }) => askName({ server, name: host, subnet })));
          if (!told.every((address, index) => address === nearestAddresses(zones[index]!, entrances)[0])) return false;
          // It answers before it has learnt anything: what is measured is one that watches.
          const status = await fetch(`http://${range}.1:${API_PORT}/api/status`);
          return ((await status.json()) as { readonly routeTableVersion: number }).routeTableVersion > 0;
        },
      }),
    );
    const standing = levers.standing ?? {};
    return { entry: { kind: "dns" as const, nameServers: [server] }, standing, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Exporter = { readonly vantage: string; readonly address: string };

/** Each exporter looks at all locations but the one in which it stands. */
function scrapes({ locations, host, probeSeconds }: StartOptions, exporters: readonly Exporter[]): string {
  const looks = exporters.flatMap(({ vantage, address }) =>
    locations
      .filter(({ name }) => name !== vantage)
      .map(
        (location) =>
          `      - { targets: ["${address}"], labels: { __param_target: "http://${location.address}:${SERVICE_PORT}/health", vantage: ${vantage}, location: ${location.name} } }`,
      ),
  );
  return `global: { scrape_interval: ${probeSeconds}s, scrape_timeout: ${probeSeconds}s }
scrape_configs:
  - job_name: ${host.split(".")[1]}
    static_configs: [{ targets: [${locations.map(({ address }) => `"${address}:${SERVICE_PORT}"`).join(", ")}] }]
  - job_name: looks
    metrics_path: /probe
    params: { module: [page] }
    static_configs:
${looks.join("\n")}
`;
}

function houstonYaml(
  { locations, zones, host, ttlSeconds, probeSeconds }: StartOptions,
  where: {
    readonly prometheus: string;
    readonly levers: Levers;
    readonly entrances: readonly Location[];
    readonly stands: string;
    readonly others: readonly string[];
  },
): string {
  const places = locations.map(
    ({ name, capacityRps }, index) =>
      `  - { name: ${name}, provider: cloud-${index + 1}, country: US, latitude: 40, longitude: ${-100 + 10 * index}, capacityRps: ${capacityRps} }`,
  );
  const counted = `{host="${host}"`;
  return `mode: act
ttlSeconds: ${ttlSeconds}
locations:
${places.join("\n")}
zones:
${zones.map(({ name, nearest }) => `  - { name: ${name}, country: US, latencyMs: { ${latencies(nearest)} } }`).join("\n")}
services: { web: { layer: edge } }
journeys: { browse: { needs: [web] } }
guards: { maxShareMovedPerMinute: 0.4 }
watch:
  entry: web
  prometheus:
    url: ${where.prometheus}
    everySeconds: ${probeSeconds}
    good: 'sum by (location, service) (http_requests_total${counted},code!~"5.."})'
    bad: 'sum by (location, service) (http_requests_total${counted},code=~"5.."})'
    latencySeconds: 'sum by (location, service, le) (http_request_duration_seconds_bucket${counted}})'
steering:
  hosts: { public: [${host}] }
  addresses: { ${where.entrances.map(({ name, address }) => `${name}: [${address}]`).join(", ")} }
  subnets: { ${zones.map(({ name, subnet, calls }) => `${name}: [${subnet}, ${calls}]`).join(", ")} }
  drivers:
${where.levers.drivers.map((driver) => `    - ${driver}`).join("\n")}
probes:
  http: { from: ${where.stands}, url: "http://${host}:${SERVICE_PORT}/health" }
  blackbox: { vantages: [${where.others.join(", ")}] }
`;
}

const latencies = (nearest: readonly string[]): string =>
  nearest.map((name, rank) => `${name}: ${LATENCY_MS[rank]}`).join(", ");

/** By how near a place is: the first is home. */
const LATENCY_MS = [10, 60, 120];
