import type { Incident } from "../../../src/core/control-contract.ts";
import type { TimelineEntry } from "../../../src/drivers/chat/timeline.ts";

/** The scrubber: which stretch of the past it shows, and what is marked on it. */
export type Span = { readonly name: string; readonly ms: number; readonly stepMs: number };

/** As fine as the frames are kept: each 5 s for two hours, a minute apart before. */
export const SPANS: readonly Span[] = [
  { name: "15 min", ms: 15 * 60_000, stepMs: 5000 },
  { name: "2 h", ms: 2 * 3_600_000, stepMs: 5000 },
  { name: "1 day", ms: 86_400_000, stepMs: 60_000 },
  { name: "30 days", ms: 30 * 86_400_000, stepMs: 600_000 },
];

/** The wished one, unless the moment that is looked at lies before it: then the first that reaches back so far. */
export function spanFor(wished: string | null, at: number | null, now: number): Span {
  const first = SPANS.findIndex(({ name }) => name === wished);
  const from = first === -1 ? 0 : first;
  if (at === null) return SPANS[from]!;
  return SPANS.slice(from).find(({ ms }) => now - at <= ms) ?? SPANS.at(-1)!;
}

/** The moment for a place on the scrubber; its end is now. */
export function momentOf(value: number, span: Span, now: number): number | null {
  return value >= span.ms ? null : Math.round((now - span.ms + value) / 1000) * 1000;
}

export function valueOf(at: number | null, span: Span, now: number): number {
  return at === null ? span.ms : Math.min(span.ms, Math.max(0, at - (now - span.ms)));
}

export type Mark = {
  readonly key: string;
  /** 0..1 of the span. */
  readonly from: number;
  readonly to: number;
  readonly level: "info" | "change" | "urgent";
};

/** Incidents as stretches. */
export function incidentMarks(incidents: readonly Incident[], span: Span, now: number): readonly Mark[] {
  const begin = now - span.ms;
  return incidents
    .filter(({ closedAt }) => (closedAt ?? now) >= begin)
    .map(({ number, openedAt, closedAt, level }) => ({
      key: String(number),
      from: Math.max(0, (openedAt - begin) / span.ms),
      to: Math.min(1, ((closedAt ?? now) - begin) / span.ms),
      level,
    }));
}

/** Changes and urgent words as ticks; a minute's summary is no mark. */
export function wordMarks(words: readonly TimelineEntry[], span: Span, now: number): readonly Mark[] {
  const begin = now - span.ms;
  return words
    .filter(({ at, level }) => at >= begin && at <= now && level !== "info")
    .slice(0, TICKS_MAX)
    .map(({ id, at, level }) => ({ key: id, from: (at - begin) / span.ms, to: (at - begin) / span.ms, level }));
}

/** More ticks than pixels tell nothing. */
const TICKS_MAX = 300;
