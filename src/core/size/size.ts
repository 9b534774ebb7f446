import { CallerError } from "../errors.ts";
import type { ClassName, LocationName, ZoneName } from "../estate.ts";
import { byName } from "../route/by-name.ts";
import { covering, type Cover } from "./least-cover.ts";
import type { Loss, SizeQuestion } from "./question.ts";
import { placesFor, rowsOf, type Row } from "./reach.ts";
import { shortageOf, type Group } from "./shortage.ts";

/**
 * How little capacity is enough: the least cost so that, at each busy time and whatever is lost, everybody fits within reach.
 *
 * The idea: to know whether a guest house is large enough nobody needs a seating plan for each evening; it is enough that no party has fewer
 * chairs than people in the rooms it may use. So no plan for any loss is ever part of the search. We guess the cheapest
 * capacities that satisfy the demands found so far ("these three together hold at least 900"), look at each loss for a group
 * that finds no room, and add the demand that it proves (Benders' cuts; here they are the min cuts of a flow). It ends when no loss has
 * any, and then the capacities are the least: they satisfy everything, at the cost of a part of it.
 * 1. For each loss at each moment everybody fits (`shortageOf` finds nothing).
 * 2. What the sizes cost is what the demands' prices bring, so nothing cheaper does (see least-cover.ts).
 * 3. The same question has the same answer, byte for byte: everything is in the order of names.
 */
export function size(question: SizeQuestion): Sizing {
  const locations = [...question.locations].sort((a, b) => byName(a.name, b.name));
  for (const { name, costPerRps } of locations) {
    if (Number.isFinite(costPerRps) && costPerRps >= 0) continue;
    throw new CallerError({
      code: "bad-cost",
      message: `costPerRps of ${name} is ${costPerRps}`,
      hint: "capacity costs 0 or more: with a cost below 0 there would be no least",
    });
  }
  const rows = rowsOf(question);
  const peakRps = Math.max(0, ...question.moments.map((_, moment) => sumOf(rows, moment)));
  const names = locations.map(({ name }) => name);
  const calm: Loss = { name: "nothing", locations: [] };
  const cases = [calm, ...question.losses].map((loss) => caseOf(question, { loss, rows, names }));
  const found = leastCost({ locations, cases, peakRps });
  const { cover, demands } = found;
  return {
    peakRps,
    locations: locations.map(({ name, costPerRps }, place) => {
      const carriesRps = cover.capacity[place]!;
      return {
        name,
        carriesRps,
        homeRps: homeRps(rows, name),
        cost: carriesRps * costPerRps,
        decidedBy: decidedBy(cover, demands, place, names),
      };
    }),
    carriesRps: cover.capacity.reduce((sum, rps) => sum + rps, 0),
    floorCost: locations.reduce((sum, { costPerRps }, place) => sum + costPerRps * cover.capacity[place]!, 0),
    tooFar: cases.flatMap(({ tooFar }) => tooFar),
    nowhere: cases.flatMap(({ nowhere }) => nowhere),
    short: found.short,
  };
}

export type Sizing = {
  /** What all want at the busiest moment. */
  readonly peakRps: number;
  /** In the order of names. */
  readonly locations: readonly SizedLocation[];
  readonly carriesRps: number;
  /** What the capacities cost: no others that do cost less. */
  readonly floorCost: number;
  /** Who would be further than allowed, because the loss leaves them nothing nearer: they are sized for the nearest that is left. */
  readonly tooFar: readonly Left[];
  /** Who would find no place at all, however large: what law or data allows is lost. They are not sized for. */
  readonly nowhere: readonly Left[];
  /** What does not fit although all are as large as they may be, worst first; empty without limits. Then the sizes are those limits. */
  readonly short: readonly Short[];
};

export type SizedLocation = {
  readonly name: LocationName;
  /** What it must be able to carry; a plan fills it no further. */
  readonly carriesRps: number;
  /** The most that those want to whom it is the nearest. */
  readonly homeRps: number;
  readonly cost: number;
  /** The demand that weighs most for its size; null: none does. */
  readonly decidedBy: Demand | null;
};

/** While this is lost, so much may only go to these places. */
export type Demand = {
  readonly lost: string;
  readonly moment: string;
  readonly places: readonly LocationName[];
  readonly rps: number;
};

export type Left = {
  readonly lost: string;
  readonly class: ClassName;
  readonly zone: ZoneName;
  /** At its busiest. */
  readonly rps: number;
  /** How much further the nearest that is left is than the nearest of all; null: none is left. */
  readonly furtherMs: number | null;
};

export type Short = Demand & { readonly shortRps: number };

/** Less than this share of the peak is rounding. */
const SLACK = 1e-9;
/** Found in one round before the capacities are guessed again: many at once save rounds, too many are mostly of one kind. */
const CUTS_A_ROUND = 24;
const ROUNDS_MAX = 5_000;

/** One loss: who may go where, alike ones together, and what each such group wants at each moment. */
type Case = {
  readonly name: string;
  readonly groups: readonly Group[];
  readonly moments: readonly { readonly name: string; readonly wanted: Float64Array }[];
  readonly tooFar: readonly Left[];
  readonly nowhere: readonly Left[];
};

