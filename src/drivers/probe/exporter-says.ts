import { whyOfStatus } from "./failure.ts";
import type { ProbeAnswer } from "./contract.ts";

/** What a blackbox exporter's metrics of one probe say of whom it asked. No status, or none but 0, is no answer; any other is somebody's who is there. */
export function exporterSays(probe: {
  readonly success: boolean;
  readonly status: number;
  readonly durationSeconds: number;
}): ProbeAnswer {
  const ms = Math.round(probe.durationSeconds * 1000);
  if (probe.success) return { ok: true, ms };
  if (probe.status !== 0)
    return { ok: false, ms, why: whyOfStatus(probe.status), says: `HTTP ${probe.status}, by an exporter` };
  // It does not say why. Nobody has a time-out this short: who had no answer so soon was told that nobody is there.
  const isQuick = probe.durationSeconds > 0 && ms < REFUSED_WITHIN_MS;
  return isQuick
    ? { ok: false, ms, why: "refused", says: "refused, by an exporter" }
    : { ok: false, ms, why: "timeout", says: "no answer, by an exporter" };
}

/** There and back once round the planet takes 300 ms; less than what a silent place is waited for (LEAST_PATIENCE_MS of probing.ts). */
const REFUSED_WITHIN_MS = 200;
