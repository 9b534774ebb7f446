import { expect, test } from "vitest";
import { control, initialControl, viewOf, type ControlState } from "../../core/control.ts";
import type { ControlEvent } from "../../core/control-contract.ts";
import type { Summary } from "../../core/summary.ts";
import type { LogStore } from "../../drivers/store/contract.ts";
import { memoryStore } from "../../drivers/store/memory.ts";
import { frameOf, type Frame } from "../../runtime/frame.ts";
import { failing, madeEstate } from "../../runtime/made-houston.testing.ts";
import { summaryOf } from "../../runtime/summary.testing.ts";
import { withoutMove } from "./without-move.ts";

const START = 1_795_000_000_000;
const NAMES = madeEstate.locations.map(({ name }) => name);
const RPS = 100;
/** Seconds after the start. */
const FAULT = { from: 10, to: 60 };

type Lived = {
  readonly store: LogStore;
  readonly frames: readonly Frame[];
  readonly state: ControlState;
  readonly openedAt: number;
  /** What really was: requests hurt in east, second by second. */
  readonly hurt: number;
};

/** Two minutes in which east is ill, and its users are where the table sends them. */
async function lived(fault: "gray" | "lost" | "everywhere"): Promise<Lived> {
  const store = memoryStore();
  const frames: Frame[] = [];
  let state = initialControl();
  let batch: ControlEvent[] = [];
  const take = (event: ControlEvent): void => {
    batch.push(event);
    const stepped = control(state, event);
    state = stepped.state;
    for (const effect of stepped.effects) {
      if (effect.kind !== "say") take({ event: "outcome", at: state.at, effect: effect.id, outcome: { kind: "done" } });
    }
  };
  take({ event: "config", at: START, estate: madeEstate });
  const shares: number[] = [];
  let hurt = 0;
  for (let second = 0; second < 120; second += 1) {
    const at = START + second * 1000;
    const isIll = second >= FAULT.from && second < FAULT.to;
    const away = state.estate === null ? 0 : (viewOf(state).locations[0]?.movedShare ?? 0);
    const isGone = isIll && fault === "lost";
    for (const name of NAMES) {
      const rps = name === "east" ? (isGone ? 0 : RPS * (1 - away)) : RPS;
      // Those of a dead place come when their names are looked up again.
      const haveCome = fault !== "lost" || second >= FAULT.from + 8;
      const moved = name === "west" && haveCome ? RPS * away : 0;
      const summary = {
        ...summaryFor(name, { at, rps: rps + moved, ill: isIll && (name === "east" || fault === "everywhere"), fault }),
        sees:
          name === "east"
            ? {}
            : { east: isGone ? deaf(at) : { ...deaf(at), failedLooks: 0, failures: 0, lossNats: 0 } },
      };
      if (!(isGone && name === "east")) {
        take({ event: "summary", at, summary });
        take({ event: "capacity", at, capacity: { at, location: name, capacityRps: 1000, readyRps: 400 } });
        const zones = { [`zone-${name}`]: rps, ...(moved > 0 ? { "zone-east": moved } : {}) };
        take({ event: "demand", at, demand: { from: name, rps: { public: zones } } });
      }
    }
    if (isIll && fault === "gray") hurt += 0.1 * RPS * (1 - away);
    // Names are looked up again a TTL later.
    shares.push(away);
    if (isGone) hurt += RPS * (1 - (shares.at(-1 - madeEstate.ttlSeconds) ?? 0));
    for (let tick = 0; tick < 4; tick += 1) take({ event: "tick", at: at + tick * 250 });
    await store.append({ at, events: batch });
    batch = [];
    const seq = second + 1;
    if (second % 20 === 0)
      await store.saveSnapshot({ seq, at, version: "test", state: { control: state, open: [], digest: "" } });
    frames.push(frameOf(viewOf(state)));
  }
  const openedAt = viewOf(state).incidents.at(-1)?.openedAt ?? START + FAULT.from * 1000;
  return { store, frames, state, openedAt, hurt };
}

