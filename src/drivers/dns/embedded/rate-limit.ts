/** At most this many queries a second from one source, with this much saved up. */
export type RateLimit = { readonly perSecond: number; readonly burst: number };

/** Enough for the busiest resolver of a country, too little to be worth reflecting. */
export const RATE_LIMIT_USUAL: RateLimit = { perSecond: 2000, burst: 4000 };

/** `pass`: answer. `slip`: say only 'come by TCP', for a real client behind a forged flood. `drop`: nothing. */
export type RateVerdict = "pass" | "slip" | "drop";

/**
 * A token bucket for each source of UDP queries, against reflection of forged ones. The table is bounded: when it is
 * full it starts anew, which for a moment lets everybody through rather than nobody.
 */
export function makeRateLimiter(limit: RateLimit): (source: string, nowMs: number) => RateVerdict {
  const sources = new Map<string, { tokens: number; at: number; over: number }>();
  return (source, nowMs) => {
    let bucket = sources.get(source);
    if (bucket === undefined) {
      if (sources.size >= SOURCES_MAX) sources.clear();
      bucket = { tokens: limit.burst, at: nowMs, over: 0 };
      sources.set(source, bucket);
    }
    bucket.tokens = Math.min(limit.burst, bucket.tokens + ((nowMs - bucket.at) / 1000) * limit.perSecond);
    bucket.at = nowMs;
    if (bucket.tokens >= 1) {
      bucket.tokens--;
      return "pass";
    }
    bucket.over++;
    return bucket.over % SLIP_EVERY === 0 ? "slip" : "drop";
  };
}

/** Some 10 MB of memory at most. */
const SOURCES_MAX = 65_536;
/** Of the queries over the limit, each second one gets the hint. */
const SLIP_EVERY = 2;
