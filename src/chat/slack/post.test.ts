import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Incident } from "../../core/control-contract.ts";
import {
  madeIncident,
  madeLocation,
  madeMoment,
  madeQuestion,
  madeView,
  madeWords,
  OPENED_AT,
} from "../made-incident.testing.ts";
import { wrongBlocks } from "./block-kit.testing.ts";
import { allText } from "./read-blocks.testing.ts";
import { addLine, type Book, EMPTY_LANE, takeMoment } from "./book.ts";
import { incidentMessage, sightOf } from "./incident-message.ts";
import { linesMessage } from "./lines-message.ts";
import { begun, type CallOutcome, ended, afterRestart, nextCall, type SlackCall } from "./post.ts";

const EMPTY: Book = { threads: [], channel: EMPTY_LANE, called: [], echoes: [], early: [], since: 0 };

/** What may happen: time passes, Houston says something, or Slack answers so; and we may be killed in between. */
type Step =
  | { readonly kind: "pass"; readonly ms: number }
  | {
      readonly kind: "say";
      readonly number: number;
      readonly level: Incident["level"];
      readonly ask: boolean;
      readonly closed: boolean;
      readonly words: number;
    }
  | { readonly kind: "answer"; readonly how: "done" | "lost" | "failed" | "limited" | "refused" }
  | { readonly kind: "restart" };

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("pass" as const), ms: fc.integer({ min: 100, max: 20_000 }) }),
    fc.record({
      kind: fc.constant("say" as const),
      number: fc.integer({ min: 1, max: 3 }),
      level: fc.constantFrom("info" as const, "change" as const, "urgent" as const),
      ask: fc.boolean(),
      closed: fc.boolean(),
      words: fc.integer({ min: 0, max: 4 }),
    }),
    fc.record({
      kind: fc.constant("answer" as const),
      how: fc.constantFrom(
        "done" as const,
        "done" as const,
        "lost" as const,
        "failed" as const,
        "limited" as const,
        "refused" as const,
      ),
    }),
    fc.constant({ kind: "restart" as const }),
  ),
  { maxLength: 80 },
);

test("whatever happens, nothing is posted twice, each thing calls once, and every message is one that Slack takes", () => {
  fc.assert(
    fc.property(steps, (run) => {
      const slack = pretendSlack();
      let book = EMPTY;
      let at = OPENED_AT;
      let words = 0;
      const send = (how: Extract<Step, { kind: "answer" }>["how"]): void => {
        const call = nextCall(book, { at, pausedUntil: {}, lastPostAt: 0, mention: { kind: "here" } });
        if (call === null) return;
        book = begun(book, call, at);
        book = ended(book, call, slack.take(call, how), at);
      };
      for (const step of run) {
        switch (step.kind) {
          case "pass":
            at += step.ms;
            break;
          case "say": {
            const base = step.ask ? madeQuestion({ number: step.number }) : madeIncident({ number: step.number });
            const incident = { ...base, level: step.level, closedAt: step.closed ? at : null };
            const said = Array.from({ length: step.words }, () => {
              words += 1;
              return madeWords(`word ${words}`, { incident: step.number, at, level: step.level });
            });
            book = takeMoment(book, madeMoment([incident], { at, words: said }));
            break;
          }
          case "answer":
            send(step.how);
            break;
          case "restart":
            book = { ...book, threads: book.threads.map(afterRestart) };
        }
      }
      // At last Slack answers, and everything is told.
      for (let turn = 0; turn < 60; turn += 1) {
        at += 20_000;
        send("done");
      }
      expect(nextCall(book, { at, pausedUntil: {}, lastPostAt: 0, mention: { kind: "here" } })).toBeNull();
      slack.check(book);
    }),
    { numRuns: 200 },
  );
}, 120_000);

