import { SUMMARY_BYTES_MAX, type OwnView, type Summary } from "../summary.ts";
import type { Because } from "../verdict.ts";

/**
 * Makes a summary fit its 4 kB, so that what crosses the planet stays small however many services and locations
 * there are. What is left out is what the others miss least: rates from the end of their list, then sights of the well. Of what is
 * pointed at the rates come first, so they stay the longest.
 */
export function fitSummary(summary: Summary): Summary {
  if (bytesAtMost(summary) <= SUMMARY_BYTES_MAX) return summary;
  let size = jsonBytes(JSON.stringify(summary));
  if (size <= SUMMARY_BYTES_MAX) return summary;
  const own: OwnView = {
    ...summary.own,
    because: strongest(summary.own.because).map((each) => ({ ...each, says: clip(each.says, SAYS_CHARACTERS_MAX) })),
    deploys: summary.own.deploys.slice(0, 2),
  };
  const rates = [...own.rates];
  // Failing sights come last in the order of leaving; among the well, the oldest look leaves first.
  const sights = Object.entries(summary.sees).sort(
    ([, a], [, b]) => a.failures - b.failures || a.lookedAt - b.lookedAt,
  );
  const build = (): Summary => ({ ...summary, own: { ...own, rates }, sees: Object.fromEntries(sights) });
  let fitted = build();
  size = jsonBytes(JSON.stringify(fitted));
  // Each turn drops one item at least: the loop ends when nothing is left to drop.
  while (size > SUMMARY_BYTES_MAX && (rates.length > 0 || sights.length > 0)) {
    const healthySight = sights[0] !== undefined && sights[0][1].failures === 0;
    if (rates.length > RATES_KEPT_LONGEST || (rates.length > 0 && !healthySight)) rates.pop();
    else sights.shift();
    fitted = build();
    size = jsonBytes(JSON.stringify(fitted));
  }
  if (size <= SUMMARY_BYTES_MAX) return fitted;
  const { outlook: _, sufficient: __, networks, ...needed } = fitted.own;
  return {
    ...fitted,
    own: {
      ...needed,
      ...(networks !== undefined && { networks: networks.slice(0, 1) }),
      because: [],
      causes: fitted.own.causes.slice(0, 1),
      // The surest is what must not be taken along.
      suspects: fitted.own.suspects.slice(0, 1),
      deploys: [],
    },
  };
}

/** Three pieces of evidence; and, a line each, what was not believed and not heard. */
const strongest = (because: readonly Because[]): Because[] => {
  const evidence = because.filter(({ nats }) => nats > 0);
  return [...evidence.slice(0, 3), ...because.filter(({ nats }) => nats <= 0)];
};

/** No fewer than its JSON has, in a fraction of the time: each second each node asks, and mostly there is room enough. */
function bytesAtMost(value: unknown): number {
  if (typeof value === "string") return isPlain(value) ? value.length + 2 : 6 * value.length + 2;
  if (typeof value === "number") return Number.isInteger(value) && Math.abs(value) < 1e6 ? 7 : NUMBER_BYTES_MOST;
  // true, false, null, or left out.
  if (typeof value !== "object" || value === null) return 5;
  let bytes = 2;
  if (Array.isArray(value)) for (const each of value as readonly unknown[]) bytes += 1 + bytesAtMost(each);
  else
    for (const name in value)
      bytes += 2 + bytesAtMost(name) + bytesAtMost((value as Readonly<Record<string, unknown>>)[name]);
  return bytes;
}

/** Of characters that JSON writes as they are, a byte each. */
function isPlain(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code > 0x7e || code === 0x22 || code === 0x5c) return false;
  }
  return true;
}

/** Bytes of a string as UTF-8. */
export function jsonBytes(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    // Each half of a surrogate pair counts two: four bytes together.
    bytes += code < 0x80 ? 1 : code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? 2 : 3;
  }
  return bytes;
}

export const clip = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 3)}...`;

/** -1.7976931348623157e+308. */
const NUMBER_BYTES_MOST = 24;
const SAYS_CHARACTERS_MAX = 110;
const RATES_KEPT_LONGEST = 8;
