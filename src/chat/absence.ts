import type { UnixMs } from "../core/step.ts";
import type { Moment } from "./contract.ts";

/**
 * Whether an incident is over although nobody said so. Houston shows a closed one for an hour, so whoever was away for longer
 * finds it gone; but one look without it is no proof, for a Houston that begins anew knows of none yet. It is gone when Houston
 * was really heard, and without it, for so long.
 */
export const GONE_AFTER_MS = 600_000;

/** Since when Houston has been heard without it; null: it is there, or Houston is silent, which tells nothing. */
export function missingSince(
  before: UnixMs | null,
  { isShown, moment }: { readonly isShown: boolean; readonly moment: Moment },
): UnixMs | null {
  return isShown || moment.silentSince !== null ? null : (before ?? moment.at);
}

export function isGone(since: UnixMs | null, at: UnixMs): boolean {
  return since !== null && at - since >= GONE_AFTER_MS;
}

/** What a face says of one that is gone. */
export const GONE_SAYS = `Houston has shown no such incident for ${GONE_AFTER_MS / 60_000} minutes; how it ended was not heard here.`;
