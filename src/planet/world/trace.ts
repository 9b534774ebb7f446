/** The way of recent requests through this location: a bounded ring, for `houston trace`. */
export type Hop = {
  readonly requestId: string;
  readonly at: number;
  /** edge, relay, or a service's name. */
  readonly kind: string;
  readonly ms: number;
  readonly status: number;
  readonly says?: string;
};

export type TraceRing = {
  add(hop: Hop): void;
  /** Hops of a request (or of a whole trace id), oldest first. */
  find(id: string): readonly Hop[];
};

/** About a minute of a busy location; some 3 MB. */
const HOPS_MAX = 20_000;

export function traceRing(hopsMax = HOPS_MAX): TraceRing {
  const ring: Hop[] = [];
  let next = 0;
  return {
    add(hop) {
      ring[next] = hop;
      next = (next + 1) % hopsMax;
    },
    find: (id) => ring.filter(({ requestId }) => requestId === id).sort((a, b) => a.at - b.at),
  };
}
