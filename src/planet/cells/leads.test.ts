import { expect, test } from "vitest";
import type { LocationName } from "../../core/estate.ts";
import type { SteeringDriver } from "../../drivers/steering-contract.ts";
import { madeClock } from "../../runtime/made-clock.testing.ts";
import { afterLeads, watchLeads } from "./leads.ts";

function madeCell(names: readonly LocationName[]) {
  const asked: string[] = [];
  const answer = Promise.withResolvers<void>();
  return {
    members: Object.fromEntries(names.map((name) => [name, `http://${name}`])),
    leaveLead: async (...leaving: readonly string[]) => {
      asked.push(leaving.join(" "));
      await answer.promise;
    },
    asked,
    answer: () => answer.resolve(),
  };
}

const driverInto = (said: string[]): SteeringDriver => ({
  name: "world",
  apply: async () => {
    said.push("table");
    return { kind: "done" };
  },
});
const table = {} as Parameters<SteeringDriver["apply"]>[0];

test("a table waits until the member where users leave has handed its lead on, once for all servers", async () => {
  const clock = madeClock(1_795_000_000_000);
  const europe = madeCell(["dublin", "frankfurt", "helsinki"]);
  const pacific = madeCell(["tokyo", "sydney", "singapore"]);
  let leaving: readonly LocationName[] = [];
  const leads = watchLeads({ clock, cells: [europe, pacific], leaving: () => leaving });
  const said: string[] = [];
  const [world, other] = [afterLeads(leads, driverInto(said)), afterLeads(leads, driverInto(said))];
  const { signal } = new AbortController();
  await world.apply(table, signal);
  expect([said, europe.asked]).toEqual([["table"], []]);

  leaving = ["dublin"];
  const applied = [world.apply(table, signal), other.apply(table, signal)];
  await clock.pass(100);
  expect([said, europe.asked, pacific.asked]).toEqual([["table"], ["http://dublin"], []]);
  europe.answer();
  await Promise.all(applied);
  expect(said).toEqual(["table", "table", "table"]);
  // While it is left it is given no lead again.
  await clock.pass(2000);
  expect(europe.asked).toEqual(["http://dublin", "http://dublin"]);
  leads.stop();
});

test("a member that does not answer holds no move up for long; a cell that is left whole keeps its lead", async () => {
  const clock = madeClock(1_795_000_000_000);
  const deaf = madeCell(["dublin", "frankfurt", "helsinki"]);
  const whole = madeCell(["tokyo", "sydney"]);
  const leads = watchLeads({ clock, cells: [deaf, whole], leaving: () => ["dublin", "tokyo", "sydney"] });
  const said: string[] = [];
  const applied = afterLeads(leads, driverInto(said)).apply(table, new AbortController().signal);
  await clock.pass(300);
  expect(said).toEqual([]);
  await clock.pass(200);
  await applied;
  expect([said, deaf.asked, whole.asked]).toEqual([["table"], ["http://dublin"], []]);
  leads.stop();
});
