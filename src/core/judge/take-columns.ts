import {
  gaugeRow,
  histogramRow,
  lengthOf,
  requestsRow,
  type Columns,
  type GaugesTable,
  type HistogramsTable,
  type RequestsTable,
} from "../columns.ts";
import type { UnixMs } from "../step.ts";
import { advance } from "./advance.ts";
import { areBounds } from "./histogram.ts";
import { isUsers, keepsHistories, noteRequests, oldestOf, takeReading } from "./intake.ts";
import { isCountable, isName, isTimely } from "./malformed.ts";
import { historyOf, keep } from "./rank.ts";
import { scaleOf, weighOn } from "./scale.ts";
import { putAside } from "./set-aside.ts";
import type { JudgeState } from "./state.ts";
import { covers, takeLatencies, takeRequests } from "./stream.ts";
import { FAILING_SERIES, LATENCY_SERIES } from "./symptom.ts";

/**
 * Takes columns in. Like a turnstile beside the door with the porter: who carries nothing strange walks through, and
 * everybody else is asked by the porter as always.
 *
 * T1 The state is the same, byte for byte, as if its rows had come as readings.
 * T2 A table whose columns are not equally long is set aside whole, and its rows are counted: nobody knows what belongs together.
 */
export function takeColumns(state: JudgeState, at: UnixMs, columns: Columns): void {
  if (state.estate === null) return;
  advance(state, at);
  const { requests, histograms, gauges } = columns;
  const isPlain = columns.location === state.location && isOwnVantage(columns.vantage);
  if (requests !== undefined && isWhole(state, at, columns, requests))
    for (let row = 0; row < requests.service.length; row++)
      if (!isPlain || !takeRequestsRow(state, { at, columns, row }, requests))
        takeReading(state, at, requestsRow(columns, requests, row));
  if (histograms !== undefined && isWhole(state, at, columns, histograms)) {
    const isMeasured = areBounds(histograms.bounds);
    for (let row = 0; row < histograms.service.length; row++)
      if (!isPlain || !isMeasured || !takeHistogramsRow(state, { at, columns, row }, histograms))
        takeReading(state, at, histogramRow(columns, histograms, row));
  }
  // Few gauges come, and each has a name of its own.
  if (gauges !== undefined && isWhole(state, at, columns, gauges))
    for (let row = 0; row < gauges.service.length; row++) takeReading(state, at, gaugeRow(columns, gauges, row));
}

type Place = { readonly at: UnixMs; readonly columns: Columns; readonly row: number };

/** False when it is not plain, or the first of its kind. */
function takeRequestsRow(state: JudgeState, { at, columns, row }: Place, table: RequestsTable): boolean {
  const [good, total] = [table.good[row]!, table.total[row]!];
  const known = knownOf(state, { at, columns, row }, table, FAILING_SERIES);
  if (known === null || !isCountable(good) || !isCountable(total) || good > total) return false;
  const { stream, history, time, overMs } = known;
  state.silence.heardAt = at;
  if (history !== null && total > 0) keep(state.histories, history, time, { value: 1 - good / total, weight: total });
  noteRequests(state, { total });
  takeRequests(stream, { good, total });
  covers(stream, time, overMs);
  return true;
}

function takeHistogramsRow(state: JudgeState, { at, columns, row }: Place, table: HistogramsTable): boolean {
  const known = knownOf(state, { at, columns, row }, table, LATENCY_SERIES);
  if (known === null) return false;
  const from = row * (table.bounds.length + 1);
  for (let bucket = 0; bucket <= table.bounds.length; bucket++)
    if (!isCountable(table.counts[from + bucket]!)) return false;
  state.silence.heardAt = at;
  const { stream, history, time, overMs } = known;
  const weighed = weighOn(scaleOf(table.bounds, state.estate!.objective.slowMs), table.counts, from);
  const { count, meanUpperLogMs } = weighed;
  if (history !== null && count > 0) keep(state.histories, history, time, { value: meanUpperLogMs, weight: count });
  if (takeLatencies(stream, weighed, { signal: "latency_hist", at: time })) covers(stream, time, overMs);
  return true;
}

/** Whom a row is about and when, where all of that is plain and known. */
function knownOf(
  state: JudgeState,
  { at, columns, row }: Place,
  table: RequestsTable | HistogramsTable,
  series: string,
) {
  const time = table.at === undefined ? columns.at : table.at[row]!;
  const overMs = table.overMs === undefined ? columns.overMs : table.overMs[row]!;
  if (!isTimely(time, at, oldestOf(state)) || !(overMs === undefined || isCountable(overMs))) return null;
  const service = columns.services[table.service[row]!];
  const stream = service === undefined ? undefined : state.streams.get(service);
  if (service === undefined || stream === undefined) return null;
  const history = keepsHistories(state) ? historyOf(state.histories, service, series) : null;
  if (history === undefined) return null;
  return { stream, history, time, overMs };
}

function isWhole(
  state: JudgeState,
  at: UnixMs,
  { location }: Columns,
  table: RequestsTable | HistogramsTable | GaugesTable,
): boolean {
  if (lengthOf(table) !== null) return true;
  const says = "columns of different lengths";
  putAside(state.setAside, at, { kind: "impossible", who: location, count: table.service.length, says });
  return false;
}

const isOwnVantage = (vantage: string | undefined): boolean =>
  vantage === undefined || (isName(vantage) && !isUsers(vantage));
