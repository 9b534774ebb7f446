import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { basename, dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { CallerError } from "../../src/core/errors.ts";
import { faultNames, type FaultName } from "./faults.ts";
import { isInDoubt, measure, type Row } from "./measure.ts";
import { newestSure, pageOf } from "./page.ts";
import { peersPicture } from "./picture.ts";
import { systems } from "./systems/all.ts";

/**
 * Reactive Production beside what people would pick instead: the same service in three locations, the same users, the same faults, at the
 * same moment. All are real programs of Debian's packages (gdnsd, pdns-server, pdns-backend-bind, haproxy, nginx-light, prometheus), on
 * loopback, and are stopped by their pid.
 *
 *     node --conditions=reactive-production:source bench/peers/bench.ts [--only gdnsd,powerdns] [--faults hard-down,gray] [--seconds 60]
 *       [--rps 20] [--ttl 5] [--probe 1] [--seed 1] [--results FILE] [--minutes 4] [--page FILE.md] [--json]
 *
 * With `--results` each figure is added to the file, and what is in it for as many seconds, and not in doubt, is not measured again; with `--minutes` no fault is
 * begun after so long. `--page` writes the Markdown page of all that is in the file, and its picture into `images` beside it; with `--seconds 0` nothing is measured for it.
 */
const { values } = parseArgs({
  options: {
    only: { type: "string" },
    faults: { type: "string" },
    seconds: { type: "string", default: "60" },
    rps: { type: "string", default: "20" },
    ttl: { type: "string", default: "5" },
    probe: { type: "string", default: "1" },
    seed: { type: "string", default: "1" },
    results: { type: "string" },
    minutes: { type: "string", default: "Infinity" },
    page: { type: "string" },
    json: { type: "boolean" },
  },
});
const chosen = named(
  values.only,
  systems.map(({ name }) => name),
);
const wanted = named(values.faults, faultNames) as readonly FaultName[];
const seconds = Number(values.seconds);
const until = performance.now() + Number(values.minutes) * 60_000;
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));
const rows: Row[] = [...readResults()];
for (const fault of seconds > 0 ? wanted : []) {
  const missing = systems.filter(
    ({ name }) =>
      chosen.includes(name) && !rows.some((row) => row.fault === fault && row.system === name && !isInDoubt(row)),
  );
  if (missing.length === 0) continue;
  if (performance.now() > until) break;
  const measured = await measure({
    fault,
    systems: missing,
    seconds,
    rpsPerZone: Number(values.rps),
    ttlSeconds: Number(values.ttl),
    probeSeconds: Number(values.probe),
    seed: Number(values.seed),
    cannot: ({ name }, error) => process.stderr.write(`${name} is left out: ${String(error)}\n`),
  });
  for (const row of measured) {
    rows.push(row);
    if (values.results !== undefined) appendFileSync(values.results, `${JSON.stringify(row)}\n`);
    tell(row);
  }
}
if (values.page !== undefined) writePage(values.page);

/** The picture lies beside it, in `images`, under the page's name. */
function writePage(file: string): void {
  const picture = join("images", `${basename(file, ".md")}.svg`);
  mkdirSync(join(dirname(file), "images"), { recursive: true });
  writeFileSync(join(dirname(file), picture), peersPicture(newestSure(rows), systems));
  writeFileSync(file, pageOf(rows, systems, { machine: machineWords(), picture }));
}

function machineWords(): string {
  const [load = 0] = loadavg();
  return `${cpus().length} cores (${cpus()[0]?.model.trim() ?? "unknown"}), load ${load.toFixed(0)} when the page was made`;
}

function named(text: string | undefined, known: readonly string[]): readonly string[] {
  if (text === undefined) return known;
  const names = text.split(",");
  const strange = names.find((name) => !known.includes(name));
  if (strange === undefined) return names;
  throw new CallerError({
    code: "unknown-name",
    message: `there is no ${strange}`,
    hint: `one of ${known.join(", ")}`,
  });
}

function readResults(): readonly Row[] {
  if (values.results === undefined || !existsSync(values.results)) return [];
  return readFileSync(values.results, "utf8")
    .split("\n")
    .filter((text) => text !== "")
    .map((text) => JSON.parse(text) as Row)
    .filter((row) => seconds === 0 || row.seconds === seconds);
}

function tell(row: Row): void {
  if (values.json === true) return void process.stdout.write(`${JSON.stringify(row)}\n`);
  const well = row.wellSeconds === null ? "never well" : `well after ${row.wellSeconds} s`;
  const doubt = isInDoubt(row) ? "; IN DOUBT, the machine is busy" : "";
  process.stdout.write(
    `${row.fault}  ${row.system}  ${well}, ${row.failedPercent} % of ${row.requests} failed, overloaded ${row.overloaded}, moved wrongly ${row.movedWronglyPercent} %, doubled ${row.doubled}; before ${row.failedBeforePercent} % failed, users ${row.worstLateMs} ms late${doubt}\n`,
  );
}
