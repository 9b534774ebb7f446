import { crc32 } from "node:zlib";
import type { HopCount, KeptHop } from "../drivers/store/hops-contract.ts";

/** What is known of a request when it is decided whether its way is kept. */
export type SeenRequest = {
  readonly traceId: string;
  readonly hops: readonly KeptHop[];
  /** Another location had part in it. */
  readonly relayed: boolean;
  /** It has an Idempotency-Key: it may be resumed elsewhere, and then all of its way is wanted. */
  readonly keyed: boolean;
};

/**
 * Which requests of a second are kept: those that somebody will ask about, and of the rest those in the sample; most urgent first where there
 * is no room for all. Each request has one count, in the order of `requests`.
 */
export function countsOf(
  requests: readonly SeenRequest[],
  limits: { readonly oneIn: number; readonly keptMax: number },
): readonly HopCount[] {
  const counts = requests.map((request) => wanted(request, limits.oneIn));
  const urgentFirst = [...counts.keys()]
    .filter((index) => counts[index] !== "notSampled")
    .sort((one, other) => URGENT.indexOf(counts[one]!) - URGENT.indexOf(counts[other]!) || one - other);
  const tooMany = new Set(urgentFirst.slice(limits.keptMax));
  return counts.map((count, index) => (tooMany.has(index) ? "tooMany" : count));
}

const URGENT: readonly HopCount[] = ["failed", "relayed", "keyed", "sampled"];

function wanted({ traceId, hops, relayed, keyed }: SeenRequest, oneIn: number): HopCount {
  if (hops.some(({ status }) => status >= 500)) return "failed";
  if (relayed) return "relayed";
  if (keyed) return "keyed";
  return isSampled(traceId, oneIn) ? "sampled" : "notSampled";
}

/**
 * By the trace's id alone, so that all locations keep the same ones; and since each `oneIn` is a power of two, whoever keeps one in 16 has only
 * such as are also kept by who keeps one in 4.
 */
export function isSampled(traceId: string, oneIn: number): boolean {
  return crc32(traceId) % oneIn === 0;
}

/** The smallest power of two by which no more than `most` of a minute like the last are in the sample. */
export function oneInFor(wentWell: number, most: number): number {
  return 2 ** Math.min(ONE_IN_POWER_MAX, Math.max(0, Math.ceil(Math.log2(wentWell / most))));
}

const ONE_IN_POWER_MAX = 16;
