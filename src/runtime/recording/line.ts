import { lengthOf, rowsOf, type Columns } from "../../core/columns.ts";
import { exponentialProblem, type Exponential } from "../../core/judge/exponential.ts";
import { areSums } from "../../core/judge/log-sums.ts";
import type { Reading, RecordingHeader } from "../../core/reading.ts";

/**
 * One line of a recording, checked: a reading, what control took in, or what is wrong with it and how to mend it.
 * Unknown fields are kept, and unknown signals too: they are somebody's, and ignored.
 */
export type RecordingLine =
  | { readonly kind: "reading"; readonly at: number; readonly reading: Reading }
  | { readonly kind: "event"; readonly at: number; readonly event: RecordedEvent }
  | { readonly kind: "other"; readonly at: number; readonly value: Readonly<Record<string, unknown>> };

export type RecordedEvent = { readonly at: number; readonly event: string } & Readonly<Record<string, unknown>>;
export type LineProblem = { readonly kind: "problem"; readonly says: string; readonly hint: string };

/** Columns are read as their rows. */
export type ColumnsLine = { readonly kind: "columns"; readonly at: number; readonly readings: readonly Reading[] };

export function parseLine(text: string): RecordingLine | ColumnsLine | LineProblem {
  const line = objectOf(text);
  if (isProblem(line)) return line;
  const { at } = line;
  if (typeof at !== "number" || !Number.isFinite(at) || at < 0)
    return problem("`at` is missing or no time", 'give Unix milliseconds: "at":1638890400000');
  if (line["event"] !== undefined) {
    if (typeof line["event"] !== "string")
      return problem("`event` is no text", 'name what control took in, for example "tick"');
    return { kind: "event", at, event: line as RecordedEvent };
  }
  const signal = line["signal"];
  if (typeof signal !== "string") return problem("neither `signal` nor `event`", 'say what it is: "signal":"requests"');
  if (signal === COLUMNS_SIGNAL) return columnsLine(line, at);
  const check = CHECKS[signal];
  if (check === undefined || !Object.hasOwn(CHECKS, signal)) return { kind: "other", at, value: line };
  // What a user does is observed like a service: a journey's counters stand under its name.
  const byJourney = signal !== "probe" && line["service"] === undefined && typeof line["journey"] === "string";
  const named: Fields = byJourney ? { ...line, service: line["journey"] } : line;
  const wrong = check(named);
  return wrong ?? { kind: "reading", at, reading: named as unknown as Reading };
}

/** The first line: what the recording is about. */
export function parseHeader(text: string): RecordingHeader | LineProblem {
  const header = objectOf(text);
  if (isProblem(header)) return header;
  if (header["recording"] !== 1)
    return problem(
      "the first line is no recording's header",
      'begin with {"recording":1,"locations":[...],"services":{...}}',
    );
  const { locations } = header;
  if (!Array.isArray(locations) || locations.length === 0 || !locations.every((name) => isName(name))) {
    return problem("`locations` is no list of names", 'for example "locations":["us-east-1","eu-west-1"]');
  }
  const wrong =
    graphProblem(header["services"], "services", "dependsOn") ?? graphProblem(header["journeys"], "journeys", "needs");
  if (wrong !== null) return wrong;
  for (const field of ["tickMs", "needlessMovesPerYear"]) {
    const number = header[field];
    if (number !== undefined && (typeof number !== "number" || !(number > 0)))
      return problem(`\`${field}\` is no number above 0`, `for example "${field}":1000`);
  }
  return { ...header, services: header["services"] ?? {} } as unknown as RecordingHeader;
}

/** What a line says of what was read; nothing, if it is of something else. */
export function readingsIn(line: RecordingLine | ColumnsLine | LineProblem): readonly Reading[] {
  return line.kind === "reading" ? [line.reading] : line.kind === "columns" ? line.readings : [];
}

type Fields = Record<string, unknown>;

function objectOf(text: string): Fields | LineProblem {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return problem("no JSON", "each line is one whole JSON object; was the file cut?");
  }
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? (value as Fields) : problem("no JSON object", "each line is one JSON object in { }");
}

/** A line may well have a field `kind` of its own: ours are known by identity. */
const problems = new WeakSet<object>();
const isProblem = (value: Fields | ColumnsLine | LineProblem): value is LineProblem => problems.has(value);

