import type { ConditionName } from "../conditions.ts";
import type { ClassName, LocationName, ZoneName } from "../estate.ts";

/** Who should serve whom: the transportation problem of `houston plan --problem` (DESIGN section 11). */
export type Problem = {
  readonly locations: readonly {
    readonly name: LocationName;
    readonly capacityRps: number;
    readonly costPerRps: number;
    /** Classes that have a pool of their own there; `capacityRps` is what all others share. */
    readonly pools?: Readonly<Record<ClassName, number>>;
    readonly provider?: string;
  }[];
  readonly zones: readonly {
    readonly name: ZoneName;
    readonly demandRps: Readonly<Record<ClassName, number>>;
    /** A location that is missing here is forbidden for this zone. */
    readonly latencyMs: Readonly<Record<LocationName, number>>;
    /** Further limits by class (data that is not served everywhere): absent means every location above. */
    readonly allowed?: Readonly<Record<ClassName, readonly LocationName[]>> | undefined;
    /** Law, by class: never there. */
    readonly forbidden?: Readonly<Record<ClassName, readonly LocationName[]>> | undefined;
    /** By class: where it may not be sent now, with the names of the conditions that do not hold there. */
    readonly closed?: Readonly<Record<ClassName, Readonly<Record<LocationName, readonly ConditionName[]>>>> | undefined;
    /** By class: anywhere else costs `PREFERENCE_COST` more for each request a second. */
    readonly preferred?: Readonly<Record<ClassName, readonly LocationName[]>> | undefined;
    /** By class: nowhere further than this, in milliseconds. */
    readonly farthestMs?: Readonly<Record<ClassName, number>> | undefined;
    /** For all classes: `AVOIDED_COST` dearer for each request a second. */
    readonly avoided?: readonly LocationName[] | undefined;
    /** For all classes: never there, for their way to it is bad now. */
    readonly hurtOnTheWay?: readonly LocationName[] | undefined;
  }[];
  readonly classes: Readonly<Record<ClassName, { readonly priority: number; readonly latencyWeight: number }>>;
  readonly current?: readonly Flow[];
  readonly churnWeight?: number;
  readonly without?: readonly LocationName[];
};

/** Cost units for each request a second outside of its preferred places: with a latency weight of 1, as if they were 100 ms further. */
export const PREFERENCE_COST = 100;

/** Cost units for each request a second at an avoided place: more than any distance, less than having no place. */
export const AVOIDED_COST = 10_000;

/** What a place costs more for being none of the zone's preferred ones, or one that it avoids. */
export function costAside(
  { preferred, avoided }: Pick<Problem["zones"][number], "preferred" | "avoided">,
  className: ClassName,
  location: LocationName,
): number {
  const preference = preferred?.[className]?.includes(location) === false ? PREFERENCE_COST : 0;
  return avoided?.includes(location) === true ? preference + AVOIDED_COST : preference;
}

export type Flow = {
  readonly zone: ZoneName;
  readonly class: ClassName;
  readonly location: LocationName;
  readonly rps: number;
};

/** First least unserved by priority, then least total cost; ties break by name. */
export type Plan = {
  readonly assignment: readonly Flow[];
  readonly unserved: readonly { readonly zone: ZoneName; readonly class: ClassName; readonly rps: number }[];
  readonly objective: {
    readonly latency: number;
    readonly cost: number;
    readonly churn: number;
    /** Only where the problem has preferred or avoided places; `total` counts it. */
    readonly preference?: number;
    readonly total: number;
  };
  /** Smallest duals: what one more request a second of capacity there would save. */
  readonly prices: Readonly<Record<LocationName, number>>;
  /** The same for each pool; only where the problem has any. */
  readonly poolPrices?: Readonly<Record<LocationName, Readonly<Record<ClassName, number>>>>;
};
