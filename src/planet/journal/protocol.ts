import type { ListFilter, RetentionRule, Write } from "@reactive-production/continuity";

/**
 * What client and journal say to each other. Calls of one turn travel together: `POST /batch {calls}` ->
 * `{outcomes}`, in the same order. `POST /changed` waits and so travels alone.
 */
export type Call =
  | { readonly call: "append"; readonly write: Write }
  | { readonly call: "read"; readonly id: string }
  | { readonly call: "list"; readonly filter: ListFilter }
  | { readonly call: "find"; readonly name: string }
  | { readonly call: "retain"; readonly rule: RetentionRule }
  | { readonly call: "purge"; readonly idPrefix: string }
  | { readonly call: "counts" };

/** A typed error crosses the wire as it is. */
export type CallOutcome =
  | { readonly ok: unknown }
  | { readonly error: { readonly code: string; readonly message: string; readonly hint: string } };

export type ChangedCall = { readonly id: string; readonly seq: number; readonly withinMs: number };

/** More calls than one turn makes; a batch of the largest writes still fits the journal's body limit. */
export const callsPerBatch = 256;
/** Larger bodies are refused before they are read. */
export const bodyBytesMax = 16 * 1024 * 1024;
/** A waiter asks again after so long: proxies and half-open connections end sooner or later anyway. */
export const changedWithinMsMax = 20_000;
