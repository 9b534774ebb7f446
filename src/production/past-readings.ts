import type { Estate, LocationName } from "../core/estate.ts";
import type { Reading } from "../core/reading.ts";
import type { UnixMs } from "../core/step.ts";
import type { PrometheusDriver } from "../drivers/metrics/prometheus.ts";
import { metricsReader } from "../drivers/metrics/reader.ts";

/** A past time that a Prometheus still has. */
export type Past = {
  readonly estate: Estate;
  readonly prometheus: Pick<PrometheusDriver, "past">;
  readonly from: UnixMs;
  readonly until: UnixMs;
  readonly stepMs: number;
  readonly signal: AbortSignal;
};

/** What each location's node would have read then, step by step. */
export async function* pastReadings({
  estate,
  prometheus,
  signal,
  ...range
}: Past): AsyncGenerator<{ readonly at: UnixMs; readonly readings: ReadonlyMap<LocationName, readonly Reading[]> }> {
  const readers = new Map(estate.locations.map(({ name }) => [name, metricsReader(name)]));
  for await (const { at, pages } of prometheus.past(range, signal))
    yield {
      at,
      readings: new Map([...pages].map(([name, metrics]) => [name, readers.get(name)!.take({ metrics, at }).readings])),
    };
}
