import { expect, test } from "vitest";
import { madeClock } from "../runtime/made-clock.testing.ts";
import { watchRequests } from "./requests-watch.ts";

test("what journals and worlds say is added up by location; who falls silent is named, and known by its last word", async () => {
  const clock = madeClock(1_795_000_000_000);
  let answers = false;
  const east = async () => {
    if (!answers) throw new Error("no quorum");
    return { "us-east-1": { inFlight: 5, parked: 2, inDoubt: 1 } };
  };
  const watch = watchRequests({
    clock,
    journals: { "cell-east": east, "cell-west": async () => ({ "us-east-1": { inFlight: 1, parked: 0, inDoubt: 0 } }) },
    resumedElsewhere: {
      "us-east-1": () => Promise.reject(new Error("dead")),
      "us-west-2": async () => 7,
    },
  });
  expect(watch.heard()).toBeNull();
  await clock.pass(1);
  expect(watch.heard()).toMatchObject({ all: { inFlight: 1, silent: ["cell-east"] } });
  answers = true;
  await clock.pass(2000);
  const whole = {
    all: { inFlight: 6, resumedElsewhere: 7, parked: 2, inDoubt: 1, silent: [] },
    at: {
      "us-east-1": { inFlight: 6, resumedElsewhere: 0, parked: 2, inDoubt: 1 },
      "us-west-2": { inFlight: 0, resumedElsewhere: 7, parked: 0, inDoubt: 0 },
    },
  };
  expect(watch.heard()).toEqual(whole);
  answers = false;
  await clock.pass(2000);
  expect(watch.heard()).toEqual({ ...whole, all: { ...whole.all, silent: ["cell-east"] } });
  watch.stop();
});
