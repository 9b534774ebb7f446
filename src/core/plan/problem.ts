import type { ClassName, LocationName, ZoneName } from "../estate.ts";

/** Who should serve whom: the transportation problem of `houston plan --problem` (DESIGN section 11). */
export type Problem = {
  readonly locations: readonly {
    readonly name: LocationName;
    readonly capacityRps: number;
    readonly costPerRps: number;
  }[];
  readonly zones: readonly {
    readonly name: ZoneName;
    readonly demandRps: Readonly<Record<ClassName, number>>;
    /** A location that is missing here is forbidden for this zone. */
    readonly latencyMs: Readonly<Record<LocationName, number>>;
    /** Further limits by class (data that is not served everywhere): absent means every location above. */
    readonly allowed?: Readonly<Record<ClassName, readonly LocationName[]>>;
  }[];
  readonly classes: Readonly<Record<ClassName, { readonly priority: number; readonly latencyWeight: number }>>;
  readonly current?: readonly Flow[];
  readonly churnWeight?: number;
  readonly without?: readonly LocationName[];
};

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
    readonly total: number;
  };
  /** Smallest duals: what one more request a second of capacity there would save. */
  readonly prices: Readonly<Record<LocationName, number>>;
};
