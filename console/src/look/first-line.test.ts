import { expect, test } from "vitest";
import type { Picture, Place } from "../picture/picture.ts";
import { pastFirstLine, tabTitle } from "./first-line.ts";

const place = (name: string) => ({ name, state: "serving", verdict: "healthy", silent: null }) as unknown as Place;
const past = { incidents: [], places: [place("east"), place("west"), place("north")] } as unknown as Picture;

test("a past moment is told in the past", () => {
  expect(pastFirstLine(past).text).toBe("All 3 locations served and were healthy.");
  expect(pastFirstLine({ ...past, incidents: [{ number: 47, brief: "Leaving east." }] })).toEqual({
    level: "change",
    text: "Leaving east.",
    more: 0,
  });
});

test("the tab's title says the state in its first letters, and doubts first", () => {
  const well = { level: "ok", text: "All 3 locations serve and are healthy.", more: 0 } as const;
  expect(tabTitle(well, null)).toBe("Houston: all well");
  expect(tabTitle({ level: "urgent", text: "Decide 1-4.", more: 0 }, null)).toBe("!! Decide 1-4.");
  expect(tabTitle(well, "no word")).toBe("? Houston: no word");
  expect(tabTitle(well, "not deciding")).toBe("? Houston: not deciding");
});
