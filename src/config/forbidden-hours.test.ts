import { expect, test } from "vitest";
import { forbiddenHoursOf, forbiddenHoursShape } from "./forbidden-hours.ts";
import { areNow, forbiddenBy } from "../core/forbidden-hours.ts";

const read = (given: object) => forbiddenHoursOf(forbiddenHoursShape.parse(given));
const at = (time: string): number => Date.parse(time);

test("hours over midnight belong to the day on which they begin", () => {
  const hours = read({ hours: "22:00-06:00", days: ["fri"] });
  const are = (time: string): boolean => areNow(hours, at(time));
  // 4 December 2026 is a Friday.
  expect(are("2026-12-04T21:59:59Z")).toBe(false);
  expect(are("2026-12-04T22:00:00Z")).toBe(true);
  expect(are("2026-12-05T05:59:59Z")).toBe(true);
  expect(are("2026-12-05T06:00:00Z")).toBe(false);
  expect(are("2026-12-05T23:00:00Z")).toBe(false);
  expect(are("2026-12-04T03:00:00Z")).toBe(false);
  const allDay = read({ hours: "00:00-24:00", days: ["sat"] });
  expect([areNow(allDay, at("2026-12-05T00:00:00Z")), areNow(allDay, at("2026-12-05T23:59:59Z"))]).toEqual([
    true,
    true,
  ]);
  expect(areNow(allDay, at("2026-12-06T00:00:00Z"))).toBe(false);
});

test("hours go by the clocks on people's walls, and those change", () => {
  const hours = read({ hours: "09:00-10:00", timezone: "Europe/Berlin" });
  // Winter: an hour ahead of UTC. Summer: two.
  expect(areNow(hours, at("2026-12-04T08:30:00Z"))).toBe(true);
  expect(areNow(hours, at("2026-12-04T07:30:00Z"))).toBe(false);
  expect(areNow(hours, at("2026-07-03T07:30:00Z"))).toBe(true);
  expect(areNow(hours, at("2026-07-03T08:30:00Z"))).toBe(false);
  expect(areNow(read({ hours: "09:00-10:00", timezone: "Asia/Kolkata" }), at("2026-07-03T03:30:00Z"))).toBe(true);
});

test("a lost location's users move unless the hours say that they stay", () => {
  const move = { at: at("2026-12-04T12:00:00Z"), class: "public", isLoss: true };
  const always = { hours: "00:00-24:00" };
  expect(forbiddenBy({ forbidden: [read(always)] }, move)).toBeUndefined();
  expect(forbiddenBy({ forbidden: [read(always)] }, { ...move, isLoss: false })?.says).toBe("00:00-24:00 (UTC)");
  expect(forbiddenBy({ forbidden: [read({ ...always, losses: "stay" })] }, move)).toBeDefined();
  expect(forbiddenBy({ forbidden: [read({ ...always, losses: "stay", classes: ["editor"] })] }, move)).toBeUndefined();
  expect(forbiddenBy({}, { ...move, isLoss: false })).toBeUndefined();
});
