import { byName } from "../route/by-name.ts";
import type { UnixMs } from "../step.ts";
import type { Because } from "../verdict.ts";
import type { Elsewhere } from "./elsewhere.ts";
import { failedShareIn, failedWithin } from "./minute.ts";
import { meanLogMs, over, type Stream } from "./stream.ts";
import { failingUsually } from "./usual.ts";

/** The strongest pieces of evidence in a person's words: now, usual, elsewhere. */
export function becauseOf(parts: {
  readonly streams: readonly Stream[];
  readonly elsewhere: ReadonlyMap<string, Elsewhere>;
  readonly at: UnixMs;
  readonly side: "relative" | "alone";
  /** The known event that is going on. */
  readonly during: string | null;
}): Because[] {
  const read = (evidence: { relativeNats: number; aloneNats: number }): number =>
    parts.side === "relative" ? evidence.relativeNats : evidence.aloneNats;
  const because: Because[] = [];
  const known = parts.during === null ? "usual" : `usual during ${parts.during}`;
  for (const stream of parts.streams) {
    const there = parts.elsewhere.get(stream.service);
    const [failures, latency] = [read(stream.failures), read(stream.latency)];
    // Where nothing failed for a minute the nats count looks, not failures.
    if (failures >= NATS_TO_SAY && failedWithin(stream.minute, parts.at))
      because.push({
        service: stream.key,
        signal: "requests",
        nats: round(failures),
        says: failing(stream, there, { at: parts.at, known }),
      });
    if (latency >= NATS_TO_SAY)
      because.push({
        service: stream.key,
        signal: "latency",
        nats: round(latency),
        says: slow(stream, parts.at),
      });
  }
  const least = Math.max(0, ...because.map((each) => each.nats)) * WORTH_SAYING;
  return because
    .filter((each) => each.nats >= least)
    .sort((a, b) => b.nats - a.nats || byName(a.service, b.service) || byName(a.signal, b.signal))
    .slice(0, 5);
}

/** Evidence lasts longer than what it came from: of what is as usual by now that is said, for it reads like no reason. */
function failing(
  stream: Stream,
  there: Elsewhere | undefined,
  { at, known }: { readonly at: UnixMs; readonly known: string },
): string {
  const usual = failingUsually(stream.usual);
  const [now, lately] = [failedShare(stream, at, NOW_MS), failedShareIn(stream.minute)];
  const elsewhere = there === undefined || there.total === 0 ? "" : `; ${percent(there.bad / there.total)} elsewhere`;
  if (now <= usual && lately <= usual) return `as usual again: ${percent(now)} of requests fail${elsewhere}`;
  const here =
    now > usual ? `${percent(now)} of requests fail` : `${percent(lately)} of requests failed in the last minute`;
  return `${here}; at most ${percent(usual)} is ${known}${elsewhere}`;
}

function failedShare(stream: Stream, at: UnixMs, overMs: number): number {
  const { bad, total } = over(stream, at, overMs);
  return total > 0 ? bad / total : 0;
}

function slow(stream: Stream, at: UnixMs): string {
  const now = over(stream, at, NOW_MS);
  const here = now.count > 0 ? Math.exp(meanLogMs(now)) : 0;
  const shift = stream.contrast?.shift ?? null;
  const elsewhere = shift === null ? "" : `; x${Math.exp(shift).toFixed(2)} against the others`;
  return `${millis(here)} typical; ${millis(Math.exp(stream.usual.logMs))} is usual${elsewhere}`;
}

export function percent(share: number): string {
  const value = share * 100;
  return `${value >= 10 ? value.toFixed(0) : value >= 1 ? value.toFixed(1) : value.toFixed(2)} %`;
}

const millis = (ms: number): string => `${ms >= 100 ? ms.toFixed(0) : ms >= 10 ? ms.toFixed(1) : ms.toFixed(2)} ms`;
const round = (nats: number): number => Math.round(nats * 10) / 10;

const NOW_MS = 10_000;
const NATS_TO_SAY = 3;
/** Beside strong evidence, weak is noise. */
const WORTH_SAYING = 0.25;
