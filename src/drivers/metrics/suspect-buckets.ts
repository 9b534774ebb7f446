import { SUSPECT_NATS_MIN, SUSPECTS_MAX, type Suspect } from "../../core/suspects.ts";
import { edgeCounts, NOTHING, type Counts, type EdgeCounts } from "./edge-counts.ts";
import type { Metrics } from "./parse.ts";

/**
 * Buckets that fail clearly more often than all the others did at the same time, the surest first. Of each it is asked how much better
 * its failures are explained by a rate of its own than by the others' (Bernoulli likelihood ratio: requests x KL(own rate || others' rate),
 * in nats). Against the others, for where everybody's requests fail 35 % a tenant's 80 % are hidden in an average over all; second
 * by second, for a tenant that is busier since the trouble began is no worse for that. The others are those of its class: a trouble of all
 * editors is no one editor's.
 * `pages`: what the edge has counted since it began, the oldest first.
 */
export function suspectBuckets(pages: readonly Metrics[]): readonly Suspect[] {
  const counts = pages.map(edgeCounts);
  const whole = summed(steps(counts.map(({ all }) => all)));
  const suspects: Suspect[] = [];
  for (const [key, { class: className, bucket }] of counts.at(-1)?.buckets ?? []) {
    const owns = ownSteps(counts, key);
    const own = summed(owns);
    if (own.failed < FAILED_LEAST) continue;
    const usual = othersRate(owns, steps(counts.map((page) => page.classes.get(className) ?? NOTHING)));
    const rate = own.failed / (own.good + own.failed);
    if (odds(rate) < CLEARLY_ABOVE * odds(usual)) continue;
    const nats = (own.good + own.failed) * divergence(rate, usual);
    if (nats < SUSPECT_NATS_MIN) continue;
    suspects.push({
      class: className,
      bucket,
      share: Math.round(Math.min(1, own.failed / whole.failed) * 1000) / 1000,
      nats: Math.round(nats * 10) / 10,
    });
  }
  return suspects.sort((a, b) => b.nats - a.nats || a.bucket - b.bucket).slice(0, SUSPECTS_MAX);
}

type Tried = { readonly good: number; readonly failed: number };

/** What came between each page and the next. */
function steps(counts: readonly Readonly<Counts>[]): readonly Tried[] {
  return counts.slice(1).map((now, index) => {
    const before = counts[index]!;
    return { good: grown(before.good, now.good), failed: grown(before.bad + before.shed, now.bad + now.shed) };
  });
}

/** A counter that fell was begun anew. */
const grown = (before: number, now: number): number => (now >= before ? now - before : now);

/**
 * A bucket is on the page from its first failure on. In the first page that has it all its failures are new; what went well with it until
 * then is taken to have come when it went well with all.
 */
function ownSteps(counts: readonly EdgeCounts[], key: string): readonly Tried[] {
  const first = counts.find(({ buckets }) => buckets.has(key))!;
  const share = first.all.good > 0 ? first.buckets.get(key)!.good / first.all.good : 0;
  return steps(counts.map((page) => page.buckets.get(key) ?? { ...NOTHING, good: share * page.all.good }));
}

/** At which rate this bucket would have failed had it failed like the others, each second as they did then. */
function othersRate(owns: readonly Tried[], alls: readonly Tried[]): number {
  const others = alls.map((all, step) => {
    const own = owns[step]!;
    return { good: Math.max(0, all.good - own.good), failed: Math.max(0, all.failed - own.failed) };
  });
  const { good, failed } = summed(others);
  // Half a request more of each kind: no rate is ever 0 or 1 for certain.
  const overall = (failed + 0.5) / (good + failed + 1);
  let [expected, came] = [0, 0];
  for (const [step, own] of owns.entries()) {
    const other = others[step]!;
    const requests = own.good + own.failed;
    // Few requests say little of their second: the rate of all ten seconds counts as one more.
    expected += (requests * (other.failed + overall)) / (other.good + other.failed + 1);
    came += requests;
  }
  return came > 0 ? expected / came : overall;
}

const summed = (tried: readonly Tried[]): Tried => ({
  good: tried.reduce((sum, { good }) => sum + good, 0),
  failed: tried.reduce((sum, { failed }) => sum + failed, 0),
});

const odds = (rate: number): number => rate / Math.max(1e-9, 1 - rate);

/** Kullback-Leibler, of one coin from another, in nats. */
function divergence(rate: number, usual: number): number {
  return part(rate, usual) + part(1 - rate, 1 - usual);
}

const part = (share: number, of: number): number => (share > 0 ? share * Math.log(share / of) : 0);

/** Fewer failures than this in ten seconds single nobody out. */
const FAILED_LEAST = 5;
/** With much traffic a trifle is certain; a bucket is singled out when failing is so much likelier there, in odds. */
const CLEARLY_ABOVE = 2;
