import { byName } from "../route/by-name.ts";
import type { UnixMs } from "../step.ts";
import type { Because } from "../verdict.ts";
import { clip } from "./fit-summary.ts";

/**
 * What this judge did not believe, and why: a bounded book, a line for each kind of nonsense and who told it. Like a
 * clerk who returns a form and notes what was wrong with it: nothing is thrown away in silence, and nobody who sends a
 * million bad forms fills the office.
 *
 * S1 What is set aside is no evidence, is counted, and is named for TOLD_MS after it last happened.
 * S2 The book holds LINES_MOST lines; the one that happened longest ago leaves first, its count stays in the sum.
 */
export type SetAside = {
  readonly lines: Map<string, Line>;
  /** All that was ever set aside, by kind. */
  readonly counts: Map<SetAsideKind, number>;
};

/** In the order in which people are told: what makes a place blind first. */
export const SET_ASIDE_KINDS = [
  "silent",
  "stands-still",
  "unfelt",
  "unit-changed",
  "ahead",
  "behind",
  "no-time",
  "back-and-forth",
  "reset",
  "negative",
  "not-a-number",
  "impossible",
  "unreadable",
  "unnamed",
  "unknown-place",
  "too-many",
] as const;

export type SetAsideKind = (typeof SET_ASIDE_KINDS)[number];

export type Happened = {
  readonly kind: SetAsideKind;
  /** The service that told it, or what there are too many of. */
  readonly who: string;
  readonly count?: number;
  /** Milliseconds that a clock is off, a factor, a limit: what the kind's sentence needs. */
  readonly by?: number;
  readonly says?: string;
};

type Line = {
  readonly kind: SetAsideKind;
  readonly who: string;
  /** Of what is told now; and ever. */
  count: number;
  all: number;
  by: number;
  says: string;
  lastAt: UnixMs;
};

export const newSetAside = (): SetAside => ({ lines: new Map(), counts: new Map() });

export function putAside(book: SetAside, at: UnixMs, happened: Happened): void {
  const { kind, count = 1 } = happened;
  const who = clip(happened.who, WHO_CHARACTERS);
  book.counts.set(kind, (book.counts.get(kind) ?? 0) + count);
  const key = `${kind}\n${who}`;
  const line = book.lines.get(key) ?? { kind, who, count: 0, all: 0, by: 0, says: "", lastAt: at };
  if (at - line.lastAt > TOLD_MS) line.count = 0;
  line.count += count;
  line.all += count;
  line.by = happened.by ?? line.by;
  line.says = clip(happened.says ?? line.says, SAYS_CHARACTERS);
  line.lastAt = Math.max(line.lastAt, at);
  // What happened last stands last: the first is the one to leave.
  book.lines.delete(key);
  book.lines.set(key, line);
  if (book.lines.size <= LINES_MOST) return;
  for (const oldest of book.lines.keys()) {
    book.lines.delete(oldest);
    return;
  }
}

/** Whether this one has told nonsense since: who does is not silent. */
export function toldNonsense(book: SetAside, who: string, since: UnixMs): boolean {
  return NONSENSE.some((kind) => (book.lines.get(`${kind}\n${clip(who, WHO_CHARACTERS)}`)?.lastAt ?? 0) >= since);
}

/** Everything that was ever set aside. What merely stands still or is silent told nothing that could be. */
export function countAside(book: SetAside): number {
  let sum = 0;
  for (const [kind, count] of book.counts) if (!STANDING.has(kind)) sum += count;
  return sum;
}

/** One sentence for a verdict, or none: `set aside: cart's counter went backwards twice (reset); billing's clock is 3,600 s ahead`. */
export function asideBecause(book: SetAside, at: UnixMs): Because[] {
  const told = [...book.lines.values()].filter(({ kind, lastAt }) =>
    STANDING.has(kind) ? lastAt >= at : at - lastAt <= TOLD_MS,
  );
  const says = sentenceOf(told, (line) => wordsOf(line, line.count), TOLD_MOST);
  return says === null ? [] : [{ service: "edge", signal: ASIDE_SIGNAL, nats: 0, says: `set aside: ${says}` }];
}

/** All that is still known, for the end of a recording. */
export function asideSummary(book: SetAside): string | null {
  return sentenceOf([...book.lines.values()], (line) => wordsOf(line, line.all), LINES_MOST);
}

