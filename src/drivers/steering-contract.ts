import type { Outcome } from "../core/control-contract.ts";
import type { LossNotice, RouteTable } from "../core/route/table.ts";

/**
 * Makes servers answer by a route table. Applying the table that is there already is done; an older or an empty one is
 * refused; what the world does wrong is an outcome, never an exception. The caller retries.
 */
export type SteeringDriver = {
  readonly name: string;
  /** So long it may take until a table is seen to be answered from, in milliseconds; absent: a second. All others wait for it. */
  readonly withinMs?: number;
  /** Done: the servers have been seen to answer from this version. */
  apply(table: RouteTable, signal: AbortSignal): Promise<Outcome>;
  /** Absent where servers cannot hold a contingency. */
  notice?(notice: LossNotice, signal: AbortSignal): Promise<Outcome>;
};
