import type { ServiceName } from "../estate.ts";
import type { PromiseState } from "../verdict.ts";

/** What is usual for each service of one location, from the past or made by hand. */
export type Baseline = {
  /** `none` while it is made, or less than a day old. */
  readonly promise: PromiseState;
  readonly services: Readonly<Record<ServiceName, ServiceBaseline>>;
};

export type ServiceBaseline = {
  /** An upper bound of the share that usually fails. */
  readonly errorRatio: number;
  /** Mean and standard deviation of the natural log of milliseconds, of single requests; null when unknown. */
  readonly logMs: number | null;
  readonly logSd: number | null;
};
