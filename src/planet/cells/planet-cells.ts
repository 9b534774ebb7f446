import type { Cell } from "../../core/cell-borders.ts";
import type { LocationName } from "../../core/estate.ts";
import { locationRoundTripMs } from "../geography.ts";

/**
 * The planet's five. A write is durable when two of three have it, so what counts is how far each location is from its nearest
 * neighbour in the cell; no cell crosses a border of law, and no two of North America's eastern regions share one.
 */
export const planetCells: readonly Cell[] = [
  { name: "americas-east", locations: ["us-east-1", "ca-central-1", "sa-east-1"] },
  { name: "americas-west", locations: ["us-east-2", "us-west-2", "us-central1"] },
  { name: "europe", locations: ["eu-west-1", "eu-central-1", "europe-north1"] },
  { name: "indian-ocean", locations: ["ap-south-1", "southafricanorth", "uaenorth"] },
  { name: "pacific", locations: ["asia-southeast1", "ap-northeast-1", "australia-southeast1"] },
];

/** From here: the own cell, then the others by how far the nearer two of their members are: those make a majority. */
export function cellsNearestFirst(location: LocationName, cells: readonly Cell[]): readonly Cell[] {
  const majorityMs = (cell: Cell): number => roundTripsMs(location, cell)[1] ?? 0;
  const isOwn = (cell: Cell): boolean => cell.locations.includes(location);
  return cells.toSorted(
    (a, b) => Number(isOwn(b)) - Number(isOwn(a)) || majorityMs(a) - majorityMs(b) || (a.name < b.name ? -1 : 1),
  );
}

/** Its members as one location asks them: the own one first, then the nearest. */
export function membersNearestFirst(location: LocationName, cell: Cell): readonly LocationName[] {
  const awayMs = (member: LocationName): number => (member === location ? 0 : locationRoundTripMs(location, member));
  return cell.locations.toSorted((a, b) => awayMs(a) - awayMs(b) || (a < b ? -1 : 1));
}

function roundTripsMs(location: LocationName, cell: Cell): readonly number[] {
  return cell.locations
    .map((member) => (member === location ? 0 : locationRoundTripMs(location, member)))
    .toSorted((a, b) => a - b);
}

/** The longest round trip between two of its members. */
export function widthMs({ locations }: Cell): number {
  const pairs = locations.flatMap((one, index) => locations.slice(index + 1).map((other) => [one, other] as const));
  return Math.max(...pairs.map(([one, other]) => locationRoundTripMs(one, other)));
}
