import { expect, test } from "vitest";
import { control, initialControl, type ControlState } from "../core/control.ts";
import type { ControlEvent } from "../core/control-contract.ts";
import { CallerError } from "../core/errors.ts";
import type { Estate } from "../core/estate.ts";
import type { Order } from "../core/order.ts";
import { failing, madeEstate } from "../runtime/made-houston.testing.ts";
import { summaryOf } from "../runtime/summary.testing.ts";
import { previewOf } from "./order-preview.ts";

const NAMES = madeEstate.locations.map(({ name }) => name);
/** Three classes: one goes anywhere, one only where people say so, one stays with its writer. */
const estate: Estate = {
  ...madeEstate,
  classes: [
    ...madeEstate.classes,
    { name: "editor", priority: 5, latencyWeight: 1, data: { kind: "one-writer", location: "east" } },
    { name: "internal", priority: 1, latencyWeight: 1, data: { kind: "everywhere" } },
  ],
};
const START = 1_795_000_000_000;

/** Ten calm seconds, with so many requests a second for each place's own zone. */
function world(
  options: {
    readonly rps?: number;
    readonly editorRps?: number;
    readonly readyRps?: number;
    readonly capacityRps?: number;
    readonly startsAt?: number;
  } = {},
) {
  const { rps = 100, editorRps = 5, readyRps = 200, capacityRps = 1000, startsAt = START } = options;
  let state: ControlState = initialControl();
  let at = startsAt;
  const ready = new Map(NAMES.map((name) => [name, readyRps]));
  const take = (event: ControlEvent): void => {
    const { state: next, effects } = control(state, event);
    state = next;
    for (const effect of effects) {
      if (effect.kind === "say") continue;
      // Growth takes no time here, and every table is taken.
      if (effect.kind === "scale") ready.set(effect.location, Math.max(readyRps, effect.targetRps));
      take({ event: "outcome", at, effect: effect.id, outcome: { kind: "done" } });
    }
  };
  take({ event: "config", at, estate });
  const second = (ill: readonly string[] = []): void => {
    at += 1000;
    for (const name of NAMES) {
      const summary = summaryOf(name, { seq: at, at });
      take({ event: "summary", at, summary: ill.includes(name) ? failing(summary) : summary });
      take({ event: "capacity", at, capacity: { at, location: name, capacityRps, readyRps: ready.get(name)! } });
      take({
        event: "demand",
        at,
        demand: {
          from: name,
          rps: {
            public: { [`zone-${name}`]: rps },
            internal: { [`zone-${name}`]: rps / 10 },
            editor: { [`zone-${name}`]: editorRps },
          },
        },
      });
    }
    for (let tick = 0; tick < 4; tick += 1) take({ event: "tick", at: at + tick * 250 });
  };
  for (let count = 0; count < 10; count += 1) second();
  return {
    state: () => state,
    second,
    order(order: Order): void {
      take({ event: "order", at, by: "ana", order });
    },
  };
}

const says = (state: ControlState, order: Order): string => previewOf(state, order).says.join("\n");

test("an evacuation says how much goes where, how full that makes them, how much further it is, and what stays", () => {
  const preview = previewOf(world().state(), { kind: "evacuate", location: "east" });
  expect(preview.says).toEqual([
    "moves 110 rps of PUBLIC and INTERNAL to west, then 22 % full, +31 ms median",
    "west grows to 267 rps first",
    "EDITOR stays: its only writer is in east",
    "5 % first, a look at each step, then double",
    "until `houston restore east`",
  ]);
  expect(preview).toMatchObject({
    movesRps: expect.closeTo(110, 1),
    receivers: [{ name: "west", takesRps: expect.closeTo(110, 1), utilisation: expect.closeTo(0.22, 3) }],
    addedMs: { median: 31, p95: 31 },
    typed: "east",
    undo: { kind: "restore", location: "east" },
  });
});

test("a share and a class are honoured, and a small order wants no typing", () => {
  const preview = previewOf(world().state(), {
    kind: "evacuate",
    location: "east",
    class: "internal",
    share: 0.5,
    forSeconds: 600,
  });
  expect(preview.movesRps).toBeCloseTo(5, 0);
  expect(preview.typed).toBeNull();
  expect(preview.says[0]).toMatch(/^moves 5\.\d rps of INTERNAL to west, then 12 % full, \+31 ms median$/);
  expect(preview.says.at(-1)).toBe("goes back by itself after 10 min");
  expect(preview.says.join()).not.toContain("EDITOR");
});

