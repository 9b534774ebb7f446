import type { SteeringConfig } from "../config/steering-config.ts";
import type { Estate } from "../core/estate.ts";
import type { Grain } from "../drivers/dns/grain.ts";
import { steeringNeeds } from "../drivers/steering-needs.ts";

/** What DNS providers can hold of a plan, what must be up for a change, and the least rights for it. */
export function steeringNeedsLines(estate: Estate, { drivers, hosts }: SteeringConfig): string[] {
  return drivers.flatMap((settings) => {
    const needs = steeringNeeds(settings, { estate, hosts });
    if (needs === null) return [];
    const name = settings.name ?? settings.kind;
    return [
      `  ${name} ${grainWords(needs.grain)}`,
      `  ${name} is changed by ${needs.writtenBy}; while that is down its answers stay`,
      ...needs.rights.map(
        (right, index) => `  ${index === 0 ? `${name} needs no more than:` : " ".repeat(4)} ${right}`,
      ),
    ];
  });
}

function grainWords({ zones, split, leastTtlSeconds, writesPerSecond, contingency }: Grain): string {
  const writes = `${writesPerSecond} ${writesPerSecond === 1 ? "write" : "writes"} a second at most`;
  return `${ZONES[zones]}, and ${splitWords(split)}; answers are kept for ${leastTtlSeconds} s at least; ${writes}; ${CONTINGENCY[contingency]}`;
}

const ZONES: Readonly<Record<Grain["zones"], string>> = {
  "by-subnet": "tells zones apart by their subnets",
  "by-region": "tells users apart by the region that is named for their zone",
  "by-country": "tells users apart by country",
  none: "answers all users alike",
};

const CONTINGENCY: Readonly<Record<Grain["contingency"], string>> = {
  held: "a location's loss is followed without Houston",
  notice: "a location's loss is followed by one more write",
  staged: "a location's loss is followed with nothing written to it",
};

function splitWords(split: Grain["split"]): string {
  switch (split.by) {
    case "bucket":
      return "splits them as planned";
    case "weight":
      return `splits them by weights in ${split.steps} parts`;
    case "step":
      return `leads a location's users away in ${split.steps} ${split.steps === 1 ? "step" : "steps"}, as it was staged`;
    case "set":
      return "spreads them evenly over a set of locations";
  }
}
