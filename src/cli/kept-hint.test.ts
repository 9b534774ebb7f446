import { expect, test } from "vitest";
import type { KeptShare } from "../api/contract.ts";
import { clockTime } from "./amounts.ts";
import { keptHint } from "./kept-hint.ts";

const AT = 1_795_000_020_000;
const share = (given: Partial<KeptShare>): KeptShare => ({
  location: "east",
  since: AT,
  oneIn: 1,
  failed: 0,
  relayed: 0,
  keyed: 0,
  sampled: 0,
  notSampled: 0,
  tooMany: 0,
  lost: 0,
  ...given,
});
const minute = clockTime(AT).slice(0, 5);

test("of a minute it says who has not kept all of it, and how much of it", () => {
  const sparse = share({ oneIn: 32, failed: 10, sampled: 90, notSampled: 2900 });
  expect(keptHint([sparse, share({ location: "west", sampled: 7 })], AT)).toBe(
    `of ${minute} not all was kept: east kept 100 of 3000 (1 in 32 of what went well was)`,
  );
  expect(keptHint([share({ failed: 1, tooMany: 5, lost: 2 })], AT)).toBe(
    `of ${minute} not all was kept: east kept 1 of 8 (5 were too many at once, 2 were lost to its disk or memory)`,
  );
});

test("where all of a minute was kept, it did not come then; of what nobody knows any more nothing is claimed", () => {
  expect(keptHint([share({ sampled: 7 })], AT)).toBe(
    `of ${minute} every location has kept all: it did not come then, or under another name`,
  );
  expect(keptHint([share({ since: null })], AT)).toContain("too long ago, or nothing came");
  expect(keptHint([], undefined)).toContain("no location has kept anything");
});

test("without a minute it says since when everything is there that somebody asks about, and who keeps least of the rest", () => {
  const shares = [
    share({ since: AT - 60_000, oneIn: 4, sampled: 10, notSampled: 30 }),
    share({ location: "west", oneIn: 16, sampled: 10, notSampled: 150 }),
  ];
  expect(keptHint(shares, undefined)).toBe(
    `kept everywhere since ${clockTime(AT)} is what failed, was relayed or has an Idempotency-Key; of the rest not all: at worst west kept 10 of 160 (1 in 16 of what went well was). --at TIME tells of one minute`,
  );
  expect(keptHint([share({ sampled: 3 })], undefined)).toContain("and all the rest");
});
