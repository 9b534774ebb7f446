import { clockWords } from "../core/control/words.ts";
import type { Tail } from "./tail.ts";
import type { UnixMs } from "../core/step.ts";

/** `98.2 % out (counted at its edge); the rest until 18:04:10 UTC (TTL), 0.5 % hold names longer` */
export function tailWords(tail: Tail, now: UnixMs): string {
  const { outShare, isMeasured, until, holdsLongerShare, resolvers } = tail;
  const how = isMeasured ? "counted at its edge" : "by how long answers are kept";
  const out = `${percent(outShare)} out (${how})`;
  if (now >= until) {
    return outShare >= 1
      ? `${out}, and all that resolvers may keep has run out`
      : `${out}; all that resolvers may keep has run out, ${percent(1 - outShare)} hold names longer`;
  }
  const first = resolvers.slice(0, RESOLVERS_SAID_MAX).map(({ address, share }) => `${address} ${percent(share)}`);
  const held =
    first.length === 0 ? "" : `; held by ${first.join(", ")}${resolvers.length > first.length ? " and others" : ""}`;
  return `${out}; the rest until ${clockWords(until)} (TTL), ${percent(holdsLongerShare)} hold names longer${held}`;
}

const RESOLVERS_SAID_MAX = 3;

/** Never rounded up to all. */
const percent = (share: number): string => `${Math.floor(share * 1000 + 1e-9) / 10} %`;
