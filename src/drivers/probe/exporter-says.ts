import { whyOfStatus } from "./failure.ts";
import type { ProbeAnswer } from "./contract.ts";

/** What a blackbox exporter's metrics of one probe say of whom it asked. No status, or none but 0, is no answer; any other is somebody's who is there. */
export function exporterSays(probe: {
  readonly success: boolean;
  readonly status: number;
  readonly durationSeconds: number;
  /** How long it was allowed to wait; absent: as its own config says. */
  readonly withinMs?: number;
}): ProbeAnswer {
  const ms = Math.round(probe.durationSeconds * 1000);
  if (probe.success) return { ok: true, ms };
  if (probe.status !== 0)
    return { ok: false, ms, why: whyOfStatus(probe.status, "unseen"), says: `HTTP ${probe.status}, by an exporter` };
  // It does not say why. Nobody has a time-out this short: who had no answer so soon was told that nobody is there.
  const quickMs = Math.min(REFUSED_WITHIN_MS, REFUSED_SHARE * (probe.withinMs ?? Infinity));
  const isQuick = probe.durationSeconds > 0 && ms < quickMs;
  return isQuick
    ? { ok: false, ms, why: "refused", says: "refused, by an exporter" }
    : { ok: false, ms, why: "timeout", says: "no answer, by an exporter" };
}

/** Who is refused from further away is taken for silent, which takes a look more to believe. */
const REFUSED_WITHIN_MS = 200;
const REFUSED_SHARE = 0.8;
