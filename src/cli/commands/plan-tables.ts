import type { Plan, Problem } from "../../core/plan/problem.ts";
import type { WhatIf } from "../../core/plan/what-if.ts";

/** A plan as a person reads it: how full each location is and what room there is worth, then who has no place. */
export function planLines(problem: Problem, plan: Plan): readonly string[] {
  const without = new Set(problem.without ?? []);
  const rows = problem.locations.map(({ name, capacityRps }) => {
    const rps = sum(plan.assignment.filter(({ location }) => location === name));
    const full = without.has(name) ? "left out" : capacityRps > 0 ? percent(rps / capacityRps) : "no room";
    return [name, number(rps), number(capacityRps), full, price(plan.prices[name] ?? 0)];
  });
  const { latency, cost, churn, total } = plan.objective;
  return [
    ...table([["LOCATION", "RPS", "CAPACITY", "FULL", "PRICE"], ...rows]),
    "",
    `served ${number(sum(plan.assignment))} rps; total ${number(total)} = latency ${number(latency)} + cost ${number(cost)} + churn ${number(churn)}`,
    ...unservedLines(plan.unserved),
    "price: what one more request a second of capacity there would save",
  ];
}

/** What would happen if a location went, as a person reads it. */
export function whatIfLines(what: WhatIf): readonly string[] {
  const names = Object.keys(what.utilisationBefore);
  const rows = names
    .filter((name) => what.utilisationBefore[name] !== 0 || what.utilisationAfter[name] !== 0)
    .map((name) => {
      const grow = what.grow.find(({ location }) => location === name);
      const gets =
        sum(what.moves.filter(({ to }) => to === name)) - sum(what.moves.filter(({ from }) => from === name));
      return [
        name,
        percent(what.utilisationBefore[name] ?? 0),
        percent(what.utilisationAfter[name] ?? 0),
        gets === 0 ? "" : `${gets > 0 ? "+" : "-"}${number(Math.abs(gets))}`,
        grow === undefined ? "" : `to ${number(grow.toRps)} rps`,
      ];
    });
  const { p50, p95, worstZone } = what.addedMs;
  const farther =
    worstZone === null
      ? "nobody moves"
      : `users who move: ${added(p50)} (p50), ${added(p95)} (p95), at worst ${added(worstZone.ms)} in ${worstZone.zone}`;
  return [
    what.without === null ? "The cheapest plan for now:" : `Without ${what.without}:`,
    "",
    ...table([["LOCATION", "FULL NOW", "THEN", "RPS", "GROWS FIRST"], ...rows]),
    "",
    ...shareLines(what),
    farther,
    ...unservedLines(what.unserved),
  ];
}

/** Zones without a place that are named before the rest is only counted. */
const UNSERVED_SHOWN_MAX = 10;

/** `PUBLIC of us-east-1 -> us-east-2 62 %, ca-central-1 38 %`: as on the timeline. */
function shareLines({ moves }: WhatIf): readonly string[] {
  const groups = Map.groupBy(moves, (move) => `${move.class.toUpperCase()} of ${move.from}`);
  return [...groups].map(([title, group]) => {
    const total = sum(group);
    const to = [...Map.groupBy(group, (move) => move.to)]
      .map(([name, part]) => ({ name, rps: sum(part) }))
      .sort((a, b) => b.rps - a.rps);
    return `${title} -> ${to.map(({ name, rps }) => `${name} ${percent(rps / total)}`).join(", ")}`;
  });
}

function unservedLines(unserved: Plan["unserved"]): readonly string[] {
  if (unserved.length === 0) return ["everybody has a place"];
  const shown = unserved
    .slice(0, UNSERVED_SHOWN_MAX)
    .map((one) => `  ${one.class} of ${one.zone}: ${number(one.rps)} rps`);
  const more = unserved.length - shown.length;
  return [`no place for ${number(sum(unserved))} rps:`, ...shown, ...(more > 0 ? [`  ... and ${more} more`] : [])];
}

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join("  ")
      .trimEnd(),
  );
}

function sum(parts: readonly { readonly rps: number }[]): number {
  return parts.reduce((total, { rps }) => total + rps, 0);
}
function percent(share: number): string {
  return `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;
}
function number(value: number): string {
  return value.toFixed(Math.abs(value) < 100 && !Number.isInteger(value) ? 1 : 0);
}
function price(value: number): string {
  return value === 0 ? "-" : value.toPrecision(3);
}
function added(ms: number): string {
  return `${ms < 0 ? "" : "+"}${ms.toFixed(0)} ms`;
}