function caseOf(
  question: SizeQuestion,
  {
    loss,
    rows,
    names,
  }: { readonly loss: Loss; readonly rows: readonly Row[]; readonly names: readonly LocationName[] },
): Case {
  const further = loss.locations.length === 0 ? question.calmFurtherMs : question.furtherMs;
  const lost = new Set(loss.locations);
  const groups = new Map<string, { readonly places: readonly number[]; readonly rows: Row[] }>();
  const tooFar: Left[] = [];
  const nowhere: Left[] = [];
  for (const row of rows) {
    const { places, furtherMs, isTooFar } = placesFor(row, { names, lost, furtherMs: further });
    const left = { lost: loss.name, class: row.class, zone: row.zone, rps: Math.max(...row.rps), furtherMs };
    if (places.length === 0) {
      nowhere.push(left);
      continue;
    }
    if (isTooFar) tooFar.push(left);
    const key = places.join();
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { places, rows: [row] });
    else group.rows.push(row);
  }
  // The choosiest first: whoever may go anywhere takes what they leave.
  const sorted = [...groups.values()].sort(
    (a, b) => a.places.length - b.places.length || byName(a.places.join(), b.places.join()),
  );
  const moments = question.moments.map(({ name }, moment) => ({
    name,
    wanted: Float64Array.from(sorted, (group) => sumOf(group.rows, moment)),
  }));
  return { name: loss.name, groups: sorted, moments: withoutLesser(moments), tooFar, nowhere };
}

/** A moment at which every group wants no more than at another asks for nothing of its own. */
function withoutLesser(moments: Case["moments"]): Case["moments"] {
  const kept: Case["moments"][number][] = [];
  const busiest = [...moments].sort((a, b) => totalOf(b.wanted) - totalOf(a.wanted) || byName(a.name, b.name));
  for (const moment of busiest) {
    const isLesser = kept.some((other) => moment.wanted.every((rps, group) => rps <= other.wanted[group]!));
    if (!isLesser) kept.push(moment);
  }
  return kept;
}

function leastCost(asked: {
  readonly locations: readonly {
    readonly costPerRps: number;
    readonly mostRps: number | null;
    readonly name: string;
  }[];
  readonly cases: readonly Case[];
  readonly peakRps: number;
}): { readonly cover: Cover; readonly demands: readonly Demand[]; readonly short: readonly Short[] } {
  const { locations, cases, peakRps } = asked;
  const names = locations.map(({ name }) => name);
  const most = locations.map(({ mostRps }) => mostRps ?? Infinity);
  const slack = SLACK * Math.max(peakRps, Number.MIN_VALUE);
  // Where capacity costs nothing there would be no least: then, and between equals, less of it is better.
  const dearest = Math.max(...locations.map(({ costPerRps }) => costPerRps));
  const trifle = dearest === 0 ? 1 : dearest * 1e-7;
  const places = covering(
    locations.map(({ costPerRps }) => costPerRps + trifle),
    most,
  );
  const demands: Demand[] = [];
  const limits = Float64Array.from(most, (limit) => Math.min(limit, 2 * peakRps * locations.length + 1));
  const short = most.some((limit) => limit < Infinity) ? shortAt(limits) : [];
  if (short.length > 0) {
    const cover: Cover = { capacity: limits, prices: new Float64Array() };
    return { cover, demands: [], short };
  }
  let turn = 0;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const cover = places.solve();
    if (cover === null) throw noLeast();
    let found = 0;
    // Where the last round stopped the next one begins, so that every loss has its turn.
    for (let looked = 0; looked < cases.length && found < CUTS_A_ROUND; looked++) {
      const one = cases[turn % cases.length]!;
      turn += 1;
      for (const { name, wanted } of one.moments) {
        const cut = shortageOf(one.groups, wanted, cover.capacity, slack);
        if (cut === null) continue;
        demands.push(demandOf(one.name, name, cut));
        places.add(cut.places, cut.wantedRps);
        found += 1;
      }
    }
    if (found === 0) return { cover, demands, short: [] };
  }
  throw noLeast();

  function demandOf(lost: string, moment: string, cut: { places: readonly number[]; wantedRps: number }): Demand {
    return { lost, moment, places: cut.places.map((place) => names[place]!), rps: cut.wantedRps };
  }
  function shortAt(room: Float64Array): readonly Short[] {
    return cases
      .flatMap((one) => {
        const worst = one.moments
          .map(({ name, wanted }) => ({ name, cut: shortageOf(one.groups, wanted, room, slack) }))
          .reduce((a, b) => ((b.cut?.shortRps ?? 0) > (a.cut?.shortRps ?? 0) ? b : a), { name: "", cut: null });
        return worst.cut === null
          ? []
          : [{ ...demandOf(one.name, worst.name, worst.cut), shortRps: worst.cut.shortRps }];
      })
      .sort((a, b) => b.shortRps - a.shortRps || byName(a.lost, b.lost));
  }
}

const noLeast = (): CallerError =>
  new CallerError({
    code: "no-size",
    message: "no least sizes were found within the time that the largest estates need",
    hint: "ask with fewer moments, or with single locations instead of pairs",
  });

function decidedBy(
  { prices }: Cover,
  demands: readonly Demand[],
  place: number,
  names: readonly LocationName[],
): Demand | null {
  let best: number | null = null;
  for (let index = 0; index < demands.length; index++) {
    const price = prices[index] ?? 0;
    if (price <= 0 || !demands[index]!.places.includes(names[place]!)) continue;
    if (best === null || price > prices[best]!) best = index;
  }
  return best === null ? null : demands[best]!;
}

function homeRps(rows: readonly Row[], name: LocationName): number {
  const atHome = rows.filter(({ reach }) => reach[0]?.name === name);
  const moments = rows[0]?.rps.length ?? 0;
  let most = 0;
  for (let moment = 0; moment < moments; moment++) most = Math.max(most, sumOf(atHome, moment));
  return most;
}

function sumOf(rows: readonly Row[], moment: number): number {
  return rows.reduce((sum, { rps }) => sum + rps[moment]!, 0);
}

const totalOf = (wanted: Float64Array): number => wanted.reduce((sum, rps) => sum + rps, 0);
