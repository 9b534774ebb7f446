import type { Estate } from "../core/estate.ts";
import type { UnixMs } from "../core/step.ts";
import type { PrometheusDriver } from "../drivers/metrics/prometheus.ts";
import { metricsReader } from "../drivers/metrics/reader.ts";
import { headerOf } from "../runtime/recording/recorded-estate.ts";

/**
 * What a Prometheus still has of a past time, as the recording that a Houston would have made then: for `houston judge`, on an incident
 * that everybody remembers.
 */
export async function* recordedPast(options: {
  readonly estate: Estate;
  readonly prometheus: PrometheusDriver;
  readonly from: UnixMs;
  readonly until: UnixMs;
  readonly stepMs: number;
  readonly signal: AbortSignal;
}): AsyncGenerator<string> {
  const { estate, from, until, stepMs } = options;
  const readers = new Map(estate.locations.map(({ name }) => [name, metricsReader(name)]));
  yield `${JSON.stringify(headerOf(estate, { tickMs: stepMs }))}\n`;
  for await (const { at, pages } of options.prometheus.past({ from, until, stepMs }, options.signal)) {
    let lines = "";
    for (const [name, metrics] of pages)
      for (const reading of readers.get(name)!.take({ metrics, at }).readings) lines += `${JSON.stringify(reading)}\n`;
    if (lines !== "") yield lines;
  }
}
