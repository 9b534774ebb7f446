import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { CallerError } from "../../../../core/errors.ts";
import type { ClassName, LocationName } from "../../../../core/estate.ts";
import { followedAsLost, initialRoute, routeStep, type RouteState } from "../../../../core/route/route.ts";
import { rowToBuckets } from "../../../../core/route/rows.ts";
import type { RouteTable } from "../../../../core/route/table.ts";
import { writeWhole } from "../../../write-whole.ts";
import { type Demand, rowsOf } from "../../host-rows.ts";

/** A route table with the demand that it met: the newest that a driver was given, or the one that Route 53's records were staged by. */
export type StagedBase = {
  readonly table: RouteTable;
  /** Requests a second by class and zone as they were then; null: nobody knew. */
  readonly demand: Demand;
};

/** In a driver's own folder: what it was told last, and what is staged. */
export type BaseFile = "newest.json" | "staged.json";

export function writeBase(stateFolder: string, name: BaseFile, base: StagedBase): void {
  writeWhole(join(stateFolder, name), JSON.stringify(base), 0o600);
}

export function forgetBase(stateFolder: string, name: BaseFile): void {
  rmSync(join(stateFolder, name), { force: true });
}

/** Null: there is none yet. Throws `CallerError` for a file that is not one of ours, or can't be read. */
export function readBase(stateFolder: string, name: BaseFile): StagedBase | null {
  const file = join(stateFolder, name);
  try {
    return JSON.parse(readFileSync(file, "utf8")) as StagedBase;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw new CallerError({
      code: "file-unreadable",
      message: `${file} can't be read: ${error instanceof Error ? error.message : String(error)}`,
      hint: "check its rights; take it away, and `houston dns stage --apply` writes it anew",
      cause: error,
    });
  }
}

/** Everybody where the base has them: no loss is followed. Null: the table is none for these locations. */
export function routeOf(locations: readonly LocationName[], { table }: StagedBase): RouteState | null {
  const { state } = routeStep(initialRoute(locations), { event: "table", at: table.at, table });
  return state.table === null ? null : state;
}

/** How many steps of each location are out, by class; who is not left at all is not there. */
export type StepsOut = Readonly<Record<ClassName, Readonly<Record<LocationName, number>>>>;

/**
 * Of the users that a location had when it was staged, how many are elsewhere by now: in steps, to the nearest, and all of them only when
 * nobody is left. Zones weigh by the demand of then, for a location is not left because evening comes.
 */
export function stepsOut(
  route: RouteState,
  base: StagedBase,
  { classes, steps }: { readonly classes: readonly ClassName[]; readonly steps: number },
): StepsOut {
  const out: Record<ClassName, Record<LocationName, number>> = {};
  for (const className of classes) {
    const had = new Map<LocationName, number>();
    const has = new Map<LocationName, number>();
    const demand = base.demand?.[className];
    const isKnown = Object.values(demand ?? {}).some((rps) => rps > 0);
    for (const { zone, buckets } of rowsOf(route, className)) {
      const runs = base.table.assignment[className]?.[zone];
      const weight = isKnown ? (demand?.[zone] ?? 0) : 1;
      if (runs === undefined || weight === 0) continue;
      rowToBuckets(runs).forEach((index, bucket) => {
        const name = base.table.locations[index]!;
        add(had, name, weight);
        if (route.locations[buckets[bucket]!] === name) add(has, name, weight);
      });
    }
    // Whose loss is followed takes nobody, whoever it had.
    const own: Record<LocationName, number> = Object.fromEntries(followedAsLost(route).map((name) => [name, steps]));
    for (const [name, weight] of had) {
      const left = has.get(name) ?? 0;
      const count = left === 0 ? steps : Math.min(steps - 1, Math.round(steps * (1 - left / weight)));
      if (count > 0) own[name] = count;
    }
    if (Object.keys(own).length > 0) out[className] = own;
  }
  return out;
}

function add(sums: Map<LocationName, number>, name: LocationName, weight: number): void {
  sums.set(name, (sums.get(name) ?? 0) + weight);
}
