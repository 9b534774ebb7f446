import { AHEAD_MOST_MS, OLDEST_MS } from "../../core/judge/malformed.ts";
import type { SetAsideReading } from "../../core/reading.ts";
import type { UnixMs } from "../../core/step.ts";
import type { Metrics, Sample } from "./parse.ts";

/**
 * Page after page in, the same pages out with counters that only grow. Like a milkman's tally of many cows: a cow whose
 * bell is broken stands still in the tally until it rings again, one that was sold and bought anew goes on from where
 * it was, and one that gives more than a cow can is looked at twice before it is believed.
 *
 * C1 A counter that is no number, is below zero or is stamped long ago stands still; what it missed comes with its next good value.
 * C2 One that went backwards was reset, each process for itself: what it says now happened since.
 * C3 One that goes back and forth (two processes behind one name, an exporter that makes it up) counts nothing until it has been steady for
 *    STEADY_PAGES; a part that goes backwards alone is no restart, nor is one that comes back with more than it can have counted.
 * C4 A process that joins, or comes back, brings no past along: what it has counted before is no news.
 */
export function steadyCounters(): SteadyCounters {
  const groups = new Map<string, Group>();
  let pages = 0;
  return {
    take(metrics, at) {
      pages += 1;
      const notes = newNotes();
      const samples: Sample[] = [];
      const pushed = new Map<string, Pushed>();
      for (const sample of metrics.samples) {
        const rule = RULES.get(sample.name);
        const wrong = wrongOf(sample, at, rule !== undefined);
        if (wrong !== null && (rule !== undefined || OURS.has(sample.name))) notes.add(serviceOf(sample), wrong);
        if (rule === undefined) {
          if (wrong === null) samples.push(sample);
          continue;
        }
        const key = groupKey(sample, rule);
        const push = pushed.get(key) ?? { rule, service: serviceOf(sample), parts: new Map() };
        pushed.set(key, push);
        const part = sample.labels[rule.part] ?? "";
        if (push.parts.has(part)) notes.add(push.service, { kind: "impossible", says: "the same counter twice" });
        else push.parts.set(part, { sample, value: wrong === null ? sample.value : null });
      }
      for (const [key, push] of pushed) {
        const known = groups.get(key);
        const group = known ?? { parts: new Map(), usualPerMs: 0, distrust: 0, seenAt: at };
        // Pages come once a second: only what is on them again and again is kept.
        groups.delete(key);
        groups.set(key, group);
        const begins = known !== undefined || pages === 1 || !push.rule.joins;
        samples.push(...grow(group, push, { at, begins, notes }));
      }
      for (const [key, group] of groups) {
        if (at - group.seenAt <= FORGOTTEN_MS && groups.size <= GROUPS_MOST) break;
        groups.delete(key);
      }
      return { metrics: { ...metrics, samples }, resets: notes.resets(), setAside: notes.all() };
    },
  };
}

export type SteadyCounters = {
  take(
    metrics: Metrics,
    at: UnixMs,
  ): {
    readonly metrics: Metrics;
    /** Services whose counters were reset since the last page. */
    readonly resets: readonly string[];
    readonly setAside: readonly Refused[];
  };
};

/** What was refused, of whom, and how often on this page. */
export type Refused = Pick<SetAsideReading, "service" | "kind" | "count" | "by" | "says">;

type Rule = {
  /** The label that tells the parts of one counter apart: they are one process's, and restart together. */
  readonly part: "outcome" | "le";
  /** Whether a process that joins has a past. A bucket is on the page from its first failure on. */
  readonly joins: boolean;
};

type Group = {
  readonly parts: Map<string, { raw: number; steady: number }>;
  /** The most it lately counted in a millisecond. */
  usualPerMs: number;
  /** So many steady pages until it is believed again. */
  distrust: number;
  seenAt: UnixMs;
};

type Pushed = {
  readonly rule: Rule;
  readonly service: string;
  /** Null: the value can't be used. */
  readonly parts: Map<string, { readonly sample: Sample; readonly value: number | null }>;
};

type Page = { readonly at: UnixMs; readonly begins: boolean; readonly notes: Notes };