/** Keeps what arrives, even when its answer is lost; and finds it again. */
function pretendSlack() {
  const roots = new Map<string, number>();
  const lines = new Map<string, number>();
  const calls = new Map<string, number>();
  let posted = 0;
  const arrive = (call: SlackCall): void => {
    if (call.kind !== "post-root" && call.kind !== "post-lines" && call.kind !== "edit-root") return;
    expect(wrongBlocks(call.message.blocks)).toBeNull();
    if (call.kind === "edit-root") return;
    posted += 1;
    if (call.kind === "post-root") roots.set(call.key, (roots.get(call.key) ?? 0) + 1);
    else for (const id of call.ids) lines.set(id, (lines.get(id) ?? 0) + 1);
    for (const each of call.calls) calls.set(`${call.key} ${each}`, (calls.get(`${call.key} ${each}`) ?? 0) + 1);
  };
  return {
    take(call: SlackCall, how: "done" | "lost" | "failed" | "limited" | "refused"): CallOutcome {
      if (call.kind === "find-root" || call.kind === "find-lines") {
        if (how === "failed" || how === "limited" || how === "lost") return { kind: "failed", maybe: true, says: "no" };
        const there = call.kind === "find-root" ? roots.has(call.key) : lines.has(call.ids.at(-1) ?? "");
        return there ? { kind: "done", ts: "1.000001" } : { kind: "missing" };
      }
      switch (how) {
        case "done":
          arrive(call);
          return { kind: "done", ts: `${posted}.000001` };
        case "lost":
          arrive(call);
          return { kind: "failed", maybe: true, says: "the answer was lost" };
        case "failed":
          return { kind: "failed", maybe: false, says: "not sent" };
        case "limited":
          return { kind: "limited", afterMs: 1000 };
        case "refused":
          return { kind: "refused", error: "not_in_channel" };
      }
    },
    check(book: Book): void {
      expect(
        [...roots.values()].every((times) => times === 1),
        "a first message twice",
      ).toBe(true);
      expect(
        [...lines.values()].every((times) => times === 1),
        "a line twice",
      ).toBe(true);
      expect(
        [...calls.values()].every((times) => times === 1),
        "a call twice",
      ).toBe(true);
      expect([...roots.keys()].toSorted()).toEqual(book.threads.map(({ key }) => key).toSorted());
    },
  };
}

test("an incident is edited at most once in three seconds, and trembling figures at most twice a minute", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          ms: fc.integer({ min: 50, max: 4000 }),
          moved: fc.integer({ min: 0, max: 100 }),
          full: fc.integer({ min: 0, max: 100 }),
        }),
        { minLength: 20, maxLength: 60 },
      ),
      (changes) => {
        const edits: { at: number; words: number }[] = [];
        let book = EMPTY;
        let at = OPENED_AT;
        for (const { ms, moved, full } of changes) {
          at += ms;
          const progress = { ...madeIncident().progress!, movedShare: moved / 100, noRoomRps: full };
          book = takeMoment(book, madeMoment([madeIncident({ progress })], { at }));
          const call = nextCall(book, { at, pausedUntil: {}, lastPostAt: 0, mention: null });
          if (call === null) continue;
          book = ended(begun(book, call, at), call, { kind: "done", ts: "1.000001" }, at);
          if (call.kind === "edit-root" || call.kind === "post-root") edits.push({ at, words: call.words });
        }
        for (const [index, edit] of edits.entries()) {
          const before = edits[index - 1];
          if (before !== undefined)
            expect(edit.at - before.at).toBeGreaterThanOrEqual(edit.words === before.words ? 30_000 : 3000);
        }
      },
    ),
    { numRuns: 60 },
  );
}, 120_000);

test("when too many lines wait, what is urgent is left out last, and how many are missing is known", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom("info" as const, "change" as const, "urgent" as const), { maxLength: 200 }),
      (levels) => {
        const lane = levels.reduce(
          (one, level, index) => addLine(one, { id: String(index), at: index, level, text: level }, index),
          EMPTY_LANE,
        );
        expect(lane.lines.length).toBeLessThanOrEqual(60);
        expect(lane.lines.length + lane.leftOut).toBe(levels.length);
        const kept = lane.lines.filter(({ level }) => level === "urgent").length;
        const urgent = levels.filter((level) => level === "urgent").length;
        expect(kept).toBe(Math.min(urgent, 60));
      },
    ),
  );
}, 60_000);

