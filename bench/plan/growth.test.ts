import { expect, test } from "vitest";
import { drawn } from "../chart.ts";
import { GROWTH_LOCATIONS, GROWTH_ZONES, growthChart, growthSize } from "./growth.ts";

/** Each path of the picture as its first and last point. */
function endsOf(svg: string) {
  return [...svg.matchAll(/class="line (\w+)" d="M([\d.]+) ([\d.]+)L(?:.*L)?([\d.]+) ([\d.]+)"/g)].map(
    ([, look, ...ends]) => ({ look, ends: ends.map(Number) as [number, number, number, number] }),
  );
}

test("whoever is linear in zones runs alongside the line that is drawn for the eye", () => {
  const linear = GROWTH_LOCATIONS.flatMap((locations) =>
    GROWTH_ZONES.map((zones) => [growthSize(locations, zones), (locations * zones) / 2000] as const),
  );
  const lines = endsOf(drawn(growthChart(new Map(linear))));
  expect(lines).toHaveLength(GROWTH_LOCATIONS.length + 1);
  const [eye, ...ours] = lines.map(({ ends: [x0, y0, x1, y1] }) => (y0 - y1) / (x1 - x0));
  for (const slope of ours) expect(slope).toBeCloseTo(eye!, 2);
});

test("a size that was not measured is left out, not drawn at nothing", () => {
  const svg = drawn(growthChart(new Map([[growthSize(15, 250), 2]])));
  expect(svg).toContain("15 locations");
  expect(svg).not.toContain("50 locations");
  expect(svg).not.toContain("NaN");
});
