import { expect, test } from "vitest";
import type { HoustonClient } from "../../../src/api/client.ts";
import type { StreamEvent } from "../../../src/api/contract.ts";
import type { ControlView } from "../../../src/core/control-contract.ts";
import type { TimelineEntry } from "../../../src/drivers/chat/timeline.ts";
import { GIVE_UP_AFTER_MS, HIDDEN_ASK_EVERY_MS, startLive, WORDS_ASKED, type LiveClock } from "./live.ts";

const view = (at: number): ControlView => ({
  at,
  mode: "act",
  hold: null,
  routeTableVersion: 1,
  stopped: null,
  blind: false,
  bars: [],
  liftedConditions: [],
  locations: [],
  questions: [],
  incidents: [],
  flows: [],
  servedBy: [],
});
const entry = (id: string, at: number): TimelineEntry => ({ id, at, level: "info", what: id });

function nothing(): void {}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

/** A Houston that says what the test tells it, and a clock that the test turns. */
function made() {
  let now = 1000;
  let timers: { at: number; run: () => void }[] = [];
  const asked: string[] = [];
  let send: (event: StreamEvent | "end") => void = nothing;
  let isUp = true;
  let said: readonly TimelineEntry[] = [];
  let refusals = 0;
  let holdViews: Promise<void> | null = null;
  const clock: LiveClock = {
    now: () => now,
    after(ms, run) {
      const timer = { at: now + ms, run };
      timers.push(timer);
      return () => (timers = timers.filter((each) => each !== timer));
    },
    chance: () => 1,
  };
  const client = {
    async *stream(signal: AbortSignal) {
      asked.push("stream");
      if (!isUp) throw Object.assign(new Error("Houston does not answer"), { hint: "is it running?" });
      const waiting: (StreamEvent | "end")[] = [];
      let wake: () => void = nothing;
      send = (event) => {
        waiting.push(event);
        wake();
      };
      signal.addEventListener("abort", () => send("end"));
      for (;;) {
        for (const event of waiting.splice(0)) {
          if (event === "end") return;
          yield event;
        }
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    view: async () => {
      asked.push("view");
      await holdViews;
      return view(now);
    },
    world: async () => Promise.reject(new Error("not yet")),
    timeline: async (range: { since?: number }) => {
      asked.push(`timeline since ${range.since}`);
      if (refusals > 0) {
        refusals -= 1;
        throw new Error("busy");
      }
      return said;
    },
    frames: async (range: { since?: number; until?: number }) => {
      asked.push(`frames ${range.since} to ${range.until}`);
      return [];
    },
  } as unknown as HoustonClient;
  return {
    store: startLive({ client, clock }),
    asked,
    settle,
    async say(event: StreamEvent | "end") {
      send(event);
      await settle();
    },
    async pass(ms: number) {
      now += ms;
      const due = timers.filter(({ at }) => at <= now);
      timers = timers.filter(({ at }) => at > now);
      for (const { run } of due) run();
      await settle();
    },
    setUp: (up: boolean) => (isUp = up),
    refuseWords: (times: number) => (refusals = times),
    /** Answers nothing more to who asks for a view. */
    hangViews: () => void (holdViews = new Promise(nothing)),
    setSaid: (words: readonly TimelineEntry[]) => (said = words),
  };
}

test("the first view is shown, and what was before it is fetched", async () => {
  const houston = made();
  houston.setSaid([entry("a", 400)]);
  await houston.settle();
  expect(houston.store.get().line.state).toBe("connecting");
  await houston.say({ event: "view", data: view(501_000) });
  const live = houston.store.get();
  expect([live.line.state, live.view?.at, live.aheadMs]).toEqual(["open", 501_000, 500_000]);
  expect(live.words.map(({ id }) => id)).toEqual(["a"]);
  expect(houston.asked).toEqual(["stream", "timeline since 0", "frames 0 to 501000"]);
  houston.store.stop();
});

test("a stream that breaks is opened again, later and later, and what was missed is fetched once it is back", async () => {
  const houston = made();
  await houston.say({ event: "view", data: view(700_000) });
  await houston.say({ event: "words", data: entry("a", 700_001) });
  houston.setUp(false);
  await houston.say("end");
  expect(houston.store.get().line).toMatchObject({ state: "broken", nextTryAt: 1500 });
  await houston.pass(500);
  expect(houston.store.get().line).toMatchObject({ says: "Houston does not answer", hint: "is it running?" });
  expect(houston.store.get().line).toMatchObject({ nextTryAt: 2500 });
  // An hour later, with what was shown last still there.
  expect(houston.store.get().view?.at).toBe(700_000);
  houston.setUp(true);
  houston.setSaid([entry("a", 700_001), entry("b", 900_000)]);
  await houston.pass(3_600_000);
  houston.asked.length = 0;
  await houston.say({ event: "view", data: view(4_300_000) });
  expect(houston.store.get().line.state).toBe("open");
  expect(houston.asked).toEqual(["timeline since 700001", "frames 3700000 to 4300000"]);
  expect(houston.store.get().words.map(({ id }) => id)).toEqual(["b", "a"]);
  houston.store.stop();
});

test("a connection over which nothing comes is given up; a sign of life keeps it", async () => {
  const houston = made();
  await houston.say({ event: "view", data: view(1) });
  await houston.pass(GIVE_UP_AFTER_MS - 1);
  await houston.say({ event: "alive", data: { at: 2 } });
  await houston.pass(GIVE_UP_AFTER_MS - 1);
  expect(houston.store.get().line.state).toBe("open");
  await houston.pass(1);
  expect(houston.store.get().line).toMatchObject({ state: "broken", says: "nothing was heard for 10 s" });
  houston.store.stop();
});

test("a person who does not want to wait wakes it", async () => {
  const houston = made();
  houston.setUp(false);
  await houston.say("end");
  houston.asked.length = 0;
  houston.store.wake();
  await houston.settle();
  expect(houston.asked).toEqual(["stream"]);
  houston.store.stop();
});

test("a page that nobody looks at holds no connection and asks now and then; seen again, it listens again", async () => {
  const houston = made();
  await houston.say({ event: "view", data: view(1) });
  houston.asked.length = 0;
  houston.store.setSeen(false);
  await houston.settle();
  await houston.pass(HIDDEN_ASK_EVERY_MS);
  expect(houston.asked).toEqual(["view", "view"]);
  expect(houston.store.get().line.state).toBe("open");
  houston.store.setSeen(true);
  await houston.settle();
  expect(houston.asked).toEqual(["view", "view", "stream"]);
  houston.store.stop();
});

test("the same words twice are said once, newest first", async () => {
  const houston = made();
  houston.setSaid([entry("a", 5), entry("b", 6)]);
  await houston.say({ event: "view", data: view(7) });
  await houston.say({ event: "words", data: entry("b", 6) });
  await houston.say({ event: "words", data: entry("c", 6) });
  expect(houston.store.get().words.map(({ id }) => id)).toEqual(["c", "b", "a"]);
  houston.store.stop();
});

test("whoever looks again while a hidden page's question hangs is not kept waiting for it", async () => {
  const houston = made();
  await houston.say({ event: "view", data: view(1) });
  houston.hangViews();
  houston.store.setSeen(false);
  await houston.settle();
  houston.asked.length = 0;
  houston.store.setSeen(true);
  await houston.settle();
  expect(houston.asked).toEqual(["stream"]);
  houston.store.stop();
});

test("where more was said meanwhile than is asked for at once, no gap is left between old and new", async () => {
  const houston = made();
  houston.setSaid([entry("old", 400)]);
  await houston.say({ event: "view", data: view(500) });
  await houston.say("end");
  const many = Array.from({ length: WORDS_ASKED }, (_, index) => entry(`n${index}`, 10_000 + index));
  houston.setSaid(many);
  await houston.pass(500);
  await houston.say({ event: "view", data: view(20_000) });
  const { words } = houston.store.get();
  expect([words.length, words.at(-1)?.id]).toEqual([WORDS_ASKED, "n0"]);
  houston.store.stop();
});

test("what could not be had at first is asked for again, from where on it is missing", async () => {
  const houston = made();
  houston.setSaid([entry("a", 400)]);
  houston.refuseWords(1);
  await houston.say({ event: "view", data: view(500) });
  await houston.say({ event: "words", data: entry("b", 600) });
  expect(houston.store.get().words.map(({ id }) => id)).toEqual(["b"]);
  await houston.pass(500);
  expect(houston.store.get().words.map(({ id }) => id)).toEqual(["b", "a"]);
  expect(houston.asked.filter((each) => each.startsWith("timeline"))).toEqual(["timeline since 0", "timeline since 0"]);
  // Of a line that broke before the answer came as well.
  houston.refuseWords(1);
  await houston.say("end");
  await houston.pass(500);
  await houston.say({ event: "view", data: view(700) });
  await houston.say({ event: "words", data: entry("d", 900) });
  await houston.say("end");
  await houston.pass(500);
  houston.setSaid([entry("b", 600), entry("c", 800), entry("d", 900)]);
  await houston.say({ event: "view", data: view(1000) });
  expect(houston.store.get().words.map(({ id }) => id)).toEqual(["d", "c", "b", "a"]);
  houston.store.stop();
});

test("a Houston that lives and shows nothing new is told from one that does", async () => {
  const houston = made();
  await houston.say({ event: "view", data: view(500) });
  await houston.pass(4000);
  await houston.say({ event: "view", data: view(500) });
  await houston.say({ event: "alive", data: { at: 4500 } });
  expect(houston.store.get()).toMatchObject({ viewHeardAt: 1000, heardAt: 5000 });
  await houston.say({ event: "view", data: view(4600) });
  expect(houston.store.get().viewHeardAt).toBe(5000);
  houston.store.stop();
});