test("an urgent thread comes before all others, and one method's pause keeps no other waiting", () => {
  const calm = madeIncident({ number: 1 });
  const urgent = madeQuestion({ number: 2, openedAt: OPENED_AT + 1 });
  const book = takeMoment(EMPTY, madeMoment([calm, urgent]));
  const now = { at: OPENED_AT, pausedUntil: {}, lastPostAt: 0, mention: null };
  expect(nextCall(book, now)).toMatchObject({ kind: "post-root", key: `2-${OPENED_AT + 1}` });
  expect(nextCall(book, { ...now, lastPostAt: OPENED_AT - 999 })).toBeNull();
  const posted = book.threads.reduce((one, { key }) => {
    const call = nextCall(one, now)!;
    expect(call.kind === "post-root" && [key, `2-${OPENED_AT + 1}`].length).toBe(2);
    return ended(begun(one, call, OPENED_AT), call, { kind: "done", ts: `${key}.1` }, OPENED_AT);
  }, book);
  const later = takeMoment(
    posted,
    madeMoment([{ ...calm, doing: "new" }, urgent], { at: OPENED_AT + 5000, words: [madeWords("x", { incident: 1 })] }),
  );
  const paused = { ...now, at: OPENED_AT + 10_000, pausedUntil: { "chat.postMessage": OPENED_AT + 60_000 } };
  expect(nextCall(later, paused)).toMatchObject({ kind: "edit-root", key: `1-${OPENED_AT}` });
});

test("any incident at all becomes a message that Slack takes", () => {
  const text = fc
    .string({ unit: "binary", maxLength: 400 })
    .chain((piece) => fc.integer({ min: 1, max: 40 }).map((times) => piece.repeat(times)));
  fc.assert(
    fc.property(
      text,
      text,
      fc.integer({ min: 0, max: 5 }),
      fc.integer({ min: 1, max: 64 }),
      (words, name, questions, choices) => {
        const incident = madeQuestion({
          what: words,
          users: words,
          why: words,
          doing: words,
          notDoing: name,
          youNeedTo: words,
          brief: name,
          location: name,
          questions: Array.from({ length: questions }, (_, index) => ({
            ...madeQuestion().questions[0]!,
            id: `${index} ${name}`,
            asks: words,
            choices: Array.from({ length: choices }, () => name),
          })),
        });
        const sight = {
          state: "draining" as const,
          failedRatio: 0.1,
          movedShare: 1,
          heldBy: name,
          heldHereBy: name,
          silentSince: OPENED_AT,
          settled: [{ asks: words, says: null }],
          mention: { kind: "here" as const },
        };
        const message = incidentMessage(incident, sight);
        expect(wrongBlocks(message.blocks)).toBeNull();
        expect(message.text.length).toBeGreaterThan(0);
      },
    ),
    { numRuns: 60 },
  );
}, 120_000);

const lineAt = (index: number, level: Incident["level"] = "info", text = `line ${index}`) => ({
  id: String(index),
  at: OPENED_AT + index,
  level,
  text,
});
const SHOWN = { mention: null, leftOut: 0, plainOnly: false } as const;

test("of more lines than anybody reads the newest are shown, and what is urgent however old it is", () => {
  const lines = Array.from({ length: 60 }, (_, index) => lineAt(index, index === 3 ? "urgent" : "info"));
  const { blocks, text } = linesMessage(lines, SHOWN);
  const shown = allText(blocks);
  expect(shown).toContain("40 earlier lines are left out");
  expect(shown).toContain("Urgent: line 3");
  expect(shown).toContain("line 59");
  expect(shown).not.toContain("line 40");
  expect(text).toBe("line 3");
});

test("any lines at all become a message that Slack takes", () => {
  const text = fc
    .oneof(fc.string({ unit: "binary", maxLength: 300 }), fc.constantFrom('"'.repeat(300), "`houston a` ".repeat(60)))
    .map((piece) => `x${piece}`);
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 40 }), fc.boolean(), (texts, plainOnly) => {
      const lines = texts.map((each, index) => lineAt(index, "urgent", each));
      const message = linesMessage(lines, { mention: { kind: "here" }, leftOut: 3, plainOnly });
      expect(wrongBlocks(message.blocks)).toBeNull();
      expect(message.text.length).toBeLessThanOrEqual(40_000);
      if (message.blocks.length === 0) expect(message.text).toMatch(/^<!here> \d+ earlier lines/);
    }),
    { numRuns: 60 },
  );
}, 120_000);

