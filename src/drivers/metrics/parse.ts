/**
 * Reads the Prometheus text format, strictly and within bounds. Written here since the parsers on npm are
 * untyped, unmaintained, or throw away the whole page for one bad line; a page with one strange line still has
 * the evidence in its others, so bad lines are refused by name and counted, and the rest is used.
 */
export function parse(text: string): Metrics {
  const samples: Sample[] = [];
  const refusals: Refusal[] = [];
  let refused = 0;
  const refuse = (line: number, why: string): void => {
    refused += 1;
    if (refusals.length < REFUSALS_KEPT) refusals.push({ line, why });
  };
  if (text.length > PAGE_CHARACTERS_MAX)
    refuse(0, `page longer than ${PAGE_CHARACTERS_MAX} characters: the rest is left out`);
  const end = Math.min(text.length, PAGE_CHARACTERS_MAX);
  let start = 0;
  for (let line = 1; start < end; line++) {
    let stop = text.indexOf("\n", start);
    if (stop === -1) stop = end;
    if (stop > end) break;
    const first = text.charCodeAt(start);
    if (stop > start && first !== HASH && !(first === CARRIAGE_RETURN && stop === start + 1)) {
      if (samples.length >= SAMPLES_MAX) {
        refuse(line, `more than ${SAMPLES_MAX} samples: the rest is left out`);
        break;
      }
      const sample = sampleOf(text.slice(start, stop));
      if (typeof sample === "string") refuse(line, sample);
      else if (sample !== null) samples.push(sample);
    }
    start = stop + 1;
  }
  return { samples, refused, refusals };
}

export type Metrics = {
  readonly samples: readonly Sample[];
  /** How many lines were refused; the first few by line and reason. */
  readonly refused: number;
  readonly refusals: readonly Refusal[];
};

export type Refusal = { readonly line: number; readonly why: string };
export type Sample = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** When the exporter says that it was so; most don't say. */
  readonly stampMs?: number;
};

/** A sample; null for a line of blanks; a string says why the line is refused. */
function sampleOf(line: string): Sample | string | null {
  if (line.length > LINE_CHARACTERS_MAX) return "line too long";
  let at = skipBlanks(line, 0);
  if (at >= line.length || line.charCodeAt(at) === HASH) return null;
  const nameStart = at;
  while (at < line.length && isNameCharacter(line.charCodeAt(at), at > nameStart, true)) at++;
  if (at === nameStart) return "no metric name";
  const name = line.slice(nameStart, at);
  at = skipBlanks(line, at);
  let labels: Readonly<Record<string, string>> = NO_LABELS;
  if (line.charCodeAt(at) === OPEN) {
    const read = labelsOf(line, at + 1);
    if (typeof read === "string") return read;
    labels = read.labels;
    at = read.next;
  } else if (at === nameStart + name.length) {
    return "no value";
  }
  const [value, stamp, ...more] = line.slice(at).trim().split(BLANKS);
  if (value === undefined || value === "") return "no value";
  if (more.length > 0) return "more than a value and a time stamp";
  if (stamp !== undefined && !STAMP.test(stamp)) return `time stamp ${short(stamp)} is no whole number`;
  const number = numberOf(value);
  if (number === null) return `value ${short(value)} is no number`;
  return { name, labels, value: number, ...(stamp === undefined ? {} : { stampMs: Number(stamp) }) };
}

function labelsOf(line: string, from: number): { labels: Record<string, string>; next: number } | string {
  // A label may be called __proto__: an object without a prototype takes it as any other.
  const labels = Object.create(null) as Record<string, string>;
  let at = from;
  for (let count = 0; count <= LABELS_MAX; count++) {
    at = skipBlanks(line, at);
    if (line.charCodeAt(at) === CLOSE) return { labels, next: at + 1 };
    const nameStart = at;
    while (at < line.length && isNameCharacter(line.charCodeAt(at), at > nameStart, false)) at++;
    if (at === nameStart) return "label without a name";
    const name = line.slice(nameStart, at);
    at = skipBlanks(line, at);
    if (line.charCodeAt(at) !== EQUALS) return `label ${short(name)} without =`;
    at = skipBlanks(line, at + 1);
    if (line.charCodeAt(at) !== QUOTE) return `label ${short(name)} without quotes`;
    const close = closingQuote(line, at + 1);
    if (close === -1) return `label ${short(name)} has no closing quote`;
    if (labels[name] !== undefined) return `label ${short(name)} twice`;
    labels[name] = unescaped(line.slice(at + 1, close));
    at = skipBlanks(line, close + 1);
    const next = line.charCodeAt(at);
    if (next === COMMA) at++;
    else if (next !== CLOSE) return "labels without a comma or a closing brace";
  }
  return `more than ${LABELS_MAX} labels`;
}

function closingQuote(line: string, from: number): number {
  for (let at = from; at < line.length; at++) {
    const code = line.charCodeAt(at);
    if (code === BACKSLASH) at++;
    else if (code === QUOTE) return at;
  }
  return -1;
}

function unescaped(value: string): string {
  if (!value.includes("\\")) return value;
  return value.replace(/\\(.)/g, (_, character: string) => (character === "n" ? "\n" : character));
}

function numberOf(value: string): number | null {
  if (NUMBER.test(value)) return Number(value);
  switch (value.toLowerCase()) {
    case "nan":
      return Number.NaN;
    case "+inf":
    case "inf":
      return Number.POSITIVE_INFINITY;
    case "-inf":
      return Number.NEGATIVE_INFINITY;
    default:
      return null;
  }
}

function isNameCharacter(code: number, notFirst: boolean, colon: boolean): boolean {
  if ((code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95) return true;
  if (code >= 48 && code <= 57) return notFirst;
  return colon && code === 58;
}

function skipBlanks(line: string, from: number): number {
  let at = from;
  while (line.charCodeAt(at) === 32 || line.charCodeAt(at) === 9) at++;
  return at;
}

const short = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);

const NO_LABELS: Readonly<Record<string, string>> = Object.freeze(Object.create(null) as Record<string, string>);
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
const STAMP = /^-?\d{1,16}$/;
const BLANKS = /[ \t]+/;
const [HASH, OPEN, CLOSE, EQUALS, QUOTE, BACKSLASH, COMMA, CARRIAGE_RETURN] = [35, 123, 125, 61, 34, 92, 44, 13];
/** A location's page is some 30 kB; a hundred times that is somebody's mistake or attack. */
const PAGE_CHARACTERS_MAX = 4_000_000;
const LINE_CHARACTERS_MAX = 8_192;
const SAMPLES_MAX = 50_000;
const LABELS_MAX = 32;
const REFUSALS_KEPT = 5;