export const ASIDE_SIGNAL = "set-aside";

function sentenceOf(lines: Line[], words: (line: Line) => string, most: number): string | null {
  if (lines.length === 0) return null;
  lines.sort((a, b) => rank(a.kind) - rank(b.kind) || byName(a.who, b.who));
  const said = lines.slice(0, most).map(words);
  if (lines.length > most) said.push(`and ${lines.length - most} more`);
  return said.join("; ");
}

const rank = (kind: SetAsideKind): number => SET_ASIDE_KINDS.indexOf(kind);

function wordsOf({ kind, who, by, says }: Line, count: number): string {
  switch (kind) {
    case "silent":
      return `${who} has told nothing for ${lasting(by)}, and those who call it go on`;
    case "stands-still":
      return `${whose(who)} counter has stood still for ${lasting(by)}, and those who call it go on`;
    case "unfelt":
      return `${who} says that ${Math.round(by * 100)} % of its requests fail or crawl, and nobody who calls it feels that`;
    case "unit-changed":
      return `${whose(who)} latency is x${by >= 1 ? grouped(by) : `1/${grouped(Math.round(1 / by))}`} from one look to the next, and nobody who calls it feels that: another unit`;
    case "ahead":
      return `${whose(who)} clock is ${seconds(by)} ahead`;
    case "behind":
      return `${whose(who)} readings are ${seconds(by)} old: no new stamp, or a clock that is behind`;
    case "no-time":
      return `${who} told ${counted(count, "reading")} without a time`;
    case "back-and-forth":
      return `${whose(who)} counter went back and forth ${times(count)}, as no restart makes it`;
    case "reset":
      return `${whose(who)} counter went backwards ${times(count)} (reset)`;
    case "negative":
      return `${who} counted below zero ${times(count)}`;
    case "not-a-number":
      return `${who} told ${times(count)} what is no number`;
    case "impossible":
      return `${who} told ${times(count)} what can't be${says === "" ? "" : ` (${says})`}`;
    case "unreadable":
      return `${counted(count, "line")} of the metrics page can't be read${says === "" ? "" : ` (${says})`}`;
    case "unnamed":
      return `${counted(count, "reading")} without a name that can be used`;
    case "unknown-place":
      return `${counted(count, "reading")} about places that nobody has configured`;
    case "too-many":
      return `more ${who} than the ${grouped(by)} that are kept: those used least are left out`;
  }
  return kind satisfies never;
}

/** Large counts are rounded: a sentence that changes each second is read by nobody. */
function roughly(count: number): string {
  if (count < 100) return String(Math.round(count));
  const unit = 10 ** (Math.floor(Math.log10(count)) - 1);
  return `some ${grouped(Math.floor(count / unit) * unit)}`;
}

const times = (count: number): string => (count === 1 ? "once" : count === 2 ? "twice" : `${roughly(count)} times`);
const counted = (count: number, what: string): string => `${roughly(count)} ${what}${count === 1 ? "" : "s"}`;
const seconds = (ms: number): string => `${grouped(Math.round(ms / 1000))} s`;

function lasting(ms: number): string {
  if (ms < 120_000) return `${Math.max(10, Math.floor(ms / 10_000) * 10)} s`;
  return `${grouped(Math.floor(ms / 60_000))} min`;
}

const whose = (who: string): string => (who.endsWith("s") ? `${who}'` : `${who}'s`);

const grouped = (count: number): string =>
  Number.isFinite(count) ? String(Math.round(count)).replaceAll(/\B(?=(\d{3})+$)/g, ",") : "very many";

const NONSENSE: readonly SetAsideKind[] = ["ahead", "behind", "no-time", "negative", "not-a-number", "impossible"];
/** What goes on as long as it is noted at each tick, and is over when it is not. */
const STANDING: ReadonlySet<SetAsideKind> = new Set(["silent", "stands-still", "unfelt", "unit-changed"]);
/** Long enough to be seen by who was called, short enough that this morning's deploy is not told at night. */
const TOLD_MS = 10 * 60_000;
/** A sentence has room for so many. */
const TOLD_MOST = 3;
const LINES_MOST = 64;
const WHO_CHARACTERS = 40;
const SAYS_CHARACTERS = 80;