type Check = (line: Fields) => LineProblem | null;

const located: Check = (line) =>
  isName(line["location"]) ? null : problem("`location` is missing", 'say where: "location":"us-east-1"');
const ofService: Check = (line) =>
  located(line) ??
  (isName(line["service"])
    ? null
    : problem("`service` is missing", 'say of what: "service":"checkout" (or "journey")')) ??
  (line["overMs"] === undefined || isCount(line["overMs"])
    ? null
    : problem("`overMs` is no length of time", "give milliseconds, 0 or more"));

const CHECKS: Readonly<Record<string, Check>> = {
  requests: (line) =>
    ofService(line) ??
    (isCount(line["good"]) && isCount(line["total"])
      ? null
      : problem("`good` and `total` are not both counts", "give increments, 0 or more")) ??
    (Number(line["good"]) <= Number(line["total"])
      ? null
      : problem("`good` is more than `total`", "total counts all requests, good ones included")),
  latency_ms: (line) =>
    ofService(line) ??
    (isCount(line["value"]) ? null : problem("`value` is no latency", "give milliseconds, 0 or more")) ??
    (isCount(line["quantile"]) && line["quantile"] <= 1
      ? null
      : problem("`quantile` is not in 0..1", 'for example "quantile":0.99')),
  latency_hist: (line) => {
    const { bounds, counts } = line;
    const wrong = ofService(line);
    if (wrong !== null) return wrong;
    if (!isNumbers(bounds) || !isNumbers(counts))
      return problem("`bounds` or `counts` is no list of numbers", "give upper bounds in ms and counts for each");
    if (counts.length !== bounds.length + 1)
      return problem(
        `${counts.length} counts for ${bounds.length} bounds`,
        "counts has one entry more than bounds, the last for what is slower",
      );
    if (!counts.every(isCount)) return problem("a count is below 0", "counts are increments and not cumulative");
    if (!bounds.every((bound, i) => bound > (i === 0 ? 0 : (bounds[i - 1] ?? 0))))
      return problem("`bounds` do not ascend from above 0", "sort them, and leave +Inf out");
    return null;
  },
  latency_exp: (line) => {
    const wrong = ofService(line);
    if (wrong !== null) return wrong;
    const { counts, zeroCount = 0 } = line;
    if (!isNumbers(counts) || !counts.every(isCount) || !isCount(zeroCount))
      return problem("`counts` or `zeroCount` are no counts", "give increments, 0 or more, one for each bucket");
    const says = exponentialProblem(line as unknown as Exponential);
    return says === null
      ? null
      : problem(says, 'for example "scale":3,"offset":20,"counts":[4,9,2],"unitMs":1000 for buckets in seconds');
  },
  latency_log: (line) => {
    const wrong = ofService(line);
    if (wrong !== null) return wrong;
    const { count, sum, squares, slow } = line;
    if (!isCount(count) || !isFiniteNumber(sum) || !isCount(squares) || !isCount(slow))
      return problem(
        "`count`, `sum`, `squares` or `slow` is missing",
        "give sums over the requests, of ln(ms) and its squares",
      );
    return areSums({ count, sum, squares, slow })
      ? null
      : problem(
          "no requests have such sums of logarithms",
          "sum ln(ms) and ln(ms)^2 over the same requests; slow of them at most",
        );
  },
  probe: (line) =>
    located(line) ??
    (typeof line["ok"] === "boolean" && isCount(line["ms"])
      ? null
      : problem("`ok` or `ms` is missing", 'for example "ok":false,"ms":5000')) ??
    (isName(line["journey"]) ? null : problem("`journey` is missing", 'say what was probed: "journey":"buy"')),
  gauge: (line) =>
    ofService(line) ??
    (isName(line["name"]) && isFiniteNumber(line["value"])
      ? null
      : problem("`name` or `value` is missing", 'for example "name":"queue_depth","value":88')) ??
    (["up", "down", "both"].includes(String(line["worse"]))
      ? null
      : problem("`worse` is not up, down or both", "say which way is worse")),
  logs: (line) =>
    ofService(line) ??
    (isCount(line["count"]) && isName(line["severity"])
      ? null
      : problem("`severity` or `count` is missing", 'for example "severity":"error","count":12')),
  deploy: (line) =>
    ofService(line) ??
    (isName(line["version"]) ? null : problem("`version` is missing", 'say what came: "version":"2026.11.23-4"')),
  "set-aside": (line) =>
    ofService(line) ??
    (isName(line["kind"]) && isCount(line["count"])
      ? null
      : problem("`kind` or `count` is missing", 'say what was refused: "kind":"reset","count":1')) ??
    (line["by"] === undefined || isFiniteNumber(line["by"]) ? null : problem("`by` is no number", "leave it out")) ??
    (line["says"] === undefined || isName(line["says"]) ? null : problem("`says` is no text", "leave it out")),
  status: (line) =>
    isName(line["provider"]) && isName(line["state"])
      ? null
      : problem("`provider` or `state` is missing", 'for example "provider":"aws","state":"degraded"'),
  demand: (line) =>
    isName(line["zone"]) && isName(line["class"]) && isCount(line["rps"])
      ? null
      : problem("`zone`, `class` or `rps` is missing", 'for example "zone":"us-east","class":"public","rps":1200'),
};

