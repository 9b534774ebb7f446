import { expect, test } from "vitest";
import { bordersCrossed } from "../../core/cell-borders.ts";
import { planetCapacities, planetEstate, planetLocations } from "../geography.ts";
import { timingOf } from "./members.ts";
import { cellsNearestFirst, membersNearestFirst, planetCells, widthMs } from "./planet-cells.ts";

const names = planetLocations.map(({ name }) => name);

test("each location is in one cell, and each cell has three", () => {
  expect(planetCells.flatMap(({ locations }) => locations).toSorted()).toEqual(names.toSorted());
  expect(planetCells.map(({ locations }) => locations.length)).toEqual([3, 3, 3, 3, 3]);
});

test("from each location its own cell comes first, its own member first, and all others are there", () => {
  for (const name of names) {
    const cells = cellsNearestFirst(name, planetCells);
    expect(cells[0]?.locations).toContain(name);
    expect(cells.map((cell) => cell.name).toSorted()).toEqual(planetCells.map((cell) => cell.name).toSorted());
    expect(membersNearestFirst(name, cells[0]!)[0]).toBe(name);
  }
  const order = cellsNearestFirst("us-east-1", planetCells).map(({ name }) => name);
  expect(order).toEqual(["americas-east", "americas-west", "europe", "indian-ocean", "pacific"]);
});

test("no journal of the planet's requests is kept where a zone's law forbids it", () => {
  const capacities = planetCapacities({ totalRps: 800, utcHour: 15 });
  expect(bordersCrossed(planetCells, planetEstate({ services: {}, journeys: {}, capacities }))).toEqual([]);
});

test("a heartbeat has time for the way between the two members that are furthest apart, an election for ten", () => {
  for (const cell of planetCells) {
    const { heartbeatMs, electionMs } = timingOf(cell);
    expect(heartbeatMs).toBeGreaterThanOrEqual(widthMs(cell));
    expect(electionMs).toBe(10 * heartbeatMs);
  }
});
