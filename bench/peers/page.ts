import { faultNames, faults, type FaultName } from "./faults.ts";
import { IN_DOUBT_LATE_MS, isInDoubt, type Row } from "./measure.ts";
import type { System } from "./systems/system.ts";

/** What the page has of a system beside what it does. */
type Named = Pick<System, "name" | "says" | "kind" | "isOurs">;

/** The Markdown page of all that was measured, with its picture (`peersPicture`): a table for each fault, and every figure in which another system is better than ours. */
export function pageOf(
  all: readonly Row[],
  systems: readonly Named[],
  made: { readonly machine: string; readonly picture: string },
): string {
  const { machine, picture } = made;
  const rows = newestSure(all);
  const days = [...new Set(rows.map(({ at }) => new Date(at).toISOString().slice(0, 10)))].sort();
  return `# Measured beside peers

Made by \`bench/peers/bench.ts\`, ${days.join(" and ")}; ${machine}.

    node --conditions=reactive-production:source bench/peers/bench.ts --results peers.ndjson --page docs/measurements-peers.md

One service in three locations; a third of the users is at home in each. Each system serves users of its own, with the same arrivals, at the same moment of the same fault: nobody waits for longer than a second or tries
again, a fifth buys, and DNS answers are kept for their TTL by 16 resolvers a zone. All programs are real, on one machine: no distance, and a proxy never fails with its location, but for those of ours. One run each.

- **well**: seconds until 99 % of the bad location's users are well, in each 5 s from then on; **failed**: share of their requests, of the whole time (everybody's, where all are bad)
- **overloaded**: requests of anybody that came where there was no room; **moved wrongly**: share of the users of good locations, at the end, who were sent elsewhere; **doubled**: purchases carried out twice
- **p99**: of what went well, in the last third
- A row with ! is in doubt, for the machine was busy: before the fault more than 1 % of its requests failed, or its users came ${IN_DOUBT_LATE_MS} ms late.

![Failed requests of each system in each fault](${picture})

${faultNames
  .filter((fault) => rows.some((row) => row.fault === fault))
  .map((fault) => tableOf(fault, rows, systems))
  .join("\n")}
## Where another is better than ours

${missLines(rows, systems).join("\n")}

## Not measured

${missingLines(rows, systems).join("\n")}

## Settings

${systems.map(({ name, says }) => `- \`${name}\`: ${says}`).join("\n")}
`;
}

function tableOf(fault: FaultName, rows: readonly Row[], systems: readonly Named[]): string {
  const measured = systems.flatMap(({ name }) => rows.filter((row) => row.fault === fault && row.system === name));
  const seconds = [...new Set(measured.map((row) => row.seconds))].join(" or ");
  return `## ${fault}

${faults[fault].says}${faults[fault].where === null ? "; whoever moves anybody is wrong" : ""}. Looked at for ${seconds} s.

| system | well, s | failed | overloaded | moved wrongly | doubled | p99, ms |
|---|---|---|---|---|---|---|
${measured.map(lineOf).join("\n")}
`;
}

function lineOf(row: Row): string {
  const doubt = isInDoubt(row) ? " !" : "";
  return `| ${row.system}${doubt} | ${row.wellSeconds ?? "never"} | ${row.failedPercent} % | ${row.overloaded} | ${row.movedWronglyPercent} % | ${row.doubled} | ${row.p99Ms ?? ""} |`;
}

/** Of each system in each fault the newest that is not in doubt, else the newest. */
export function newestSure(all: readonly Row[]): readonly Row[] {
  const kept = new Map<string, Row>();
  for (const row of all) {
    const key = `${row.fault} ${row.system}`;
    const before = kept.get(key);
    if (before === undefined || isInDoubt(before) || !isInDoubt(row)) kept.set(key, row);
  }
  return [...kept.values()];
}

/** What is compared; less is better in all of them. */
const compared: readonly { readonly says: string; readonly unit: string; readonly of: (row: Row) => number }[] = [
  { says: "well after", unit: " s", of: ({ wellSeconds }) => wellSeconds ?? Infinity },
  { says: "failed", unit: " %", of: ({ failedPercent }) => failedPercent },
  { says: "overloaded", unit: "", of: ({ overloaded }) => overloaded },
  { says: "moved wrongly", unit: " %", of: ({ movedWronglyPercent }) => movedWronglyPercent },
  { says: "doubled", unit: "", of: ({ doubled }) => doubled },
];

function missLines(rows: readonly Row[], systems: readonly Named[]): readonly string[] {
  const kindOf = (name: string): System["kind"] | undefined => systems.find((system) => system.name === name)?.kind;
  const ours = systems.filter(({ isOurs }) => isOurs).map(({ name }) => name);
  const lines = rows
    .filter(({ system }) => ours.includes(system))
    .flatMap((own) =>
      compared.flatMap(({ says, unit, of }) => {
        const better = rows
          .filter((row) => row.fault === own.fault && !ours.includes(row.system) && of(row) < of(own))
          .sort((a, b) => of(a) - of(b));
        if (better.length === 0) return [];
        const told = better.map((row) => `${row.system} (${kindOf(row.system)}) ${of(row)}${unit}`).join(", ");
        const mine = of(own) === Infinity ? "never" : `${of(own)}${unit}`;
        return [`- ${own.fault}: ${own.system} ${says} ${mine}; ${told}`];
      }),
    );
  if (rows.every(({ system }) => !ours.includes(system))) return ["Ours was not measured."];
  return lines.length === 0 ? ["Nowhere."] : lines;
}

function missingLines(rows: readonly Row[], systems: readonly Named[]): readonly string[] {
  const lines = systems.flatMap(({ name }) => {
    const missing = faultNames.filter((fault) => !rows.some((row) => row.fault === fault && row.system === name));
    return missing.length === 0 ? [] : [`- \`${name}\`: ${missing.join(", ")}`];
  });
  return lines.length === 0 ? ["Nothing is missing."] : lines;
}
