import * as fc from "fast-check";
import { expect, test } from "vitest";
import { planetLocations } from "../../../src/planet/geography/locations.ts";
import { planetZones } from "../../../src/planet/geography/zones.ts";
import { closeUpBox } from "./close-up.ts";
import { freeBox } from "./free-box.ts";
import { neighbour } from "./neighbour.ts";
import { LABEL_HEIGHT, placeLabels, type Labelled } from "./place-labels.ts";
import { MAP_RATIO, worldProjection } from "./projection.ts";
import { arcsOf, gainsOf, largestRadius, radiusOf } from "./sizes.ts";

test("twice the traffic is twice the area beyond the least; none and too much have a size too", () => {
  const most = { rps: 100, radius: 12 };
  const least = radiusOf(0, most);
  expect(((radiusOf(50, most) - least) / (radiusOf(25, most) - least)) ** 2).toBeCloseTo(2);
  expect([radiusOf(-5, most), radiusOf(5, { ...most, rps: 0 })]).toEqual([least, least]);
  expect(radiusOf(500, most)).toBe(radiusOf(100, most));
  const usual = largestRadius({ places: 15, width: 800 });
  expect(largestRadius({ places: 50, width: 800 })).toBeLessThan(usual);
  expect(largestRadius({ places: 15, width: 340 })).toBeLessThan(usual);
});

test("an arc's share is of what left the same place; the widest lies on top; a flow to itself is none", () => {
  const arcs = arcsOf([
    { from: "east", to: "west", rps: 30 },
    { from: "east", to: "north", rps: 10 },
    { from: "south", to: "west", rps: 5 },
    { from: "east", to: "east", rps: 60 },
  ]);
  expect(arcs.map(({ from, to }) => `${from} ${to}`)).toEqual(["south west", "east north", "east west"]);
  expect(arcs.map(({ share }) => share)).toEqual([1, 0.1, 0.3]);
  expect([...gainsOf(arcs)]).toEqual([
    ["west", "+35 rps"],
    ["north", "+10 %"],
  ]);
});

const label = (key: string, x: number, y: number, weight = 0): Labelled => ({
  key,
  x,
  y,
  radius: 5,
  labels: [{ text: key, width: 60 }],
  weight,
});
const SIZE = { width: 400, height: 200 };

test("a name stands to the right, and at the right edge to the left", () => {
  expect(placeLabels([label("a", 100, 100), label("b", 390, 100)], SIZE)).toEqual([
    { key: "a", text: "a", x: 108, y: 100 },
    { key: "b", text: "b", x: 322, y: 100 },
  ]);
});

test("who has no room for all its words has its name at least", () => {
  const labels = [
    { text: "east failing, 62 % out", width: 390 },
    { text: "east", width: 30 },
  ];
  expect(placeLabels([{ ...label("a", 100, 100), labels }], SIZE)[0]).toMatchObject({ text: "east", x: 108 });
});

test("where not all names fit, the one that matters most has its place", () => {
  const crowd = Array.from({ length: 30 }, (_, index) => label(`n${index}`, 200 + (index % 6), 100 + (index % 5)));
  const placed = placeLabels([...crowd, label("ill", 203, 102, 5)], SIZE);
  expect(placed[0]?.key).toBe("ill");
  expect(placed.length).toBeLessThan(31);
});

test("what covers a corner of the map covers no name", () => {
  const corner = { left: 100, top: 0, right: 400, bottom: 200 };
  expect(placeLabels([label("a", 90, 100)], SIZE, [corner])[0]).toMatchObject({ x: 22 });
});

test("no name ever covers another, nor leaves the map", () => {
  const item = fc.record({
    x: fc.integer({ min: 0, max: 400 }),
    y: fc.integer({ min: 0, max: 200 }),
    weight: fc.integer({ min: 0, max: 3 }),
  });
  fc.assert(
    fc.property(fc.array(item, { maxLength: 30 }), (items) => {
      const placed = placeLabels(
        items.map(({ x, y, weight }, index) => label(`${index}`, x, y, weight)),
        SIZE,
      );
      for (const one of placed) {
        expect(one.x >= 0 && one.x + 60 <= 400 && one.y >= 7 && one.y <= 193).toBe(true);
        for (const other of placed)
          if (one !== other)
            expect(Math.abs(one.x - other.x) >= 60 || Math.abs(one.y - other.y) >= LABEL_HEIGHT).toBe(true);
      }
    }),
  );
});

const SIZES = [
  { width: 60, height: 40 },
  { width: 120, height: 90 },
  { width: 90, height: 90 },
];

const free = (points: readonly (readonly [number, number])[]) => freeBox({ size: SIZE, points, sizes: SIZES });
const row = (step: number) => Array.from({ length: 9 }, (_, index) => [index * step, 180] as const);

test("the closer look takes the largest place at the lower edge that hides nobody, the leftmost of them", () => {
  expect(free([])).toEqual({ left: 0, top: 110, right: 120, bottom: 200 });
  expect(free([[50, 150]])).toEqual({ left: 64, top: 110, right: 184, bottom: 200 });
  // Somebody each 100 px leaves room for the least one only, and each 50 px for none.
  expect(free(row(100))).toEqual({ left: 16, top: 160, right: 76, bottom: 200 });
  expect(free(row(50))).toBeNull();
});

test("on the planet it hides neither a location nor users, on any page; on a narrow one it lies below the map", () => {
  const estate = { locations: planetLocations, zones: planetZones };
  for (let width = 320; width <= 1400; width += 20) {
    const size = { width, height: Math.round(width * MAP_RATIO) };
    const projection = worldProjection(size);
    const box = closeUpBox({ estate, size, projection });
    if (box === null) {
      expect(width).toBeLessThan(740);
      continue;
    }
    for (const { longitude, latitude } of [...planetLocations, ...planetZones]) {
      const [x, y] = projection([longitude, latitude])!;
      expect(x > box.left && x < box.right && y > box.top && y < box.bottom).toBe(false);
    }
  }
});

test("an arrow key goes to the nearest place on that side", () => {
  const points = [
    { key: "virginia", x: 100, y: 50 },
    { key: "ohio", x: 90, y: 52 },
    { key: "oregon", x: 30, y: 40 },
    { key: "ireland", x: 200, y: 40 },
    { key: "brazil", x: 140, y: 150 },
  ];
  expect(neighbour(points, "virginia", "left")).toBe("ohio");
  expect(neighbour(points, "ohio", "left")).toBe("oregon");
  expect(neighbour(points, "virginia", "right")).toBe("ireland");
  expect(neighbour(points, "virginia", "down")).toBe("brazil");
  expect(neighbour(points, "oregon", "left")).toBeNull();
  expect(neighbour(points, "nowhere", "left")).toBe("virginia");
});
