/** @reactive-production/continuity: a request begun in one location is finished in another, exactly once. */
export { answer, continuation } from "./continuation.ts";
export type {
  Attempt,
  Continuation,
  RunView,
  Settlement,
  Step,
  StepDone,
  StepOptions,
  Workflow,
} from "./continuation.ts";
export { fingerprint, requestId, serve } from "./serve.ts";
export type { Arrival } from "./serve.ts";
export type { AdapterOptions } from "./adapter.ts";
export { nodeHandler } from "./node-http.ts";
export { fastifyHandler } from "./fastify.ts";
export { fetchHandler, honoHandler } from "./fetch.ts";
export { runsHere } from "./runs-here.ts";
export type { RunsHere } from "./runs-here.ts";
export type { Tracer } from "./span.ts";
export { purgeTenant } from "./purge.ts";
export { finishUnfinished } from "./sweep.ts";
export type { Swept } from "./sweep.ts";
export { listDoubts, settleDoubt, showDoubt } from "./doubt.ts";
export type { Doubt } from "./doubt.ts";
export { unfinishedIn } from "./unfinished.ts";
export type { Unfinished } from "./unfinished.ts";
export { traceOf } from "./trace.ts";
export type { Trace, TraceStep } from "./trace.ts";
export { memoryStore } from "./memory-store.ts";
export { sealedStore } from "./sealed-store.ts";
export type { SealedFor, SealingKey, SealingKeys } from "./sealed-store.ts";
export { sqliteStore } from "./sqlite-store.ts";
export { asEntry } from "./entry.ts";
export type { Answer, Entry, ParkReason, StepKind } from "./entry.ts";
export type {
  Appended,
  Counts,
  JournalRecord,
  JournalStore,
  ListFilter,
  Phase,
  RetentionRule,
  Write,
} from "./store.ts";
export { ContinuityError, DeadlineOver, Fenced, InDoubt, StepRefused } from "./errors.ts";
export { problem } from "./problem.ts";
export { wallClock } from "./clock.ts";
export type { Clock } from "./clock.ts";
export { defaults, limits } from "./limits.ts";
