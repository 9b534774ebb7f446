import { request } from "undici";
import type { LocationName } from "../../core/estate.ts";
import { boundedText } from "../bounded-text.ts";
import { parse } from "../metrics/parse.ts";
import { awakeFor } from "./awake.ts";
import { PROBE_WITHIN_MS, type ProbeDriver } from "./contract.ts";
import { exporterSays } from "./exporter-says.ts";
import { endless } from "./failure.ts";

/**
 * Looks by a blackbox exporter: it is asked for a probe as its Prometheus asks it, and says at once what it saw from where it stands. An
 * exporter that can't be asked has seen nothing, and that is no look.
 *
 * https://github.com/prometheus/blackbox_exporter: `GET /probe?module=...&target=...`; it gives up half a second before the time that
 * `X-Prometheus-Scrape-Timeout-Seconds` leaves it.
 */
export function exporterProbes(options: {
  /** Where it is asked for a probe of a location: `http://10.0.0.9:9115/probe?module=page&target=...`; null: it does not look there. */
  readonly addressOf: (location: LocationName) => string | null;
}): ExporterProbes {
  const answeredAt = new Map<LocationName, number>();
  return {
    journeys: ["browse"],
    isAnswering: (location) => performance.now() - (answeredAt.get(location) ?? -Infinity) < ANSWERING_MS,
    async probe({ location, withinMs = PROBE_WITHIN_MS }) {
      const address = options.addressOf(location);
      if (address === null) return null;
      const patience = awakeFor(withinMs + EXPORTER_OWN_MS);
      try {
        const { statusCode, body } = await request(address, {
          signal: patience.signal,
          headers: { "x-prometheus-scrape-timeout-seconds": ((withinMs + OFFSET_MS) / 1000).toFixed(3) },
        });
        const page = parse(await boundedText(body, { bytes: BODY_BYTES_MAX, tooLong: endless }));
        const valueOf = (name: string): number | undefined =>
          page.samples.find((sample) => sample.name === name)?.value;
        const success = valueOf("probe_success");
        if (statusCode !== 200 || success === undefined) return null;
        answeredAt.set(location, performance.now());
        return exporterSays({
          success: success === 1,
          status: valueOf("probe_http_status_code") ?? 0,
          durationSeconds: valueOf("probe_duration_seconds") ?? 0,
          withinMs,
        });
      } catch {
        return null;
      } finally {
        patience.end();
      }
    },
    stop: async () => {},
  };
}

export type ExporterProbes = ProbeDriver & {
  /** Whether it told us lately what it sees of a location: then what its Prometheus has of that is older than what we know. */
  isAnswering(location: LocationName): boolean;
};

/** `--timeout-offset` of the exporter, as it comes. */
const OFFSET_MS = 500;
/** For the way to the exporter and back. */
const EXPORTER_OWN_MS = 1000;
const ANSWERING_MS = 10_000;
const BODY_BYTES_MAX = 256 * 1024;