function grow(group: Group, push: Pushed, { at, begins, notes }: Page): Sample[] {
  const passedMs = Math.max(1, at - group.seenAt);
  const usual = group.usualPerMs * passedMs;
  let [whole, grown, fell, stayed] = [0, 0, false, false];
  for (const [name, { value }] of push.parts) {
    if (value === null) continue;
    // Buckets of a histogram contain each other: the largest is all of it.
    whole = push.rule.part === "le" ? Math.max(whole, value) : whole + value;
    const before = group.parts.get(name);
    if (before === undefined) continue;
    const step = value - before.raw;
    fell ||= step < 0;
    grown = push.rule.part === "le" ? Math.max(grown, step) : grown + Math.max(0, step);
    stayed ||= step >= 0 && before.raw > 3 * usual + FEW;
  }
  // All parts of a process begin anew together, and with no more than can have come since.
  const plausible = !stayed && whole <= PLAUSIBLY * usual + PLAUSIBLY_AT_LEAST;
  const reset = fell && plausible && group.distrust === 0;
  if (reset) notes.reset(push.service);
  else if (fell) {
    group.distrust = STEADY_PAGES;
    notes.once(push.service, "back-and-forth");
  }
  const counts = reset || (!fell && group.distrust === 0);
  if (!fell && group.distrust > 0) group.distrust -= 1;
  if (!fell && counts) group.usualPerMs = Math.max(group.usualPerMs * FADES, grown / passedMs);
  const samples: Sample[] = [];
  for (const [name, { sample, value }] of push.parts) {
    const before = group.parts.get(name);
    const part = before ?? { raw: 0, steady: 0 };
    if (value !== null) {
      // A part that appears beside known ones began since; one whose whole process is new brings a past.
      if (before === undefined) part.steady = begins ? value : 0;
      else if (counts) part.steady += reset && value < part.raw ? value : Math.max(0, value - part.raw);
      part.raw = value;
      group.parts.set(name, part);
    }
    if (group.parts.has(name)) samples.push({ name: sample.name, labels: sample.labels, value: part.steady });
  }
  group.seenAt = at;
  return samples;
}

type Wrong = { readonly kind: string; readonly by?: number; readonly says?: string };

function wrongOf({ value, stampMs }: Sample, at: UnixMs, isCounter: boolean): Wrong | null {
  if (!Number.isFinite(value)) return { kind: "not-a-number" };
  if (isCounter && value < 0) return { kind: "negative" };
  if (stampMs === undefined) return null;
  if (stampMs - at > AHEAD_MOST_MS) return { kind: "ahead", by: stampMs - at };
  return at - stampMs > OLDEST_MS ? { kind: "behind", by: at - stampMs } : null;
}

const serviceOf = ({ labels }: Sample): string => labels["service"] ?? "edge";

function groupKey({ name, labels }: Sample, { part }: Rule): string {
  let key = name;
  for (const label in labels) if (label !== part) key += `\n${label}\n${labels[label]}`;
  return key;
}

type Notes = ReturnType<typeof newNotes>;

/** Bounded: a page of nonsense is one note for each service and kind, and a sum of what is beyond. */
function newNotes() {
  const refused = new Map<string, { -readonly [Field in keyof Refused]: Refused[Field] }>();
  const resets = new Set<string>();
  const add = (service: string, { kind, ...more }: Wrong): void => {
    const crowded = refused.size >= REFUSED_MOST && !refused.has(`${kind}\n${service}`);
    const who = crowded ? "others" : service;
    const key = `${kind}\n${who}`;
    const known = refused.get(key) ?? { service: who, kind, count: 0, ...more };
    known.count += 1;
    refused.set(key, known);
  };
  const once = (service: string, kind: string): void => {
    if (!refused.has(`${kind}\n${service}`)) add(service, { kind });
  };
  return {
    add,
    once,
    reset(service: string): void {
      resets.add(service);
      once(service, "reset");
    },
    resets: (): readonly string[] => [...resets],
    all: (): readonly Refused[] => [...refused.values()],
  };
}

const RULES: ReadonlyMap<string, Rule> = new Map([
  ["rp_requests_total", { part: "outcome", joins: true }],
  ["rp_request_duration_ms_bucket", { part: "le", joins: true }],
  ["rp_edge_requests_total", { part: "outcome", joins: false }],
]);
/** Other people's metrics on the same page are theirs, and may be what they like. */
const OURS: ReadonlySet<string> = new Set(["rp_saturation", "rp_queue_ms", "rp_ready_rps", "rp_capacity_rps"]);
const STEADY_PAGES = 3;
/** After a restart a process may be busier than before; twenty times busier is another process. */
const PLAUSIBLY = 20;
const PLAUSIBLY_AT_LEAST = 1000;
const FEW = 20;
const FADES = 0.99;
const FORGOTTEN_MS = 5 * 60_000;
/** A page has at most 50,000 samples. */
const GROUPS_MOST = 60_000;
const REFUSED_MOST = 16;
