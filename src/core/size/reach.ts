import { CallerError } from "../errors.ts";
import type { ClassName, LocationName, ZoneName } from "../estate.ts";
import { barOf } from "../may-serve.ts";
import { byName } from "../route/by-name.ts";
import type { SizeQuestion } from "./question.ts";

/** The users of a class in a zone: what they want at each moment, and the locations that may serve them, nearest first. */
export type Row = {
  readonly zone: ZoneName;
  readonly class: ClassName;
  readonly rps: readonly number[];
  readonly reach: readonly { readonly name: LocationName; readonly ms: number }[];
};

/** Rows with any demand, in the order of names. */
export function rowsOf({ locations, zones, moments }: SizeQuestion): readonly Row[] {
  const known = new Set(locations.map(({ name }) => name));
  const classes = [...new Set(moments.flatMap(({ demandRps }) => Object.keys(demandRps)))].sort(byName);
  const rows: Row[] = [];
  for (const zone of [...zones].sort((a, b) => byName(a.name, b.name))) {
    const near = Object.entries(zone.latencyMs)
      .filter(([name]) => known.has(name))
      .map(([name, ms]) => ({ name, ms }))
      .sort((a, b) => a.ms - b.ms || byName(a.name, b.name));
    for (const className of classes) {
      const rps = moments.map(({ name, demandRps }) => {
        const wanted = demandRps[className]?.[zone.name] ?? 0;
        if (Number.isFinite(wanted) && wanted >= 0) return wanted;
        throw new CallerError({
          code: "bad-rps",
          message: `demand of ${className} in ${zone.name} at ${name} is ${wanted}`,
          hint: "requests a second are finite and not negative",
        });
      });
      if (rps.every((wanted) => wanted === 0)) continue;
      const reach = near.filter((place) => barOf(zone, className, place.name) === null);
      rows.push({ zone: zone.name, class: className, rps, reach });
    }
  }
  return rows;
}

/**
 * Where a row may be while these are lost: at most so much further than its nearest of all; where nothing so near is left, its nearest that
 * is left and what is at most so much further than that. `places` are indexes into `names`.
 */
export function placesFor(
  { reach }: Row,
  when: {
    readonly names: readonly LocationName[];
    readonly lost: ReadonlySet<LocationName>;
    readonly furtherMs: number | null;
  },
): { readonly places: readonly number[]; readonly furtherMs: number | null; readonly isTooFar: boolean } {
  const { names, lost, furtherMs } = when;
  const left = reach.filter(({ name }) => !lost.has(name));
  const nearest = left[0];
  if (nearest === undefined) return { places: [], furtherMs: null, isTooFar: false };
  const further = nearest.ms - reach[0]!.ms;
  const isTooFar = furtherMs !== null && further > furtherMs;
  const limitMs = furtherMs === null ? Infinity : (isTooFar ? nearest.ms : reach[0]!.ms) + furtherMs;
  const places = left
    .filter(({ ms }) => ms <= limitMs)
    .map(({ name }) => names.indexOf(name))
    .sort((a, b) => a - b);
  return { places, furtherMs: further, isTooFar };
}
