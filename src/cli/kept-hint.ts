import type { KeptShare } from "../api/contract.ts";
import { clockTime } from "./amounts.ts";

/** Why a request that came may be found nowhere: what was kept of its minute, or of all, and what was left out. */
export function keptHint(shares: readonly KeptShare[], at: number | undefined): string {
  const known = shares.filter(({ since }) => since !== null);
  if (known.length === 0) {
    return at === undefined
      ? "no location has kept anything; checkouts stay in the journal"
      : `of ${minute(at)} no location has kept anything: it is too long ago, or nothing came`;
  }
  const sparse = known.filter((share) => leftOut(share) > 0);
  if (at !== undefined) {
    if (sparse.length === 0)
      return `of ${minute(at)} every location has kept all: it did not come then, or under another name`;
    return `of ${minute(at)} not all was kept: ${sparse.map((share) => `${share.location} ${whatOf(share)}`).join("; ")}`;
  }
  const since = Math.max(...known.map((share) => share.since!));
  const all = `kept everywhere since ${clockTime(since)} is what failed, was relayed or has an Idempotency-Key`;
  if (sparse.length === 0) return `${all}, and all the rest; checkouts stay in the journal`;
  const most = sparse.toSorted((one, other) => other.oneIn - one.oneIn || (one.location < other.location ? -1 : 1))[0]!;
  return `${all}; of the rest not all: at worst ${most.location} ${whatOf(most)}. --at TIME tells of one minute`;
}

function whatOf(share: KeptShare): string {
  const { oneIn, notSampled, tooMany, lost, sampled, failed, relayed, keyed } = share;
  const kept = sampled + failed + relayed + keyed;
  const parts = [
    ...(notSampled > 0 ? [`1 in ${oneIn} of what went well was`] : []),
    ...(tooMany > 0 ? [`${tooMany} were too many at once`] : []),
    ...(lost > 0 ? [`${lost} were lost to its disk or memory`] : []),
  ];
  return `kept ${kept} of ${kept + leftOut(share)} (${parts.join(", ")})`;
}

const leftOut = ({ notSampled, tooMany, lost }: KeptShare): number => notSampled + tooMany + lost;

const minute = (at: number): string => clockTime(at).slice(0, 5);