function summaryFor(
  from: string,
  then: { readonly at: number; readonly rps: number; readonly ill: boolean; readonly fault: string },
): Summary {
  const { at, rps, ill } = then;
  const calm = summaryOf(from, { seq: at, at });
  // Nobody fails where nobody is, and no proof of health comes from it while the fault lasts.
  const own = ill && rps >= 1 ? failing(calm).own : { ...calm.own, healthyNats: ill ? 0 : 30 };
  return { ...calm, own: { ...own, load: { ...own.load, servedRps: rps, enteredRps: rps } } };
}

const deaf = (at: number): Summary["sees"][string] => ({
  lookedAt: at,
  failedLooks: 5,
  looks: 10,
  failures: 10,
  lossNats: 12,
  grayNats: 0,
});

const asked = (of: Lived, more: Partial<Parameters<typeof withoutMove>[0]> = {}) =>
  withoutMove({
    store: of.store,
    version: "test",
    location: "east",
    openedAt: of.openedAt,
    closedAt: null,
    now: START + 120_000,
    frames: of.frames,
    signal: new AbortController().signal,
    ...more,
  });

test("whoever left a place would have been hurt there as long as the fault went on", { timeout: 60_000 }, async () => {
  const gray = await lived("gray");
  const answer = await asked(gray);
  if (answer.kind !== "estimate") throw new Error(answer.kind);
  // A tenth of a hundred a second, for fifty seconds; what really was hurt is what was counted as it happened.
  expect(answer.hurtWithout).toBeGreaterThan(0.1 * RPS * (FAULT.to - FAULT.from) - 20);
  expect(answer.hurtWithout).toBeLessThan(0.1 * RPS * (FAULT.to - FAULT.from) + 20);
  expect(Math.abs(answer.hurt - gray.hurt)).toBeLessThan(15);
  expect(answer.hurt).toBeLessThan(answer.hurtWithout / 3);
  expect(answer).toMatchObject({ untilWhy: "well-again", until: expect.closeTo(START + FAULT.to * 1000, -3) });
  // The same code on the same events, in the mode that moves nobody.
  expect(answer.wouldHave.map(({ code }) => code)).toContain("would");
  expect(answer.wouldHave.map(({ says }) => says).join()).toContain("would move PUBLIC out of east; mode is observe");
});

test("all users of a place that answers nobody would have stayed without an answer", { timeout: 60_000 }, async () => {
  const lost = await lived("lost");
  const answer = await asked(lost);
  if (answer.kind !== "estimate") throw new Error(answer.kind);
  const lostSeconds = FAULT.to - (lost.openedAt - START) / 1000;
  expect(Math.abs(answer.hurtWithout - RPS * lostSeconds)).toBeLessThan(4 * RPS);
  expect(Math.abs(answer.hurt - lost.hurt)).toBeLessThan(3 * RPS);
  expect(answer.hurt).toBeLessThan(answer.hurtWithout / 3);
});

test("a replay changes nothing of what is kept, and says the same again", { timeout: 60_000 }, async () => {
  const gray = await lived("gray");
  const before = JSON.stringify(await gray.store.newestSnapshot());
  const first = await asked(gray);
  expect(await asked(gray)).toEqual(first);
  expect(JSON.stringify(await gray.store.newestSnapshot())).toBe(before);
});

test("what can't be known is said, and what did not move is no question", { timeout: 60_000 }, async () => {
  expect(await asked(await lived("everywhere"))).toEqual({ kind: "nothing-moved" });
  const gray = await lived("gray");
  expect(await asked(gray, { version: "other", openedAt: START + 30_000 })).toMatchObject({
    kind: "unknown",
    why: expect.stringContaining("version test"),
  });
  await gray.store.trim({
    batchesBefore: START + 110_000,
    recordsBefore: 0,
    framesBefore: 0,
    minuteFramesBefore: 0,
  });
  expect(await asked(gray)).toMatchObject({ kind: "unknown", why: expect.stringContaining("gone") });
  const stop = new AbortController();
  stop.abort();
  await expect(asked(await lived("gray"), { signal: stop.signal })).rejects.toThrow();
});
