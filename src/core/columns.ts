import type { LocationName, ServiceName } from "./estate.ts";
import type { GaugeReading, LatencyHistogramReading, Reading, RequestsReading } from "./reading.ts";
import type { UnixMs } from "./step.ts";

/**
 * Many readings of one location as columns of numbers: what a scrape of some hundred services brings, without an object
 * for each. Like a delivery note with one line for each crate, and the sender's name once on top. It says the same as its
 * rows (`rowsOf`), in their order, in a fraction of the time.
 */
export type Columns = {
  /** When all of it was known, and the time that its increments cover; a table may have a column of its own for either. */
  readonly at: UnixMs;
  readonly overMs?: number;
  readonly location: LocationName;
  /** Who saw it; absent: the location itself. */
  readonly vantage?: string;
  /** The names that tables point to, by place. */
  readonly services: readonly ServiceName[];
  readonly requests?: RequestsTable;
  readonly histograms?: HistogramsTable;
  readonly gauges?: GaugesTable;
};

/** A typed array; in JSON a plain one. */
export type Numbers = ArrayLike<number>;

type Table = {
  /** The place of each row's service. */
  readonly service: Numbers;
  readonly at?: Numbers;
  readonly overMs?: Numbers;
};
export type RequestsTable = Table & { readonly good: Numbers; readonly total: Numbers };
export type HistogramsTable = Table & {
  /** Of all its rows: upper bounds in milliseconds, ascending. */
  readonly bounds: readonly number[];
  /** Row after row, each one entry longer than `bounds`, not cumulative. */
  readonly counts: Numbers;
};
export type GaugesTable = Omit<Table, "overMs"> & {
  /** The place of each row's gauge in `gauges`. */
  readonly gauge: Numbers;
  readonly gauges: readonly Pick<GaugeReading, "name" | "worse">[];
  readonly value: Numbers;
};

/** How many rows a table has; null when its columns are not equally long. */
export function lengthOf(table: RequestsTable | HistogramsTable | GaugesTable): number | null {
  const rows = table.service.length;
  const columns =
    "good" in table
      ? [table.good, table.total, table.overMs]
      : "counts" in table
        ? [table.overMs]
        : [table.gauge, table.value];
  if ("counts" in table && table.counts.length !== rows * (table.bounds.length + 1)) return null;
  return [...columns, table.at].every((column) => column === undefined || column.length === rows) ? rows : null;
}

/** The same as readings of their own: requests, then histograms, then gauges. A table whose columns are not equally long has none. */
export function* rowsOf(columns: Columns): Generator<Reading> {
  const { requests, histograms, gauges } = columns;
  if (requests !== undefined)
    for (let row = 0; row < (lengthOf(requests) ?? 0); row++) yield requestsRow(columns, requests, row);
  if (histograms !== undefined)
    for (let row = 0; row < (lengthOf(histograms) ?? 0); row++) yield histogramRow(columns, histograms, row);
  if (gauges !== undefined)
    for (let row = 0; row < (lengthOf(gauges) ?? 0); row++) yield gaugeRow(columns, gauges, row);
}

export const requestsRow = (columns: Columns, table: RequestsTable, row: number): RequestsReading => ({
  ...seenIn(columns, table, row),
  signal: "requests",
  good: table.good[row]!,
  total: table.total[row]!,
});

export function histogramRow(columns: Columns, table: HistogramsTable, row: number): LatencyHistogramReading {
  const buckets = table.bounds.length + 1;
  const counts = Array.from({ length: buckets }, (_, bucket) => table.counts[row * buckets + bucket]!);
  return { ...seenIn(columns, table, row), signal: "latency_hist", bounds: table.bounds, counts };
}

export function gaugeRow(columns: Columns, table: GaugesTable, row: number): GaugeReading {
  const { overMs: _ofIncrements, ...seen } = seenIn(columns, table, row);
  return { ...seen, signal: "gauge", ...gaugeAt(table, row), value: table.value[row]! };
}

/** Which gauge; a place at which there is none has no name. */
const gaugeAt = ({ gauges, gauge }: GaugesTable, row: number): Pick<GaugeReading, "name" | "worse"> => {
  const { name = "", worse = "both" } = gauges[gauge[row]!] ?? {};
  return { name, worse };
};

function seenIn(columns: Columns, table: Table, row: number) {
  const { location, vantage } = columns;
  const overMs = table.overMs === undefined ? columns.overMs : table.overMs[row]!;
  return {
    at: table.at === undefined ? columns.at : table.at[row]!,
    location,
    service: columns.services[table.service[row]!] ?? "",
    ...(vantage === undefined ? {} : { vantage }),
    ...(overMs === undefined ? {} : { overMs }),
  };
}
