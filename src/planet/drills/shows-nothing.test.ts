import { expect, test } from "vitest";
import type { ControlView } from "../../core/control-contract.ts";
import { madeReport } from "./made-report.testing.ts";
import { beforeDrill, showsNothing } from "./shows-nothing.ts";

const place = (name: string, verdict = "healthy", more: object = {}) =>
  ({
    name,
    state: "serving",
    hold: null,
    verdict: { verdict },
    ...more,
  }) as unknown as ControlView["locations"][number];
const view = {
  mode: "act",
  hold: null,
  stopped: null,
  blind: false,
  bars: [],
  liftedConditions: [],
  locations: [place("us-east-1"), place("us-east-2")],
} as const;
const drill = { name: "gray", moves: "must", locations: ["us-east-1"] } as const;

test("a Houston that is free is warned of nothing, and each thing that keeps it from moving is told with its fix", () => {
  expect(beforeDrill(view, drill)).toEqual([]);
  const ana = { by: "ana", at: 1 };
  expect(beforeDrill({ ...view, hold: ana }, drill)).toEqual([
    "Houston is held by ana: it moves nobody; `houston release` ends that",
  ]);
  expect(beforeDrill({ ...view, mode: "observe" }, drill)).toEqual([expect.stringContaining("`houston mode act`")]);
  expect(beforeDrill({ ...view, mode: "approve" }, drill)).toEqual([expect.stringContaining("asks before it moves")]);
  const stopped = { at: 1, says: "a receiver fell ill", involved: [] };
  expect(beforeDrill({ ...view, stopped }, drill)).toEqual([expect.stringContaining("a receiver fell ill")]);
  const locations = [place("us-east-1", "healthy", { hold: ana }), place("us-east-2", "shaky", { hold: ana })];
  expect(beforeDrill({ ...view, locations }, drill)).toEqual([
    "us-east-2 not as usual already: the drill shows what comes of both; `houston status` says why",
    "us-east-1 is held by ana: nobody is moved out of it; `houston release us-east-1` ends that",
  ]);
});

test("where nobody has to be moved a hold takes nothing from the drill", () => {
  expect(beforeDrill({ ...view, hold: { by: "ana", at: 1 }, mode: "observe" }, { ...drill, moves: "none" })).toEqual(
    [],
  );
});

test("a blind Houston is not rehearsed: the way without it is named", () => {
  expect(() => beforeDrill({ ...view, blind: true }, drill)).toThrow(
    expect.objectContaining({ code: "houston-blind", hint: expect.stringContaining("--without-houston") }),
  );
});

test("a fault that nobody felt, a planet without users and a Houston that never answers show nothing", () => {
  expect(showsNothing(madeReport("gray"), drill)).toMatch(/felt by nobody/);
  expect(showsNothing(madeReport("gray", { requests: { total: 0, failed: 0, failedAfterMoved99: 0 } }), drill)).toMatch(
    /no user/,
  );
  const polls = { houstonPolls: { total: 9, failed: 9 } };
  expect(showsNothing(madeReport("gray", { certainAt: 5, more: polls }), drill)).toMatch(/answered nothing/);
});

test("a drill shows something when users or Houston felt it, or when nobody had to", () => {
  const failed = { requests: { total: 3000, failed: 1, failedAfterMoved99: 0 } };
  expect(showsNothing(madeReport("gray", failed), drill)).toBeNull();
  expect(showsNothing(madeReport("gray", { certainAt: 5 }), drill)).toBeNull();
  expect(showsNothing(madeReport("surge"), { moves: "none" })).toBeNull();
});