const TABLES = {
  requests: ["service", "at", "overMs", "good", "total"],
  histograms: ["service", "at", "overMs", "bounds", "counts"],
  gauges: ["service", "at", "gauge", "value"],
} as const;
const MAY_BE_ABSENT: readonly string[] = ["at", "overMs"];

/** Each row is held to what a line of its own is held to. */
function columnsLine(line: Fields, at: number): ColumnsLine | LineProblem {
  const { services } = line;
  if (!Array.isArray(services) || !services.every((name) => isName(name)))
    return problem("`services` is no list of names", 'name what rows point to: "services":["cart","checkout"]');
  for (const [name, columns] of Object.entries(TABLES)) {
    if (line[name] === undefined) continue;
    const table = (line[name] ?? {}) as Fields;
    for (const column of columns) {
      const values = table[column];
      if (values === undefined && MAY_BE_ABSENT.includes(column)) continue;
      if (!Array.isArray(values) || !values.every((value) => isFiniteNumber(value)))
        return problem(`\`${name}.${column}\` is no list of numbers`, "give a number for each row");
    }
    if (name === "gauges" && !Array.isArray(table["gauges"]))
      return problem("`gauges.gauges` is no list", 'for example "gauges":[{"name":"queue_depth","worse":"up"}]');
    if (lengthOf(table as unknown as Parameters<typeof lengthOf>[0]) === null)
      return problem(`the columns of \`${name}\` are not equally long`, "give each row one entry in each column");
  }
  const readings = [...rowsOf(line as unknown as Columns)];
  for (const [row, reading] of readings.entries()) {
    const wrong = CHECKS[reading.signal]!(reading);
    if (wrong !== null) return problem(`row ${row + 1} of the columns: ${wrong.says}`, wrong.hint);
  }
  return { kind: "columns", at, readings };
}

function graphProblem(graph: unknown, field: string, list: string): LineProblem | null {
  if (graph === undefined) return null;
  if (typeof graph !== "object" || graph === null || Array.isArray(graph))
    return problem(`\`${field}\` is no object`, `name each: "${field}":{"checkout":{"${list}":["payments"]}}`);
  for (const [name, node] of Object.entries(graph)) {
    const names: unknown = (node as Fields | null)?.[list];
    if (
      typeof node !== "object" ||
      node === null ||
      (names !== undefined && !(Array.isArray(names) && names.every((each) => isName(each))))
    ) {
      return problem(`\`${field}.${short(name)}\` is not understood`, `give "${list}" as a list of names`);
    }
  }
  return null;
}

function problem(says: string, hint: string): LineProblem {
  const made: LineProblem = { kind: "problem", says, hint };
  problems.add(made);
  return made;
}

const isName = (value: unknown): value is string =>
  typeof value === "string" && value.length > 0 && value.length <= NAME_CHARACTERS_MAX;
const isFiniteNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
const isCount = (value: unknown): value is number => isFiniteNumber(value) && value >= 0;
const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length <= BUCKETS_MAX && value.every(isFiniteNumber);
const short = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}...` : text);

/** Columns stand in a line of their own, beside lines of one reading each. */
export const COLUMNS_SIGNAL = "columns";
const NAME_CHARACTERS_MAX = 256;
/** A native histogram has some 160 buckets; more than this is a mistake. */
const BUCKETS_MAX = 2_000;
