import { expect, test } from "vitest";
import { NETWORK_OVER_MS, type Summary } from "../summary.ts";
import { networksTold, noteIll, takeZone, type Zones } from "./zones.ts";
import { newDoor } from "./room.ts";

const AT = 1_700_000_000_000;
const NOBODY: ReadonlyMap<string, Summary> = new Map();

function told(minutesOld: number): Zones {
  const zones: Zones = new Map();
  const beacon = (vantage: string, good: number, at: number): void =>
    void takeZone(zones, vantage, { good, total: 10 }, { door: newDoor(), at });
  beacon("users:de", 4, AT - minutesOld * 60_000);
  beacon("users:fr", 10, AT);
  return zones;
}

/** Another location that tells of networks. */
const asking = (name: string, ill: boolean, at = AT): ReadonlyMap<string, Summary> =>
  new Map([["east", { at, own: { networks: [{ name, bad: 1, total: 2, ill }] } } as unknown as Summary]]);

test("nothing is told of a network that is hurt nowhere", () => {
  expect(networksTold(told(0), NOBODY, AT)).toEqual([]);
});

test("a network that was named as the cause is told with how its users fare now, long after", () => {
  const zones = told(0);
  noteIll(zones, "users:de", AT);
  expect(networksTold(zones, NOBODY, AT)).toEqual([{ name: "users:de", bad: 6, total: 10, ill: true }]);
  const later = AT + 2 * NETWORK_OVER_MS;
  expect(networksTold(zones, NOBODY, later)).toEqual([{ name: "users:de", bad: 0, total: 0, ill: true }]);
  expect(networksTold(zones, NOBODY, AT + 3 * 3_600_000)).toEqual([]);
});

test("it is told for as long as users who are sent to see are hurt, were they too few to be named", () => {
  const zones = told(0);
  noteIll(zones, "users:de", AT);
  const hour = 3_600_000;
  for (const hours of [1.9, 3.8]) {
    const at = AT + hours * hour;
    takeZone(zones, "users:de", { good: 4, total: 10 }, { door: newDoor(), at });
    expect(networksTold(zones, NOBODY, at)).toEqual([{ name: "users:de", bad: 6, total: 10, ill: true }]);
  }
  const well = AT + 5.9 * hour;
  takeZone(zones, "users:de", { good: 10, total: 10 }, { door: newDoor(), at: well });
  expect(networksTold(zones, NOBODY, well)).toEqual([]);
});

test("what others say was hurt there is told too, and is no echo of itself", () => {
  expect(networksTold(told(0), asking("users:fr", true), AT)).toEqual([
    { name: "users:fr", bad: 0, total: 10, ill: false },
  ]);
  expect(networksTold(told(0), asking("users:fr", false), AT)).toEqual([]);
  expect(networksTold(told(0), asking("users:fr", true, AT - 60_000), AT)).toEqual([]);
});

test("a clock that is put back an hour begins the count anew", () => {
  const zones = told(-60);
  noteIll(zones, "users:de", AT);
  takeZone(zones, "users:de", { good: 5, total: 5 }, { door: newDoor(), at: AT });
  expect(networksTold(zones, NOBODY, AT)).toEqual([{ name: "users:de", bad: 0, total: 5, ill: true }]);
});
