import { expect, onTestFinished, test } from "vitest";
import { CallerError } from "../../core/errors.ts";
import { tallyRequests } from "../users/tally.ts";
import { DRILLS, withRamp } from "./catalogue.ts";
import { planetClient, type PlanetClient } from "./planet-client.ts";
import { longestMs, runDrill } from "./run-drill.ts";

/** A planet that notes what is asked of it, and has no users. */
function notingPlanet(refuses: (what: string) => boolean = () => false) {
  const asked: string[] = [];
  const note = async (what: string): Promise<void> => {
    asked.push(what);
    if (refuses(what)) throw new Error(`refused: ${what}`);
  };
  const planet: PlanetClient = {
    fault: ({ name }) => note(`fault ${name}`),
    clearFaults: () => note("clear"),
    signal: (process, action) => note(`${action} ${process}`),
    processes: async () => ["users", "houston", "node-us-east-1"].map((name) => ({ name, pid: 1 })),
    mark: async () => {},
    counts: async () => ({ total: { rps: 0, failed: 0, slow: 0 } }) as never,
    report: async ({ since, until, locations }) => ({
      tally: tallyRequests([], { since, until, locations, locationNames: [], mark: null, roundTripMs: () => 0 }),
      checkouts: [],
      droppedCheckouts: 0,
    }),
    ledger: async () => [],
    runLocations: async () => new Map(),
    timeline: async () => [],
    decided: async () => ({ decisions: [], verdicts: [] }),
    edgeCounts: async () => [],
    utilisation: async () => [],
    close: async () => {},
  };
  return { planet, asked };
}

const drill = (name: string) => DRILLS.find((each) => each.name === name)!;
const quiet = { waitForBack: false, tell: () => {} };

test("broken off in the watch, a drill ends its faults and starts what it had killed", async () => {
  const { planet, asked } = notingPlanet();
  const breaking = new AbortController();
  const leaderless = { ...drill("leaderless-hard-down"), steps: leaderlessAtOnce() };
  const running = runDrill({
    ...quiet,
    planet,
    drill: leaderless,
    withoutHouston: false,
    signal: breaking.signal,
    tell: (line) => void (line.includes("hard-down") && breaking.abort()),
  });
  await expect(running).rejects.toMatchObject({ name: "AbortError" });
  expect(asked).toEqual(["kill houston", "fault hard-down", "clear", "start houston"]);
});

test("users who do not answer in time end no drill: they count on", async () => {
  const { planet } = notingPlanet();
  const silent = new CallerError({ code: "planet-silent", message: "too busy", hint: "wait" });
  const breaking = new AbortController();
  const said: string[] = [];
  const running = runDrill({
    ...quiet,
    planet: { ...planet, counts: () => Promise.reject(silent) },
    drill: { ...drill("hard-down"), steps: leaderlessAtOnce() },
    withoutHouston: false,
    signal: breaking.signal,
    tell: (line) => {
      said.push(line);
      if (line.includes("count on")) breaking.abort();
    },
  });
  await expect(running).rejects.toMatchObject({ name: "AbortError" });
  expect(said).toContainEqual(expect.stringMatching(/users: no answer in time/));
});

test("helpers that were stopped are started again, even when a fault can't be cleared", async () => {
  const { planet, asked } = notingPlanet((what) => what === "clear");
  const running = runDrill({ ...quiet, planet, drill: drill("hard-down"), withoutHouston: true, seconds: 0 });
  await expect(running).rejects.toThrow("refused: clear");
  expect(asked.slice(0, 2)).toEqual(["kill houston", "kill node-us-east-1"]);
  expect(asked.slice(-3)).toEqual(["clear", "start houston", "start node-us-east-1"]);
});

test("a drill that was broken off says so, even when clearing up fails: that is told", async () => {
  const { planet, asked } = notingPlanet((what) => what === "clear");
  const breaking = new AbortController();
  const said: string[] = [];
  const running = runDrill({
    ...quiet,
    planet,
    drill: drill("hard-down"),
    withoutHouston: false,
    signal: breaking.signal,
    tell(line) {
      said.push(line);
      if (line.includes("hard-down")) breaking.abort();
    },
  });
  await expect(running).rejects.toMatchObject({ name: "AbortError" });
  expect(asked).toContain("clear");
  expect(said.at(-1)).toBe("not all was cleared up: refused: clear; `houston fault clear` tries again");
});

test("a planet that somebody ends during a drill has nothing left to clear up, and no stack is shown for it", async () => {
  const nobody = "http://127.0.0.1:1";
  const planet = planetClient({ api: nobody, supervisor: nobody, token: "t" });
  onTestFinished(() => planet.close());
  const said: string[] = [];
  const running = runDrill({
    planet,
    drill: drill("hard-down"),
    withoutHouston: true,
    waitForBack: false,
    tell: (line) => void said.push(line),
  });
  await expect(running).rejects.toMatchObject({
    code: "planet-gone",
    message: "nothing of the planet answers at http://127.0.0.1:1",
    hint: expect.stringContaining("houston up"),
  });
  expect(said).toEqual(["the planet has ended, and its faults with it: nothing is left to clear up"]);
});

test("a path's zones are told to the fault and to those who count, one that is at home where the drill is", async () => {
  const told: unknown[] = [];
  const { planet } = notingPlanet();
  const breaking = new AbortController();
  const running = runDrill({
    ...quiet,
    planet: { ...planet, fault: async (order) => (void told.push(order), breaking.abort()) },
    drill: drill("path"),
    location: "ca-central-1",
    withoutHouston: false,
    signal: breaking.signal,
  });
  await expect(running).rejects.toMatchObject({ name: "AbortError" });
  expect(told).toEqual([{ name: "path", location: "ca-central-1", zones: ["canada-east"] }]);
});

test("a ramp of another length makes the watch as much longer or shorter; where nothing grows there is none", () => {
  const leak = withRamp(drill("leak"), 300)!;
  expect([leak.watchSeconds, leak.steps]).toEqual([200, [expect.objectContaining({ settings: { rampSeconds: 300 } })]]);
  expect(withRamp(drill("leak"), 1800)).toEqual(drill("leak"));
  expect(withRamp(drill("gray-small"), 60)).toBeNull();
});

test("the longest time of a drill counts its preparation, its watch, and the way back only when it is waited for", () => {
  const calm = longestMs({ drill: drill("calm"), seconds: 10, waitForBack: false });
  expect(longestMs({ drill: drill("cannot-grow"), seconds: 10, waitForBack: false }) - calm).toBe(20_000);
  expect(longestMs({ drill: drill("calm"), seconds: 30, waitForBack: false }) - calm).toBe(20_000);
  expect(longestMs({ drill: drill("calm"), seconds: 10, waitForBack: true })).toBeGreaterThan(calm);
});

function leaderlessAtOnce() {
  return drill("leaderless-hard-down").steps.map((step) => ({ ...step, at: 0 }));
}