test("several receivers are named with their shares, and what finds no room is said", () => {
  const preview = previewOf(world({ rps: 400, editorRps: 0, readyRps: 500, capacityRps: 560 }).state(), {
    kind: "evacuate",
    location: "east",
  });
  expect(preview.receivers.map(({ name }) => name).toSorted()).toEqual(["middle", "north", "south", "west"]);
  expect(preview.says[0]).toMatch(/^moves \d+ rps of PUBLIC to 4 places, highest 8\d % full, \+\d+ ms median$/);
  expect(preview.says[1]).toMatch(/^to (\w+ \d+ % \(then \d+ % full\)(, )?){4}$/);
  const [room] = preview.says.flatMap(
    (line) => /^(\d+) rps find no room: they stay where they are$/.exec(line)?.[1] ?? [],
  );
  expect(Number(room) + preview.movesRps).toBeCloseTo(440, -1);
});

/** What a preview of it throws. */
function refusal(state: ControlState, order: Order): Pick<CallerError, "code" | "message" | "hint"> {
  try {
    previewOf(state, order);
  } catch (error) {
    if (error instanceof CallerError) return error;
  }
  throw new Error("it was not refused");
}

test("what Houston would refuse is refused with its own code and fix, and nobody's name", () => {
  const held = world();
  held.order({ kind: "mode", mode: "observe" });
  expect(refusal(held.state(), { kind: "evacuate", location: "east" })).toMatchObject({
    code: "refused-mode-observe",
    message: "mode is observe, nothing moves",
    hint: "`houston mode act`",
  });
  expect(refusal(world().state(), { kind: "evacuate", location: "east", class: "editor" })).toMatchObject({
    code: "refused-one-writer",
  });
  expect(refusal(world().state(), { kind: "restore", location: "east" })).toMatchObject({ code: "refused-not-left" });
  expect(refusal(initialControl(), { kind: "hold" })).toMatchObject({ code: "not-configured" });
});

test("a restore says who comes home and what that does to it", () => {
  const made = world();
  made.order({ kind: "evacuate", location: "east" });
  for (let count = 0; count < 60; count += 1) made.second();
  const preview = previewOf(made.state(), { kind: "restore", location: "east" });
  expect(preview.says).toEqual([
    "moves 110 rps of PUBLIC and INTERNAL back to east, then 14 % full, -31 ms median",
    "5 % first, a look at each step, then double",
  ]);
  expect([preview.typed, preview.undo]).toEqual(["east", null]);
  expect(says(made.state(), { kind: "evacuate", location: "east" })).toContain("moves nobody");
});

test("a hold says what stops; each undo takes back what the order did, and nothing that somebody else did", () => {
  const made = world();
  made.order({ kind: "evacuate", location: "east" });
  made.second();
  expect(says(made.state(), { kind: "hold" })).toMatch(
    /^nothing moves by itself until `houston release`; a location that dies is not left either\neast is draining, .* out: it stops there$/,
  );
  const undo = (order: Order): Order | null => previewOf(made.state(), order).undo;
  expect(undo({ kind: "hold" })).toEqual({ kind: "release" });
  expect(undo({ kind: "hold", location: "west" })).toEqual({ kind: "release", location: "west" });
  expect(undo({ kind: "release" })).toBeNull();
  expect(undo({ kind: "mode", mode: "approve" })).toEqual({ kind: "mode", mode: "act" });
  expect(undo({ kind: "mode", mode: "act" })).toBeNull();
  made.order({ kind: "hold" });
  expect(undo({ kind: "release" })).toEqual({ kind: "hold" });
  expect(undo({ kind: "hold" })).toBeNull();
  expect(says(made.state(), { kind: "release" })).toContain("I move traffic by myself again");
  made.order({ kind: "mode", mode: "approve" });
  expect(says(made.state(), { kind: "release" })).toContain("I ask before each move again");
});

/** What an order is answered. */
const answered = (state: ControlState, order: Order): readonly string[] =>
  control(state, { event: "order", at: state.at, by: "ana", order }).effects.flatMap((effect) =>
    effect.kind === "say" ? [effect.words.what] : [],
  );

