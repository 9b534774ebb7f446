import { expect, test } from "vitest";
import type { LocationName } from "../../src/core/estate.ts";
import type { Fault } from "../../src/simulation/faults.ts";
import { madePlanet } from "../../src/simulation/made-planet.ts";
import { STEP_MS, type PlaceNow } from "../../src/simulation/world.ts";
import { loadOracle } from "../plan/highs-oracle.ts";
import { overloadWatch } from "./overload.ts";

const planet = madePlanet(1, 1.5);
const { names } = planet;
const [, lost, receiver] = names as [string, string, string];
const TOTAL_RPS = sum(Object.values(planet.demandRps).flatMap((zones) => Object.values(zones)));
const oracle = await loadOracle();

/** What a place has and takes at one moment, and what it says that it takes. */
type Now = Partial<Pick<PlaceNow, "offeredRps" | "readyRps" | "guestRps" | "silent">> & { readonly saysRps?: number };

/** Plays seconds, one after the other, of a world in which only what is told differs from all being half full. */
function play(
  parts: readonly { readonly seconds: number; readonly places: Readonly<Record<LocationName, Now>> }[],
  lookEveryMs = STEP_MS,
) {
  const watch = overloadWatch(oracle, 0);
  let at = 0;
  const active: readonly Fault[] = [];
  for (const { seconds, places } of parts) {
    const now = new Map(
      names.map((name): [LocationName, PlaceNow & { readonly saysRps: number }] => {
        const readyRps = planet.readyRps[name]!;
        const place = { offeredRps: readyRps / 2, readyRps, guestRps: 0, silent: false, ...places[name] };
        return [name, { saysRps: place.readyRps, servedRps: 0, shedRps: 0, sickness: 0, ...place, name }];
      }),
    );
    const capacity = (location: LocationName) => (when: number) => {
      const { saysRps } = now.get(location)!;
      return { at: when, location, capacityRps: 2 * planet.readyRps[location]!, readyRps: saysRps };
    };
    const world = {
      places: now,
      users: { demandRps: TOTAL_RPS, unreachedRps: 0, shedRps: 0, failedRps: 0 },
      scaler: (location: LocationName) => ({ capacity: capacity(location) }),
    };
    for (let look = 0; look < (seconds * 1000) / lookEveryMs; look++) {
      at += lookEveryMs;
      watch.look({ at, active, planet, world });
    }
  }
  const { avoidableSeconds, newsSeconds, noRoomSeconds } = watch.result();
  const looked = lookEveryMs / STEP_MS;
  return {
    avoidableSeconds: looked * avoidableSeconds,
    newsSeconds: looked * newsSeconds,
    noRoomSeconds: looked * noRoomSeconds,
  };
}

const readyRps = planet.readyRps[receiver]!;
const isFull: Now = { offeredRps: 1.1 * readyRps, guestRps: 0.5 * readyRps };
const seconds = (result: ReturnType<typeof play>) => [
  result.avoidableSeconds,
  result.newsSeconds,
  result.noRoomSeconds,
];

test("who is full while others have room could have been relieved after what any loop needs", () => {
  expect(seconds(play([{ seconds: 20, places: { [receiver]: isFull } }]))).toEqual([12, 8, 0]);
});

test("who lies is known to eight seconds after it was full below its word", () => {
  const lies = { ...isFull, saysRps: 1.5 * readyRps };
  expect(seconds(play([{ seconds: 20, places: { [receiver]: lies } }]))).toEqual([11.75, 8.25, 0]);
});

test("who was full while it told the truth is not known to lie: when it lies later that is news", () => {
  const lies = { ...isFull, saysRps: 1.5 * readyRps };
  const result = play([
    { seconds: 0.5, places: { [receiver]: isFull } },
    { seconds: 15, places: { [receiver]: { saysRps: 1.5 * readyRps } } },
    { seconds: 5, places: { [receiver]: lies } },
  ]);
  expect(seconds(result)).toEqual([0, 5.5, 0]);
});

/** What comes from its own zones; editors are where their data is. */
function livesRps(name: LocationName): number {
  const { editor: _, ...own } = planet.expected.find(({ from }) => from === name)!.rps;
  const editorsRps = name === names[0] ? sum(Object.values(planet.demandRps["editor"]!)) : 0;
  return editorsRps + sum(Object.values(own).flatMap((zones) => Object.values(zones)));
}

test("who was lost takes nobody before its health is proved, then a canary, and more with each look", () => {
  // All others are full with their own users; what is too much is more than a canary of the lost one's, and less than the step after it.
  const others = Object.fromEntries(
    names.map((name): [LocationName, Now] => [name, { offeredRps: livesRps(name), readyRps: livesRps(name) }]),
  );
  const takesRps = 1.2 * livesRps(receiver);
  const full = {
    readyRps: takesRps,
    offeredRps: takesRps + 0.07 * livesRps(lost),
    guestRps: 0.2 * livesRps(receiver),
  };
  const gone = { ...others, [receiver]: full, [lost]: { offeredRps: 0, silent: true } };
  const emptied = { ...gone, [lost]: { offeredRps: 0 } };
  const { avoidableSeconds, noRoomSeconds, newsSeconds } = play(
    [
      { seconds: 12, places: gone },
      { seconds: 28, places: emptied },
    ],
    1000,
  );
  // Ten seconds of proof, five of a look at the canary, and eight to get there.
  expect(avoidableSeconds).toBe(28 - 10 - 5 - 8);
  expect(noRoomSeconds + newsSeconds).toBe(12 + 10 + 5 + 8);
});

function sum(rps: readonly number[]): number {
  return rps.reduce((all, each) => all + each, 0);
}
