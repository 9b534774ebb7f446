import { expect, test } from "vitest";
import { initialControl } from "../core/control.ts";
import { newPlace } from "../core/control/state.ts";
import { BUCKETS, type ZoneName } from "../core/estate.ts";
import type { RouteTable } from "../core/route/table.ts";
import type { Fault } from "./faults.ts";
import { madePlanet } from "./made-planet.ts";
import { watch } from "./watch.ts";
import { makeWorld } from "./world.ts";

const START = 1_700_000_000_000;

/** What the umpire finds when users of a zone are moved while another zone's path is bad. */
function brokenBy(moves: (path: ZoneName) => ZoneName): string | null {
  const planet = madePlanet(1);
  const { names, estate } = planet;
  const path = planet.sidePaths[0]!;
  const fault: Fault = { kind: "path", fromMs: START, untilMs: START + 60_000, other: null, size: 0.6, ...path };
  let at = START;
  const umpire = watch({
    planet,
    world: makeWorld({ planet, seed: 1, at: START }),
    faults: [fault],
    startedAt: START,
    now: () => at,
    spared: [],
  });
  const writer = estate.classes.flatMap(({ data }) => (data.kind === "one-writer" ? [data.location] : []))[0]!;
  const tableOf = (version: number, moved: ZoneName | null): RouteTable => ({
    version,
    at,
    locations: names,
    assignment: Object.fromEntries(
      estate.classes.map(({ name, data }) => [
        name,
        Object.fromEntries(
          estate.zones.map(({ name: zone }) => {
            const to = data.kind === "one-writer" ? writer : names[zone === moved ? 1 : 2]!;
            return [zone, [[names.indexOf(to), BUCKETS] as const]];
          }),
        ),
      ]),
    ),
    contingency: {},
    apart: [],
  });
  const state = { ...initialControl(), places: Object.fromEntries(names.map((name) => [name, newPlace(name)])) };
  for (const [version, moved] of [
    [1, null],
    [2, null],
    [3, moves(path.zone)],
  ] as const) {
    at += 9_000;
    const effects = [{ kind: "publish", id: `publish-${version}`, table: tableOf(version, moved) } as const];
    umpire.decided({ event: { event: "tick", at }, stepped: { state, effects, reasons: [] } });
  }
  return umpire.broken?.invariant ?? null;
}

test("canary: who moves others than those whose path is bad is caught", () => {
  expect(brokenBy((path) => path)).toBe(null);
  expect(brokenBy((path) => (path === "between-1" ? "between-2" : "between-1"))).toBe("W7");
});
