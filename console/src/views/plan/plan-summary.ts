import type { LocationView } from "../../../../src/core/control-contract.ts";
import type { ClassName, Estate, LocationName, ZoneName } from "../../../../src/core/estate.ts";
import type { Move, WhatIf } from "../../../../src/core/plan/what-if.ts";
import { whyUnservedWords } from "../../../../src/core/plan/why-unserved.ts";
import { added, amount, counted, fullness, listed, rps } from "../shared/figures.ts";

/** The planner's answer, added up as a person asks for it: who takes how much, how full that makes them, who finds no place. */
export type PlanSummary = {
  readonly without: LocationName | null;
  /** Requests a second that leave the place; what others move to make room is not among them. */
  readonly leavesRps: number;
  readonly makesRoomRps: number;
  /** Fullest first. */
  readonly receivers: readonly Receiver[];
  /** Those whom the plan does not touch, fullest first. */
  readonly others: readonly { readonly name: LocationName; readonly utilisation: number }[];
  /** What finds no place, the highest class first. */
  readonly unserved: readonly Unserved[];
  readonly unservedRps: number;
  /** As in the answer, with what is ready now. */
  readonly grow: readonly {
    readonly location: LocationName;
    readonly fromRps: number | null;
    readonly toRps: number;
  }[];
  /** Highest priority first. */
  readonly classes: readonly ClassName[];
};

export type Receiver = {
  readonly name: LocationName;
  readonly takesRps: number;
  readonly byClass: ReadonlyMap<ClassName, number>;
  readonly utilisationBefore: number;
  readonly utilisationAfter: number;
  /** Null: what is ready is enough. */
  readonly growsToRps: number | null;
  /** Whose users it takes, most first. */
  readonly zones: readonly ZoneMove[];
};

export type ZoneMove = { readonly zone: ZoneName; readonly rps: number; readonly addedMs: number | null };

export type Unserved = {
  readonly class: ClassName;
  readonly rps: number;
  readonly zones: readonly ZoneName[];
  /** What keeps it from the places that have room; null: none has. */
  readonly why: string | null;
};

export function summarisePlan(parts: {
  readonly answer: WhatIf;
  readonly estate: Estate;
  readonly locations: readonly LocationView[];
}): PlanSummary {
  const { answer, estate, locations } = parts;
  const { without, lost, moves } = answer;
  const classes = estate.classes.toSorted((one, other) => other.priority - one.priority).map(({ name }) => name);
  const leaves = moves.filter(({ from }) => without === null || lost.includes(from));
  const names = [...new Set(moves.map(({ to }) => to))].filter((name) => !lost.includes(name));
  const receivers = names.map((name) => receiverOf(name, parts)).sort(fullestFirst);
  return {
    without,
    leavesRps: sumRps(leaves) + (without === null ? 0 : sumRps(answer.unserved)),
    makesRoomRps: sumRps(moves) - sumRps(leaves),
    receivers,
    others: estate.locations
      .filter(({ name }) => !lost.includes(name) && !names.includes(name))
      .map(({ name }) => ({ name, utilisation: answer.utilisationAfter[name] ?? 0 }))
      .sort((one, other) => other.utilisation - one.utilisation),
    unserved: unservedOf(answer, { estate, classes }),
    unservedRps: sumRps(answer.unserved),
    grow: answer.grow.map(({ location, toRps }) => ({
      location,
      fromRps: locations.find(({ name }) => name === location)?.readyRps ?? null,
      toRps,
    })),
    classes,
  };
}

/** "If us-east-1 went now: 1,240 rps to 3 places, highest 71 % full, +9 ms median; everyone fits." */
export function planSentence(summary: PlanSummary, addedMs: WhatIf["addedMs"]): string {
  const { without, receivers, leavesRps, unservedRps } = summary;
  const movedRps = receivers.reduce((sum, { takesRps }) => sum + takesRps, 0);
  if (without === null) {
    if (movedRps < LEAST_RPS) return "As things are: nobody would be better off elsewhere.";
    return `As things are: ${rps(movedRps)} would be better off elsewhere, ${added(addedMs.p50)} median.`;
  }
  const ifItWent = `If ${without} went now`;
  if (leavesRps < LEAST_RPS) return `${ifItWent}: nothing would move, it serves nobody.`;
  const [fullest] = receivers;
  if (fullest === undefined) return `${ifItWent}: nobody could take its ${rps(leavesRps)}.`;
  const where = receivers.length === 1 ? `to ${fullest.name}` : `to ${counted(receivers.length, "place")}`;
  const how = `${rps(leavesRps - unservedRps)} ${where}, highest ${fullness(fullest.utilisationAfter)} full, ${added(addedMs.p50)} median`;
  return unservedRps < LEAST_RPS
    ? `${ifItWent}: ${how}; everyone fits.`
    : `${ifItWent}: ${how}; ${rps(unservedRps)} would find no place.`;
}

