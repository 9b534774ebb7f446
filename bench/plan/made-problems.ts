import type { Problem } from "../../src/core/plan/problem.ts";
import { chanceFrom } from "./made-estate.ts";

/**
 * Problems that try a planner: the same for the same number. `random` ones have wild figures; `degenerate` ones few distinct figures, so
 * that ties and full places abound; `infeasible` ones too little room, closed places and laws that leave nobody; `adversarial` ones
 * crumbs beside mountains, costs that differ in the ninth digit, places that fit to the last request, and everyone wanting the same place.
 */
export const KINDS = ["random", "degenerate", "infeasible", "adversarial"] as const;
export type Kind = (typeof KINDS)[number];

export function madeProblem(kind: Kind, seed: number): Problem {
  const chance = chanceFrom(seed * 4 + KINDS.indexOf(kind));
  const below = (count: number): number => Math.floor(chance() * count);
  const one = <T>(values: readonly T[]): T => values[below(values.length)]!;
  const figures = FIGURES[kind];
  const places = named("place", 2 + below(9));
  const classes = named("class", 1 + below(4));
  const zones = named("zone", 1 + below(25));
  const some = <T>(share: number, value: () => T): T | undefined => (chance() < share ? value() : undefined);
  const byClass = <T>(share: number, value: () => T): Record<string, T> =>
    Object.fromEntries(classes.flatMap((name) => (chance() < share ? [[name, value()]] : [])));
  const subset = (): string[] => places.filter(() => chance() < 0.3);
  const demand = zones.map(() => Object.fromEntries(classes.map((name) => [name, figures.rps(chance)])));
  const total = demand.reduce((sum, row) => Object.values(row).reduce((all, rps) => all + rps, sum), 0);
  const without = some(0.3, () => [one(places)]);
  return {
    locations: places.map((name) => {
      const pools = some(0.2, () => byClass(0.3, () => figures.capacity(chance, total / places.length / 3)));
      return {
        name,
        capacityRps: figures.capacity(chance, total / places.length),
        costPerRps: figures.cost(chance),
        ...(pools !== undefined && { pools }),
      };
    }),
    zones: zones.map((name, index) => {
      const forbidden = some(0.4, () => byClass(0.5, subset));
      const preferred = some(0.3, () => byClass(0.5, subset));
      const farthestMs = some(0.3, () => byClass(0.5, () => 50 + 200 * chance()));
      const known = places.filter(() => chance() < 0.9);
      return {
        name,
        demandRps: demand[index]!,
        latencyMs: Object.fromEntries(known.map((place) => [place, figures.ms(chance)])),
        ...(forbidden !== undefined && { forbidden }),
        ...(preferred !== undefined && { preferred }),
        ...(farthestMs !== undefined && { farthestMs }),
      };
    }),
    classes: Object.fromEntries(
      classes.map((name) => [name, { priority: 1 + below(3), latencyWeight: one([0, 0.1, 1, 2]) }]),
    ),
    churnWeight: one([0, 0, 1, 7.5, 200]),
    current: zones.flatMap((zone, index) =>
      classes.flatMap((name) =>
        chance() < 0.4 ? [{ zone, class: name, location: one(places), rps: demand[index]![name]! * chance() }] : [],
      ),
    ),
    ...(without !== undefined && { without }),
  };
}

type Figures = {
  readonly rps: (chance: () => number) => number;
  /** `fair` is what a place would have if room and demand were the same everywhere. */
  readonly capacity: (chance: () => number, fair: number) => number;
  readonly ms: (chance: () => number) => number;
  readonly cost: (chance: () => number) => number;
};

const of =
  (values: readonly number[]) =>
  (chance: () => number): number =>
    values[Math.floor(chance() * values.length)]!;

const FIGURES: Readonly<Record<Kind, Figures>> = {
  random: {
    rps: (chance) => 100 * chance() ** 3,
    capacity: (chance, fair) => 3 * fair * chance(),
    ms: (chance) => 300 * chance(),
    cost: (chance) => 20 * chance(),
  },
  degenerate: {
    rps: of([0, 1, 1, 2, 5, 10]),
    capacity: of([0, 0, 1, 3, 5, 10, 20, 50]),
    ms: of([0, 10, 10, 20, 50]),
    cost: of([0, 0, 1, 5]),
  },
  infeasible: {
    rps: (chance) => 100 * chance(),
    capacity: (chance, fair) => (chance() < 0.3 ? 0 : fair * 0.6 * chance()),
    ms: (chance) => 300 * chance(),
    cost: of([0, 1, 5]),
  },
  adversarial: {
    rps: (chance) => (chance() < 0.2 ? 1e4 : chance() < 0.5 ? 1e-2 : 10),
    capacity: (chance, fair) => (chance() < 0.3 ? fair : fair * 1.5),
    ms: (chance) => (chance() < 0.5 ? 10 : 10 + 1e-6 * Math.floor(10 * chance())),
    cost: of([0, 0, 1e-3, 1000]),
  },
};

function named(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}
