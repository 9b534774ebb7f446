import { expect, test } from "vitest";
import type { ScaleLook } from "../drivers/scale/contract.ts";
import { madeClock } from "../runtime/made-clock.testing.ts";
import { scaledCapacity } from "./scaled-capacity.ts";

test("what was seen last stays when a look fails, which is said once, and so is its end", async () => {
  const clock = madeClock(1_700_000_000_000);
  const told: string[] = [];
  const gone: ScaleLook = { kind: "retry", code: "unreachable", says: "no way there" };
  const looks: ScaleLook[] = [seen(100), gone, gone, seen(200)];
  const capacity = scaledCapacity({
    clock,
    scale: {
      look: async (location) =>
        location === "east" ? looks.shift()! : { kind: "refused", code: "unknown-location", says: "nobody scales it" },
    },
    locations: ["east", "west"],
    trouble: (location, says) => void told.push(`${location} ${says}`),
  });
  await clock.pass(1);
  expect(capacity.of("east")?.readyRps).toBe(100);
  expect(capacity.of("west")).toBeNull();
  await clock.pass(30_000);
  expect(capacity.of("east")?.readyRps).toBe(100);
  expect(told).toEqual(["east no way there"]);
  await clock.pass(15_000);
  expect(capacity.of("east")?.readyRps).toBe(200);
  expect(told).toEqual(["east no way there", "east null"]);
  capacity.stop();
});

function seen(readyRps: number): ScaleLook {
  return { kind: "seen", says: "", capacity: { at: 0, location: "east", capacityRps: 400, readyRps } };
}