/** What must grow before anyone moves, in a sentence; null: nothing. */
export function growSentence({ grow }: PlanSummary): string | null {
  if (grow.length === 0) return null;
  const each = grow.map(({ location, fromRps, toRps }) =>
    fromRps === null
      ? `${location} to ${rps(toRps)}`
      : `${location} from ${amount(Math.round(fromRps))} to ${rps(toRps)}`,
  );
  return `First ${each.length === 1 ? "grows" : "grow"} ${listed(each)}.`;
}

/** One location's loss among those of all the others. */
export type Loss = { readonly name: LocationName; readonly summary: PlanSummary; readonly medianMs: number };

/** Who would leave most without a place, then who would make the others fullest. */
export function worstFirst(one: Loss, other: Loss): number {
  const fullest = ({ summary }: Loss): number => summary.receivers[0]?.utilisationAfter ?? 0;
  return (
    other.summary.unservedRps - one.summary.unservedRps ||
    fullest(other) - fullest(one) ||
    (one.name < other.name ? -1 : 1)
  );
}

/** Less is rounding. */
const LEAST_RPS = 0.05;

function receiverOf(
  name: LocationName,
  { answer, estate }: { readonly answer: WhatIf; readonly estate: Estate },
): Receiver {
  const its = answer.moves.filter(({ to }) => to === name);
  const byClass = new Map<ClassName, number>();
  const zones = new Map<ZoneName, { rps: number; addedMs: number | null }>();
  for (const move of its) {
    byClass.set(move.class, (byClass.get(move.class) ?? 0) + move.rps);
    zones.set(move.zone, {
      rps: (zones.get(move.zone)?.rps ?? 0) + move.rps,
      addedMs: addedMsOf(estate, move),
    });
  }
  return {
    name,
    takesRps: sumRps(its),
    byClass,
    utilisationBefore: answer.utilisationBefore[name] ?? 0,
    utilisationAfter: answer.utilisationAfter[name] ?? 0,
    growsToRps: answer.grow.find(({ location }) => location === name)?.toRps ?? null,
    zones: [...zones]
      .map(([zone, { rps: takesRps, addedMs }]) => ({ zone, rps: takesRps, addedMs }))
      .sort((one, other) => other.rps - one.rps || (one.zone < other.zone ? -1 : 1)),
  };
}

/** Null: the zone was where it may not be, so nobody knows how far that was. */
function addedMsOf(estate: Estate, { zone, from, to }: Move): number | null {
  const latencyMs = estate.zones.find(({ name }) => name === zone)?.latencyMs;
  const [before, after] = [latencyMs?.[from], latencyMs?.[to]];
  return before === undefined || after === undefined ? null : after - before;
}

function unservedOf(
  { unserved, without }: WhatIf,
  { estate, classes }: { readonly estate: Estate; readonly classes: readonly ClassName[] },
): readonly Unserved[] {
  return classes.flatMap((name) => {
    const its = unserved.filter((each) => each.class === name);
    if (its.length === 0) return [];
    const data = estate.classes.find((each) => each.name === name)?.data;
    const barred = its.find(({ why }) => why !== "full");
    const why =
      data?.kind === "one-writer" && data.location === without
        ? `its only writer database is in ${without}`
        : barred === undefined
          ? null
          : whyUnservedWords(barred);
    const zones = its.toSorted((one, other) => other.rps - one.rps).map(({ zone }) => zone);
    return [{ class: name, rps: sumRps(its), zones: [...new Set(zones)], why }];
  });
}

function fullestFirst(one: Receiver, other: Receiver): number {
  return other.utilisationAfter - one.utilisationAfter || (one.name < other.name ? -1 : 1);
}

function sumRps(parts: readonly { readonly rps: number }[]): number {
  return parts.reduce((sum, part) => sum + part.rps, 0);
}
