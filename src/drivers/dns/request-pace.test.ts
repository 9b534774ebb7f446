import { expect, test } from "vitest";
import { requestPace } from "./request-pace.ts";

test("a burst goes at once, who comes after it waits, and time gives room again", async () => {
  let at = 0;
  const pace = requestPace({ burst: 3, perSecond: 1 }, () => at);
  const isFree = async (): Promise<boolean> => {
    const waiting = new AbortController();
    const went = pace(waiting.signal).then(
      () => true,
      () => false,
    );
    await Promise.resolve();
    waiting.abort();
    return went;
  };
  expect([await isFree(), await isFree(), await isFree(), await isFree()]).toEqual([true, true, true, false]);
  // Who gave up has had his turn all the same: the pace is never faster than said.
  at = 1000;
  expect(await isFree()).toBe(false);
  at = 10_000;
  expect([await isFree(), await isFree(), await isFree(), await isFree()]).toEqual([true, true, true, false]);
  // A clock that is put back holds up nobody, and lets nobody through early.
  at -= 3_600_000;
  expect(await isFree()).toBe(false);
  at += 3000;
  expect(await isFree()).toBe(true);
});