test("lines whose blocks Slack takes for wrong are told in plain text, and still call", () => {
  const mention = { kind: "here" } as const;
  const now = { at: OPENED_AT + 5000, pausedUntil: {}, lastPostAt: 0, mention };
  let book: Book = { ...EMPTY, channel: addLine(EMPTY_LANE, lineAt(1, "urgent", "<b>blind</b>"), OPENED_AT) };
  const first = nextCall(book, now)!;
  book = ended(begun(book, first, now.at), first, { kind: "refused", error: "invalid_blocks" }, now.at);
  const second = nextCall(book, now)!;
  expect(second).toMatchObject({
    kind: "post-lines",
    message: { blocks: [], text: "<!here> &lt;b&gt;blind&lt;/b&gt;" },
  });
  book = ended(begun(book, second, now.at), second, { kind: "done", ts: "1.000001" }, now.at);
  expect(nextCall(book, now)).toBeNull();
  expect(book.called.map(({ what }) => what)).toEqual(["<b>blind</b>"]);
});

const limited = (method: string) => ({
  at: OPENED_AT,
  pausedUntil: { [method]: OPENED_AT + 1 },
  lastPostAt: 0,
  mention: null,
});

test("a method that Slack limits is left alone: looking for the channel's own lines is another than for a thread's", () => {
  const lane = { ...addLine(EMPTY_LANE, lineAt(1), OPENED_AT), waitingSince: OPENED_AT };
  const posting = { kind: "doubt", ids: ["1"], calls: [], since: OPENED_AT } as const;
  const book: Book = { ...EMPTY, channel: { ...lane, posting } };
  expect(nextCall(book, limited("conversations.history"))).toBeNull();
  expect(nextCall(book, limited("conversations.replies"))).toMatchObject({ kind: "find-lines" });
});

test("what was refused before a restart is tried at once after it: somebody may have put it right", () => {
  const now = { at: OPENED_AT, pausedUntil: {}, lastPostAt: 0, mention: null };
  const book = takeMoment(EMPTY, madeMoment([madeIncident()]));
  const call = nextCall(book, now)!;
  const refused = ended(begun(book, call, now.at), call, { kind: "refused", error: "not_in_channel" }, now.at);
  expect(nextCall(refused, now)).toBeNull();
  expect(nextCall({ ...refused, threads: refused.threads.map(afterRestart) }, now)).toMatchObject({
    kind: "post-root",
  });
});

test("an incident that is out of sight stays open until Houston was really heard without it for long, and then says so", () => {
  let book = takeMoment(EMPTY, madeMoment([madeQuestion()]));
  const later = (ms: number, silentSince: number | null = null): Incident => {
    book = takeMoment(book, madeMoment([], { at: OPENED_AT + ms, silentSince }));
    return book.threads[0]!.incident;
  };
  expect(later(1000).closedAt).toBeNull();
  expect(later(600_000, OPENED_AT + 599_000).closedAt).toBeNull();
  expect(later(700_000).closedAt).toBeNull();
  expect(later(1_299_999).closedAt).toBeNull();
  expect(later(1_300_000)).toMatchObject({
    closedAt: OPENED_AT + 1_300_000,
    doing: expect.stringContaining("for 10 minutes") as string,
  });
});

test("a hold of everything and one of this location are ended by a button each", () => {
  const hold = { by: "ana", at: OPENED_AT };
  const buttonsWhen = (everything: boolean, here: boolean): string => {
    const locations = [madeLocation({ hold: here ? hold : null })];
    const sight = sightOf(madeIncident(), madeView({ hold: everything ? hold : null, locations }));
    const { blocks } = incidentMessage(madeIncident(), { ...sight, silentSince: null, settled: [], mention: null });
    return JSON.stringify(blocks);
  };
  expect(buttonsWhen(false, false)).toContain('"houston:order:hold"');
  expect(buttonsWhen(false, true)).toContain('"houston:order:hold"');
  expect(buttonsWhen(false, true)).toContain('{\\"kind\\":\\"release\\",\\"location\\":\\"us-east-1\\"}');
  expect(buttonsWhen(true, false)).toContain('{\\"kind\\":\\"release\\"}');
  expect(buttonsWhen(true, false)).not.toContain("release-here");
});
