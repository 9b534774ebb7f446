import { expect, test } from "vitest";
import { bothTexts, clockText, countdownText, fieldText, momentOfField, spanText } from "./moments.ts";

const at = Date.UTC(2026, 10, 25, 7, 41, 20);

test("a time of today is short, one of another day has its day", () => {
  expect(clockText(at, "utc", at + 60_000)).toBe("07:41:20");
  expect(clockText(at, "utc", at + 86_400_000)).toBe("2026-11-25 07:41:20");
  expect(clockText(Date.UTC(2026, 10, 25, 0, 0, 5), "utc", at)).toBe("00:00:05");
});

test("pointing at a time shows both zones", () => {
  expect(bothTexts(at)).toMatch(/^2026-11-2\d \d\d:\d\d:20 \([\w/+-]+\); 2026-11-25 07:41:20 UTC$/);
});

test("a moment goes into a browser's field and comes back, in either zone", () => {
  expect(fieldText(at, "utc")).toBe("2026-11-25T07:41:20");
  for (const zone of ["utc", "local"] as const) expect(momentOfField(fieldText(at, zone), zone)).toBe(at);
  expect(["", "2026-11", "soon"].map((text) => momentOfField(`${text}T`, "utc"))).toEqual([null, null, null]);
});

test("spans and countdowns read at a glance and never go below nothing", () => {
  expect([0, 4000, 119_000, 240_000, 7_200_000, 172_800_000].map(spanText)).toEqual([
    "0 s",
    "4 s",
    "119 s",
    "4 min",
    "2 h",
    "2 days",
  ]);
  expect([252_000, 9000, 0, -5000, 3_661_000].map(countdownText)).toEqual(["4:12", "0:09", "0:00", "0:00", "1:01:01"]);
});
