import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { startProgram, type Program } from "../program.ts";
import { SERVICE_PORT } from "../world.ts";
import { askName } from "./ask-name.ts";
import { writePast } from "./made-past.ts";
import { nearestAddresses, type StartOptions, type System } from "./system.ts";

/**
 * Ours: `houston run` with its embedded name server, told by a real Prometheus what the service counts of this system's users, with two
 * blackbox exporters and itself as vantages. It has seen a day of this service before: a Prometheus' blocks are made of it.
 */
export const houston: System = {
  name: "houston-dns",
  kind: "DNS",
  isOurs: true,
  says: "`houston run`, embedded DNS, mode act, a Prometheus that scrapes each second, three vantages, a day of past",
  start: (options) => startAll(options, 1),
};

/** The same with two addresses in each answer: its own location's, and that of the contingency. */
export const houstonTwo: System = {
  ...houston,
  name: "houston-dns-two",
  says: `${houston.says}, two addresses in each answer (\`answers: 2\`)`,
  start: (options) => startAll(options, 2),
};

const DNS_PORT = 5300;
const EXPORTER_PORT = 9115;
const PROMETHEUS_PORT = 9090;
const API_PORT = 7070;
const READY_WITHIN_MS = 180_000;
/** A day, which the promise needs, and some. */
const PAST_HOURS = 26;

async function startAll(options: StartOptions, answers: 1 | 2) {
  const { folder, range, zones, locations, host } = options;
  const running: Program[] = [];
  const stop = async (): Promise<void> => {
    for (const program of running.reverse()) await program.stop();
  };
  const server = { address: `${range}.1`, port: DNS_PORT };
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
    const config = file("houston.yaml", houstonYaml(options, { prometheus, server, stands, others, answers }));
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
        env: { ...process.env, XDG_RUNTIME_DIR: within("runtime"), XDG_STATE_HOME: folder },
        isReady: async () => {
          const told = await Promise.all(zones.map(({ subnet }) => askName({ server, name: host, subnet })));
          return told.every((address, index) => address === nearestAddresses(zones[index]!, locations)[0]);
        },
      }),
    );
    return { entry: { kind: "dns" as const, nameServers: [server] }, stop };
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
    readonly server: { readonly address: string; readonly port: number };
    readonly stands: string;
    readonly others: readonly string[];
    readonly answers: 1 | 2;
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
  addresses: { ${locations.map(({ name, address }) => `${name}: [${address}]`).join(", ")} }
  subnets: { ${zones.map(({ name, subnet }) => `${name}: [${subnet}]`).join(", ")} }
  drivers: [{ kind: embedded, listen: ["${where.server.address}:${where.server.port}"], nameServers: [ns1.${host.split(".").slice(1).join(".")}], answers: ${where.answers} }]
probes:
  http: { from: ${where.stands}, url: "http://${host}:${SERVICE_PORT}/health" }
  blackbox: { vantages: [${where.others.join(", ")}] }
`;
}

const latencies = (nearest: readonly string[]): string =>
  nearest.map((name, rank) => `${name}: ${LATENCY_MS[rank]}`).join(", ");

/** By how near a place is: the first is home. */
const LATENCY_MS = [10, 60, 120];
