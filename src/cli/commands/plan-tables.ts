import { poolNamed } from "../../core/plan/pools.ts";
import type { Plan, Problem } from "../../core/plan/problem.ts";
import type { WhatIf } from "../../core/plan/what-if.ts";
import { whyUnserved, whyUnservedWords, type Unplaced } from "../../core/plan/why-unserved.ts";
import { percent, rps, table } from "../amounts.ts";

/** A plan as a person reads it: how full each location is and what room there is worth, then who has no place. */
export function planLines(problem: Problem, plan: Plan): readonly string[] {
  const without = new Set(problem.without ?? []);
  const rows = problem.locations.flatMap(({ name, capacityRps, pools = {} }) => {
    const row = (title: string, capacity: number, servedRps: number, priceOf: number): string[] => {
      const full = without.has(name) ? "left out" : capacity > 0 ? percent(servedRps / capacity) : "no room";
      return [title, rps(servedRps), rps(capacity), full, price(priceOf)];
    };
    const here = plan.assignment.filter(({ location }) => location === name);
    const shared = here.filter((flow) => pools[flow.class] === undefined);
    return [
      row(name, capacityRps, sum(shared), plan.prices[name] ?? 0),
      ...Object.entries(pools).map(([own, capacity]) =>
        row(
          poolNamed(name, own),
          capacity,
          sum(here.filter((flow) => flow.class === own)),
          plan.poolPrices?.[name]?.[own] ?? 0,
        ),
      ),
    ];
  });
  const { latency, cost, churn, preference, total } = plan.objective;
  const aside = preference === undefined ? "" : ` + ${amount(preference)} for places that are not preferred`;
  return [
    ...table([["LOCATION", "RPS", "CAPACITY", "FULL", "PRICE"], ...rows]),
    "",
    `served ${rps(sum(plan.assignment))} rps; total ${amount(total)} = latency ${amount(latency)} + cost ${amount(cost)} + churn ${amount(churn)}${aside}`,
    ...unservedLines(whyUnserved(problem, plan)),
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
      const at = (location: string, className: string): boolean =>
        names.includes(poolNamed(location, className)) ? poolNamed(location, className) === name : location === name;
      const gets =
        sum(what.moves.filter((move) => at(move.to, move.class))) -
        sum(what.moves.filter((move) => at(move.from, move.class)));
      return [
        name,
        percent(what.utilisationBefore[name] ?? 0),
        percent(what.utilisationAfter[name] ?? 0),
        gets === 0 ? "" : `${gets > 0 ? "+" : "-"}${rps(Math.abs(gets))}`,
        grow === undefined ? "" : `to ${rps(grow.toRps)} rps`,
        price(what.prices[name] ?? 0),
      ];
    });
  const { p50, p95, worstZone } = what.addedMs;
  const farther =
    worstZone === null
      ? "nobody moves"
      : `users who move: ${added(p50)} (p50), ${added(p95)} (p95), at worst ${added(worstZone.ms)} in ${worstZone.zone}`;
  return [
    titleOf(what),
    "",
    ...table([["LOCATION", "FULL NOW", "THEN", "RPS", "GROWS FIRST", "PRICE"], ...rows]),
    "",
    ...shareLines(what),
    ...(what.reason === null ? [] : [what.reason.says]),
    farther,
    ...what.suspects.map((provider) => `${provider} is the suspect: its locations get users only when others are full`),
    ...what.badPaths.map(
      ({ zone, location }) =>
        `the way from ${zone} to ${location} is bad: its users go there only when others are full`,
    ),
    ...unservedLines(what.unserved),
  ];
}

function titleOf({ without, lost }: WhatIf): string {
  if (without === null) return "The cheapest plan for now:";
  return lost.length === 1 && lost[0] === without ? `Without ${without}:` : `Without ${without} (${lost.join(", ")}):`;
}

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

function unservedLines(unserved: readonly Unplaced[]): readonly string[] {
  if (unserved.length === 0) return ["everybody has a place"];
  // A class that must stay has no place in any zone: a line for each zone would say one thing many times.
  const classes = [...Map.groupBy(unserved, (one) => one.class)].map(([name, parts]) => {
    const most = parts.reduce((a, b) => (b.rps > a.rps ? b : a));
    const where = parts.length === 1 ? most.zone : `${parts.length} zones, most in ${most.zone}: ${rps(most.rps)}`;
    return `${name.toUpperCase()} ${rps(sum(parts))} (${where})`;
  });
  const whys = [...Map.groupBy(unserved, (one) => `${one.class.toUpperCase()}: ${whyUnservedWords(one)}`)];
  return [`no place for ${rps(sum(unserved))} rps: ${classes.join(", ")}`, ...whys.map(([words]) => `  ${words}`)];
}

function sum(parts: readonly { readonly rps: number }[]): number {
  return parts.reduce((total, { rps }) => total + rps, 0);
}
function amount(value: number): string {
  return value.toFixed(Math.abs(value) < 100 && !Number.isInteger(value) ? 1 : 0);
}
function price(value: number): string {
  return value === 0 ? "-" : value.toPrecision(3);
}
function added(ms: number): string {
  return `${ms < 0 ? "" : "+"}${ms.toFixed(0)} ms`;
}
