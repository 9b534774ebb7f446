import * as fc from "fast-check";
import { expect, test } from "vitest";
import { isStrong, remembered, sharedSuspect, STRONG_NATS, SUSPECTS_MAX, together, type Suspect } from "./suspects.ts";

const suspect = (bucket: number, nats: number, share = 0.2): Suspect => ({ class: "public", bucket, share, nats });

test("of each bucket the strongest moment is remembered, of the weak ones only the strongest", () => {
  const before = [suspect(7, 16), suspect(1, 6), suspect(2, 5), suspect(3, 4)];
  const now = [suspect(7, 9, 0.9), suspect(9, 5.5), suspect(1, 3)];
  expect(remembered(before, now)).toEqual([suspect(7, 16), suspect(1, 6), suspect(9, 5.5), suspect(2, 5)]);
});

test("what many seconds name is bounded, and nobody who was surely named is forgotten for a weaker one", () => {
  const list = fc.array(fc.tuple(fc.nat(255), fc.double({ min: 3, max: 30, noNaN: true })), { maxLength: 3 });
  fc.assert(
    fc.property(fc.array(list, { maxLength: 60 }), (seconds) => {
      let all: readonly Suspect[] = [];
      for (const second of seconds) {
        const before = all;
        all = remembered(
          all,
          second.map(([bucket, nats]) => suspect(bucket, nats)),
        );
        const strong = all.filter(isStrong).map(({ nats }) => nats);
        expect(all.filter((each) => !isStrong(each)).length).toBeLessThanOrEqual(SUSPECTS_MAX);
        expect(strong.length).toBeLessThanOrEqual(16);
        for (const was of before.filter(isStrong))
          if (!all.some(({ bucket }) => bucket === was.bucket))
            expect(Math.min(...strong)).toBeGreaterThanOrEqual(was.nats);
      }
    }),
  );
});

test("two places that each suspect the same bucket weakly may be sure together; two that name different ones are not", () => {
  const half = STRONG_NATS / 2;
  expect(sharedSuspect([suspect(7, half), suspect(1, 13)], [suspect(7, half)])).toMatchObject({ bucket: 7 });
  expect(sharedSuspect([suspect(7, half - 0.1)], [suspect(7, half)])).toBeNull();
  expect(sharedSuspect([suspect(7, 40)], [suspect(8, 40)])).toBeNull();
  expect(together([suspect(1, 5)], [suspect(2, 9), suspect(1, 6)])).toEqual([suspect(1, 11), suspect(2, 9)]);
});
