import { expect, test } from "vitest";
import type { ControlEffect, ControlView, Incident } from "../core/control-contract.ts";
import type { Reason } from "../core/step.ts";
import type { Verdict } from "../core/verdict.ts";
import { memoryStore } from "../drivers/store/memory.ts";
import type { Frame } from "./frame.ts";
import { recorder, type Decision } from "./recorder.ts";

const verdict: Verdict = {
  location: "east",
  verdict: "failing",
  certainty: 1,
  evidenceNats: 40,
  barNats: 20,
  scope: "location",
  action: "leave",
  promise: "none",
  impact: { usersHurt: 0.1 },
  causes: [{ layer: "resource", name: "dynamodb", share: 0.9 }],
  because: [{ service: "dynamodb", signal: "requests", nats: 40, says: "10 % of requests fail; 0.1 % is usual" }],
};
const view = (): ControlView => ({
  at: 0,
  mode: "act",
  hold: null,
  routeTableVersion: 1,
  stopped: null,
  blind: false,
  bars: [],
  liftedConditions: [],
  questions: [],
  incidents: [],
  flows: [],
  servedBy: [],
  locations: ["east", "west"].map((name) => ({
    name,
    state: "serving",
    hold: name === "west" ? { by: "ana", at: 0 } : null,
    verdict:
      name === "east" ? verdict : { ...verdict, location: name, verdict: "healthy", evidenceNats: 0, causes: [] },
    demandRps: 100,
    servedRps: 100,
    capacityRps: 200,
    readyRps: 200,
    failedRatio: 0,
    shedRps: 0,
    movedShare: 0,
    summaryAt: null,
  })),
});
const guard: Reason = { code: "guard-share", says: "east: 50 % moved this minute already", location: "east" };
const words: ControlEffect = { kind: "say", id: "say-1", words: { at: 1, level: "info", what: "still waiting" } };

function made() {
  const store = memoryStore();
  const notes = recorder({ store, version: "test" });
  return {
    decide: (at: number, reasons: readonly Reason[], effects: readonly ControlEffect[] = []) =>
      notes.decision({ event: "tick", at }, { effects, reasons }, view),
    kept: async (location?: string | null) => {
      const records = await store.records({
        kind: "decision",
        limit: 1000,
        ...(location === undefined ? {} : { location }),
      });
      return records.map((record) => ({ at: record.at, location: record.location, ...(record.body as Decision) }));
    },
  };
}

test("a decision not to move is kept with its evidence, with each place that it is about", async () => {
  const { decide, kept } = made();
  await decide(1, [guard, { code: "receivers-well", says: "west is well", location: "west" }], [words]);
  await decide(2, [{ code: "watcher", says: "what west says is not used" }]);
  expect(await kept("east")).toEqual([
    expect.objectContaining({ at: 1, effects: [], evidence: verdict, reasons: [guard, expect.anything()] }),
  ]);
  expect(await kept("west")).toMatchObject([{ at: 1, evidence: { location: "west", verdict: "healthy" } }]);
  expect(await kept(null)).toMatchObject([{ at: 2, evidence: null, reasons: [{ code: "watcher" }] }]);
});

test("the same words at every tick are kept once a minute; other words, what is done and orders always", async () => {
  const { decide, kept } = made();
  for (let at = 0; at < 120_000; at += 250) await decide(at, [guard]);
  expect((await kept()).map(({ at }) => at)).toEqual([60_000, 0]);
  await decide(120_001, [{ ...guard, says: "east: 30 % moved this minute already" }]);
  await decide(120_002, []);
  const scale: ControlEffect = { kind: "scale", id: "scale-1", location: "west", targetRps: 300 };
  await decide(120_003, [guard], [scale]);
  await decide(120_004, [guard], [scale]);
  expect((await kept()).map(({ at }) => at)).toEqual([120_004, 120_003, 120_001, 60_000, 0]);
});

test("words that change at every tick are bounded, and what is over is told to the caller", async () => {
  const { decide, kept } = made();
  let lost = 0;
  for (let at = 0; at < 60_000; at += 250) {
    await decide(at, [{ ...guard, says: `east waits since ${at} ms` }]).catch(() => (lost += 1));
  }
  expect(await kept()).toHaveLength(120);
  expect(lost).toBe(120);
  await decide(60_000, [guard]);
  expect(await kept()).toHaveLength(121);
});

/** Looks a tick apart, for so long; the view is what `seen` makes of the moment. */
async function watched(seconds: number, seen: (at: number) => Partial<ControlView>, from = 0) {
  const store = memoryStore();
  const notes = recorder({ store, version: "test" });
  const look = (at: number): Promise<void> =>
    notes.keep({
      seq: 1,
      at,
      view: () => ({ ...view(), at, ...seen(at) }),
      state: () => ({ control: null, open: [], digest: "" }),
    });
  for (let at = from; at <= from + seconds * 1000; at += 250) await look(at);
  return { store, look };
}
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

test("frames are kept each five seconds for two hours, and a minute apart for thirty days", async () => {
  const { store, look } = await watched(125, (at) => ({ routeTableVersion: at < 60_000 ? 1 : 2 }), DAY);
  const moments = async (): Promise<readonly number[]> =>
    (await store.frames({ since: 0, until: 100 * DAY, limit: 1000 })).map(({ at }) => (at - DAY) / 1000);
  expect(await moments()).toEqual(Array.from({ length: 26 }, (_, index) => index * 5));
  const [minute] = await store.frames({ since: DAY + 60_000, until: DAY + 60_000, limit: 9 });
  expect(minute?.body).toMatchObject({
    at: DAY + 60_000,
    routeTableVersion: 2,
    locations: [
      { name: "east", held: false, verdict: "failing", cause: "dynamodb" },
      { name: "west", held: true, verdict: "healthy", cause: null },
    ],
  } satisfies { [Key in keyof Frame]?: unknown });
  await look(DAY + 2 * HOUR + 100_000);
  expect(await moments()).toEqual([0, 60, 100, 105, 110, 115, 120, 125, 7300]);
  await look(31 * DAY + 61_000);
  expect(await moments()).toEqual([120, 7300, 30 * 86_400 + 61]);
});

/** Open until 3.5 s. */
const incident = (at: number): Incident => ({
  number: 7,
  openedAt: 1000,
  closedAt: at >= 3500 ? 3500 : null,
  location: "east",
  level: "change",
  what: "PUBLIC is leaving east",
  users: "10 % are hurt",
  why: "dynamodb",
  certain: "40 nats of 20",
  doing: `${Math.min(at, 3500) / 100} % out`,
  notDoing: "nothing",
  youNeedTo: "do nothing",
  brief: "Leaving east",
  questions: [],
  progress: null,
});

const bodies = async (store: ReturnType<typeof memoryStore>): Promise<readonly unknown[]> =>
  (await store.records({ kind: "incident", limit: 9 })).map(({ at, body }) => [at, body]);

test("an incident is kept as it stands now, at most once a second, and its end at once", async () => {
  const open = await watched(3, (at) => ({ incidents: [incident(at)] }));
  expect(await bodies(open.store)).toEqual([[2250, incident(2250)]]);
  const { store, look } = await watched(6, (at) => ({ incidents: at < 5000 ? [incident(at)] : [] }));
  expect(await bodies(store)).toEqual([[3500, incident(3500)]]);
  await look(29 * DAY);
  expect(await bodies(store)).toHaveLength(1);
  await look(31 * DAY);
  expect(await bodies(store)).toEqual([]);
});
