import { expect, test } from "vitest";
import { FAULTS } from "./faults.ts";
import { OurJudges } from "./ours.ts";
import { Recording, type Tick } from "./recording.ts";

const HERE = "eu-west-1";

function recordingOf(name: string | null): Recording {
  const what = FAULTS.find((fault) => fault.name === name);
  const fault = what === undefined ? {} : { fault: { what, location: HERE, second: 0 } };
  return new Recording({ seed: 5, tickSeconds: 1, ...fault });
}

const edgeOf = (tick: Tick, location = HERE) =>
  tick.readings
    .get(location)!
    .find((each) => each.signal === "requests" && each.service === "edge" && each.vantage === undefined);

test("the same seed makes the same recording, and a copy of its state goes on from there", () => {
  const [one, other] = [recordingOf(null), recordingOf(null)];
  for (let second = 1; second <= 30; second++)
    expect(one.pass(second, second * 1000)).toEqual(other.pass(second, second * 1000));
  const [copy, again] = [0, 0].map(() => new Recording({ seed: 6, tickSeconds: 1, from: structuredClone(one.state) }));
  expect(copy!.pass(31, 31_000)).toEqual(again!.pass(31, 31_000));
});

test("well: each user's request is counted by the edge too, and two vantages look at each place a second", () => {
  const tick = recordingOf(null).pass(1, 1000);
  const { users, looks } = tick.seen.get(HERE)!;
  expect(edgeOf(tick)).toMatchObject({ total: users.total, good: users.total - users.bad });
  expect(looks.length).toBe(2);
});

test("dead: all its users fail, it tells nothing and looks at nobody, and no look gets an answer", () => {
  const tick = recordingOf("hard-down").pass(1, 1000);
  const { users, looks } = tick.seen.get(HERE)!;
  expect(users.total).toBeGreaterThan(0);
  expect(users.bad).toBe(users.total);
  expect(tick.readings.has(HERE)).toBe(false);
  expect(looks).not.toContain(true);
});

test("a path: one network's users fail and its edge never hears of them", () => {
  const tick = recordingOf("one zone's path").pass(1, 1000);
  const { users } = tick.seen.get(HERE)!;
  const beacons = tick.readings.get(HERE)!.filter((each) => each.signal === "requests" && each.vantage === "users:us");
  expect(beacons).toHaveLength(1);
  expect(beacons[0]).toMatchObject({ good: 0 });
  expect(edgeOf(tick)).toMatchObject({ total: users.total - users.bad });
});

test("judges that were copied say the same as those that were not", () => {
  const recording = recordingOf("gray 20 %");
  const ours = new OurJudges(recording.world.estate, 1);
  const passed = (second: number): Tick => recording.pass(second, second * 1000, ours.isSuspected);
  for (let second = 1; second <= 3; second++) ours.pass(passed(second));
  const copy = new OurJudges(recording.world.estate, 1, structuredClone(ours.plain));
  for (let second = 4; second <= 8; second++) {
    const tick = passed(second);
    expect(copy.pass(tick)).toEqual(ours.pass(tick));
  }
});