test("a hold for a while says when it ends; one that was there before goes on", () => {
  const made = world();
  const brief = { kind: "hold", forSeconds: 600 } as const;
  expect(says(made.state(), brief)).toContain("it ends by itself after 10 min");
  made.order({ kind: "hold", forSeconds: 300 });
  expect(says(made.state(), brief)).toContain("it ends by itself after 10 min");
  made.order({ kind: "hold" });
  expect(says(made.state(), brief)).toContain("the hold of ana lasts longer, and goes on");
  expect(says(made.state(), { ...brief, location: "west" })).toContain("it ends by itself after 10 min");
});

test("who only observes promises no move by a hold's end, and no end of moves by a hold", () => {
  const made = world();
  made.order({ kind: "mode", mode: "observe" });
  expect(says(made.state(), { kind: "hold" })).toContain("nothing moves by itself, held or not");
  expect(answered(made.state(), { kind: "hold" })).toEqual([
    "ana: hold: nothing moves by itself; mode is observe: nor does it after a release",
  ]);
  made.order({ kind: "hold" });
  const release = says(made.state(), { kind: "release" });
  expect(release).toContain("mode is observe, and still nothing moves");
  expect(release).not.toContain("I move traffic by myself");
  expect(answered(made.state(), { kind: "release" })).toEqual([
    "ana: released the hold of ana; mode is observe: still nothing moves",
  ]);
});

test("an order that lets something begin shows what begins: a yes, and the mode act", () => {
  const made = world();
  made.order({ kind: "mode", mode: "approve" });
  for (let count = 0; count < 3; count += 1) made.second(["east"]);
  const [question] = made.state().questions;
  expect(question?.asks).toBe("May I move PUBLIC, INTERNAL out of east?");
  const answered = (choice: number) =>
    previewOf(made.state(), { kind: "answer", question: question?.id ?? "", choice });
  expect(answered(1).says).toEqual([
    "May I move PUBLIC, INTERNAL out of east?",
    "you answer 1: approve, and I do so at once",
    "moves 110 rps of PUBLIC and INTERNAL out of east to west, then 22 % full, +31 ms median",
    "west grows to 267 rps first",
    "EDITOR stays: its only writer is in east",
    "5 % first, a look at each step, then double",
  ]);
  expect(answered(1)).toMatchObject({ typed: "east", undo: null });
  expect(answered(2)).toMatchObject({ typed: null, undo: null, movesRps: 0 });
  const act = previewOf(made.state(), { kind: "mode", mode: "act" });
  expect(act).toMatchObject({ typed: "act", undo: { kind: "mode", mode: "approve" }, movesRps: answered(1).movesRps });
  expect(act.says.slice(0, 2)).toEqual([
    "the mode is approve and becomes act: I move traffic by myself, without asking",
    "moves 110 rps of PUBLIC and INTERNAL out of east to west, then 22 % full, +31 ms median",
  ]);
});

/** A log that begins then, and soon asks whether east may be left. */
function asking(startsAt: number): ControlState {
  const made = world({ startsAt });
  made.order({ kind: "mode", mode: "approve" });
  for (let count = 0; count < 3; count += 1) made.second(["east"]);
  return made.state();
}

test("a button of an earlier log answers no question of this one", () => {
  const [before, now] = [asking(START), asking(START + 60_000)];
  const [old, open] = [before.questions[0], now.questions[0]];
  // Both logs asked the same, at the same place in them.
  expect(old?.asks).toBe(open?.asks);
  expect(old?.id).not.toBe(open?.id);
  expect(refusal(now, { kind: "answer", question: old?.id ?? "", choice: 1 }).code).toBe("refused-no-question");
});

/** A write to anything under it throws. */
function frozen<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const each of Object.values(value)) frozen(each);
  return value;
}

test("a preview changes nothing: the state is the same to the byte, and was never written to", () => {
  const made = world();
  made.order({ kind: "evacuate", location: "north", share: 0.3 });
  made.second();
  const state = frozen(made.state());
  const before = JSON.stringify(state);
  const orders: readonly Order[] = [
    { kind: "evacuate", location: "east" },
    { kind: "evacuate", location: "north" },
    { kind: "restore", location: "north" },
    { kind: "hold" },
    { kind: "hold", location: "west" },
    { kind: "release" },
    { kind: "mode", mode: "observe" },
  ];
  for (const order of orders) {
    const preview = previewOf(state, order);
    expect(preview.order).toEqual(order);
    expect(preview.says.length).toBeGreaterThan(0);
    expect(previewOf(state, order)).toEqual(preview);
  }
  expect(JSON.stringify(state)).toBe(before);
});
