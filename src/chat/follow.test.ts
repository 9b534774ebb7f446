import { afterEach, expect, test } from "vitest";
import type { StreamEvent } from "../api/contract.ts";
import type { ControlView } from "../core/control-contract.ts";
import type { TimelineEntry } from "../drivers/chat/timeline.ts";
import { madeClock } from "../runtime/made-clock.testing.ts";
import type { Moment } from "./contract.ts";
import { followHouston, type Following } from "./follow.ts";
import { madeIncident, madeView, madeWords, OPENED_AT } from "./made-incident.testing.ts";
import { chatMemory } from "./memory.ts";

const ended: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

/** A Houston whose stream is told what to bring, breaks when told to, and remembers what it said. */
function madeStream() {
  const said: TimelineEntry[] = [];
  let push: ((event: StreamEvent | null) => void) | null = null;
  let opened = 0;
  let down = false;
  const view: ControlView = madeView({ incidents: [madeIncident()] });
  return {
    view,
    opened: () => opened,
    say(entry: TimelineEntry) {
      said.push(entry);
      push?.({ event: "words", data: entry });
    },
    alive: () => push?.({ event: "alive", data: { at: 0 } }),
    break: (stays = false) => {
      down = stays;
      push?.(null);
    },
    back: () => (down = false),
    houston: {
      timeline: async ({ since = 0 }: { since?: number } = {}) => said.filter(({ at }) => at >= since),
      async *stream(signal: AbortSignal): AsyncGenerator<StreamEvent> {
        opened += 1;
        if (down) throw new Error("ECONNREFUSED");
        const waiting: (StreamEvent | null)[] = [{ event: "view", data: view }];
        let { promise: news, resolve: wake } = Promise.withResolvers<void>();
        push = (event) => {
          waiting.push(event);
          wake();
        };
        signal.addEventListener("abort", () => push?.(null), { once: true });
        for (;;) {
          while (waiting.length > 0) {
            const next = waiting.shift()!;
            if (next === null) throw new Error("the stream broke");
            yield next;
          }
          await news;
          ({ promise: news, resolve: wake } = Promise.withResolvers<void>());
        }
      },
    },
  };
}

function begin(made: ReturnType<typeof madeStream>, memory = chatMemory(":memory:")) {
  const clock = madeClock(OPENED_AT + 60_000);
  const moments: Moment[] = [];
  const log: string[] = [];
  const following: Following = followHouston({
    houston: made.houston,
    clock,
    memory,
    log: (_level, says) => log.push(says),
    faces: [
      {
        name: "broken",
        take: () => {
          throw new Error("this face is broken");
        },
        stop: async () => {},
      },
      { name: "made", take: (moment) => moments.push(moment), stop: async () => {} },
    ],
  });
  ended.push(() => following.stop());
  return {
    clock,
    moments,
    log,
    memory,
    following,
    words: () => moments.flatMap(({ words }) => words.map(({ id }) => id)),
  };
}

test("a face gets each word once: of an open incident from its beginning, live, and after a break what it missed", async () => {
  const made = madeStream();
  made.say(madeWords("before it opened", { at: OPENED_AT - 1 }));
  made.say(madeWords("it opened", { at: OPENED_AT }));
  const { clock, words, moments, log } = begin(made);
  await clock.pass(0);
  made.say(madeWords("live", { at: OPENED_AT + 61_000 }));
  await clock.pass(0);
  made.break();
  made.say(madeWords("while it was broken", { at: OPENED_AT + 61_000 }));
  await clock.pass(0);
  expect(moments.at(-1)?.silentSince).toBe(clock.now());
  await clock.pass(1000);
  expect(words()).toEqual(["say-it opened", "say-live", "say-while it was broken"]);
  expect(moments.at(-1)?.silentSince).toBeNull();
  expect(log.filter((line) => line.includes("this face is broken")).length).toBe(1);
});

test("a restart begins where the last one ended, at the very word", async () => {
  const made = madeStream();
  const memory = chatMemory(":memory:");
  const first = begin(made, memory);
  await first.clock.pass(0);
  const at = OPENED_AT + 70_000;
  made.say(madeWords("one", { at }));
  await first.clock.pass(0);
  await first.following.stop();
  made.say(madeWords("two", { at }));
  made.say(madeWords("three", { at: at + 1 }));
  const second = begin(made, memory);
  await second.clock.pass(0);
  expect(first.words()).toEqual(["say-one"]);
  expect(second.words()).toEqual(["say-two", "say-three"]);
});

test("a Houston that is gone is asked later and later, and is silent since it was last heard", async () => {
  const made = madeStream();
  const { clock, moments, log } = begin(made);
  await clock.pass(0);
  made.break(true);
  await clock.pass(0);
  const silentAt = clock.now();
  await clock.pass(120_000);
  expect(made.opened()).toBeLessThan(20);
  expect(moments.at(-1)?.silentSince).toBe(silentAt);
  expect(log.filter((line) => line.includes("broke off"))).toHaveLength(1);
  made.back();
  await clock.pass(10_000);
  expect(moments.at(-1)?.silentSince).toBeNull();
  expect(log.at(-1)).toBe("Houston answers again");
});

test("a line that says that it lives is left alone; one that is silent is opened anew", async () => {
  const made = madeStream();
  const { clock, moments } = begin(made);
  await clock.pass(0);
  for (let times = 0; times < 60; times += 1) {
    made.alive();
    await clock.pass(2000);
  }
  expect(made.opened()).toBe(1);
  await clock.pass(20_000);
  expect(made.opened()).toBe(2);
  expect(moments.some(({ silentSince }) => silentSince !== null)).toBe(true);
  expect(moments.at(-1)?.silentSince).toBeNull();
});
