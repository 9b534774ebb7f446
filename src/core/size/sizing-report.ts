import type { LocationName } from "../estate.ts";
import { lossesOf, type LossKind, type SizeQuestion } from "./question.ts";
import { size, type Demand, type Left, type Short, type Sizing } from "./size.ts";

/** Sizes as a person or a program reads them: in whole requests a second, beside the usual ways to be safe. */
export type SizingReport = {
  readonly loss: LossKind;
  readonly furtherMs: number | null;
  readonly calmFurtherMs: number | null;
  readonly peakRps: number;
  /** How many busy times had to fit. */
  readonly moments: number;
  readonly locations: readonly {
    readonly name: LocationName;
    /** What it carries when something is lost. */
    readonly carriesRps: number;
    /** What must be ready there for it: a place is never planned full. */
    readonly sizedRps: number;
    /** The most it can grow to now. */
    readonly mostRps: number | null;
    readonly homeRps: number;
    readonly cost: number;
    readonly decidedBy: Demand | null;
  }[];
  readonly sizedRps: number;
  readonly cost: number;
  /** What is kept beyond the peak, as shares of the peak. */
  readonly buffers: {
    readonly sized: number;
    /** The least possible: the optimum of the linear program. */
    readonly floor: number;
    /** If any user could be anywhere, and all locations were alike; null: the loss takes all of them. */
    readonly evenSpread: number | null;
    readonly activePassive: number;
  };
  /** How much more than the floor the sizes cost, from rounding up to whole requests a second; where nothing costs anything, how much more they carry. */
  readonly overFloorShare: number;
  /** The same question with users kept nearer or let further. */
  readonly byDistance: readonly { readonly furtherMs: number | null; readonly buffer: number; readonly cost: number }[];
  readonly tooFar: readonly Left[];
  readonly nowhere: readonly Left[];
  readonly short: readonly Short[];
};

/** Distances that are compared beside the one that is asked. */
const DISTANCES_MS: readonly (number | null)[] = [0, 25, 50, 100, null];

export function sizingReport(
  source: Pick<SizeQuestion, "locations" | "zones" | "moments">,
  asked: {
    readonly loss: LossKind;
    readonly furtherMs: number | null;
    readonly calmFurtherMs: number | null;
    /** No size is beyond what a location can grow to. */
    readonly isWithinMost: boolean;
    readonly needsRps: (carriesRps: number) => number;
    readonly carriesRps: (readyRps: number) => number;
  },
): SizingReport {
  const { loss, furtherMs, calmFurtherMs, needsRps } = asked;
  const losses = lossesOf(source.locations, loss);
  const unlimited = source.locations.map((each) => ({ ...each, mostRps: null }));
  // In whole requests: what carries one more would have to be ready for more than it may.
  const limited = source.locations.map((each) => ({
    ...each,
    mostRps: each.mostRps === null ? null : Math.floor(asked.carriesRps(each.mostRps) + 1e-6),
  }));
  const locations = asked.isWithinMost ? limited : unlimited;
  const question: SizeQuestion = { ...source, locations, losses, furtherMs, calmFurtherMs };
  const sized = size(question);
  const known = new Map(source.locations.map((each) => [each.name, each]));
  const costOf = (name: LocationName, rps: number): number => known.get(name)!.costPerRps * rps;
  const rows = sized.locations.map(({ name, carriesRps, homeRps, decidedBy }) => {
    const carries = wholeRps(carriesRps);
    const ready = wholeRps(needsRps(carries));
    return {
      name,
      carriesRps: carries,
      sizedRps: ready,
      mostRps: known.get(name)!.mostRps,
      homeRps: Number(homeRps.toFixed(3)),
      cost: costOf(name, ready),
      decidedBy: decidedBy === null ? null : { ...decidedBy, rps: Number(decidedBy.rps.toFixed(3)) },
    };
  });
  const carriedCost = rows.reduce((sum, { name, carriesRps }) => sum + costOf(name, carriesRps), 0);
  const carriedRps = rows.reduce((sum, { carriesRps }) => sum + carriesRps, 0);
  const most = Math.max(...losses.map((each) => each.locations.length));
  const places = source.locations.length;
  return {
    loss,
    furtherMs,
    calmFurtherMs,
    peakRps: Number(sized.peakRps.toFixed(3)),
    moments: source.moments.length,
    locations: rows,
    sizedRps: rows.reduce((sum, { sizedRps }) => sum + sizedRps, 0),
    cost: rows.reduce((sum, { cost }) => sum + cost, 0),
    buffers: {
      sized: beyond(carriedRps, sized.peakRps),
      floor: beyond(sized.carriesRps, sized.peakRps),
      evenSpread: places > most ? short(most / (places - most)) : null,
      activePassive: 1,
    },
    overFloorShare: Math.max(
      0,
      sized.floorCost > 0 ? short(carriedCost / sized.floorCost - 1) : beyond(carriedRps, sized.carriesRps),
    ),
    byDistance: DISTANCES_MS.map((distance) => {
      const other = size({ ...question, locations: unlimited, furtherMs: distance, calmFurtherMs: distance });
      return { furtherMs: distance, buffer: beyond(other.carriesRps, other.peakRps), cost: readyCost(other) };
    }),
    tooFar: sized.tooFar,
    nowhere: sized.nowhere,
    short: sized.short,
  };

  function readyCost({ locations: all }: Sizing): number {
    return all.reduce((sum, { name, carriesRps }) => sum + costOf(name, wholeRps(needsRps(wholeRps(carriesRps)))), 0);
  }
}

/** A millionth of a request is rounding and no request. */
const wholeRps = (rps: number): number => Math.max(0, Math.ceil(rps - 1e-6));
const beyond = (rps: number, peakRps: number): number => (peakRps > 0 ? short(rps / peakRps - 1) : 0);
const short = (share: number): number => Number(share.toFixed(6));
