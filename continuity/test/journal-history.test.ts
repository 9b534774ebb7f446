import { memoryStore, type JournalStore } from "@reactive-production/continuity";
import { expect, test } from "vitest";
import { seeded } from "../src/store-testing.ts";
import { fight } from "./fight.ts";
import { misfits, recorded, type Told } from "./journal-history.ts";

const append = (
  mark: string,
  at: { readonly seq: number; readonly epoch: number },
  began: number,
  outcome: "written" | "conflict" | "unknown" = "written",
  found: readonly string[] = [],
): Told => {
  const ended = outcome === "unknown" ? Infinity : began + 5;
  return { did: "append", id: "w:a", ...at, marks: [mark], outcome, found, began, ended };
};
const read = (began: number, ...found: readonly string[]): Told => ({
  did: "read",
  id: "w:a",
  found,
  began,
  ended: began + 5,
});
const [begun, taken, intent, answered] = ["begun 1 a", "taken 2 b", "intent 1 c", "answered 1 d"] as const;
const nothing = { seq: 0, epoch: 0 };
const one = { seq: 1, epoch: 1 };

test("what can have happened fits: a conflict, a write of unknown end, the same write again", () => {
  const first = append(begun, nothing, 0);
  const late = append(intent, one, 10, "unknown");
  expect(misfits([first, late, append(taken, one, 10, "conflict", [begun, intent]), read(20, begun, intent)])).toEqual(
    [],
  );
  expect(misfits([first, late, read(20, begun), append(taken, one, 30), read(40, begun, taken)])).toEqual([]);
  expect(misfits([first, late, append(intent, one, 50), read(60, begun, intent)])).toEqual([]);
});

test("who lost the fence may be told 'conflict' of what was kept; who has it may not", () => {
  const first = append(begun, nothing, 0);
  const taker = append("taken 2 e", { seq: 2, epoch: 1 }, 12);
  const kept = { ...append(intent, one, 10, "conflict", [begun, intent, "taken 2 e"]), ended: 30 };
  expect(misfits([first, kept, taker, read(40, begun, intent, "taken 2 e")])).toEqual([]);
  expect(misfits([first, { ...kept, found: [begun, intent] }, read(40, begun, intent)])).toHaveLength(1);
});

test("each kind of lie is noticed", () => {
  const first = append(begun, nothing, 0);
  const lies: Readonly<Record<string, readonly Told[]>> = {
    "an acknowledged write is gone": [first, append(intent, one, 10), read(20, begun)],
    "a read shows what never was": [first, read(10, begun, intent)],
    "an older state after a newer one": [first, append(intent, one, 10), read(20, begun, intent), read(30, begun)],
    "two begin": [first, append("begun 1 z", nothing, 10)],
    "the old fence still writes": [first, append(taken, one, 10), append(intent, { seq: 2, epoch: 1 }, 20)],
    "something after the answer": [first, append(answered, one, 10), append(taken, { seq: 2, epoch: 1 }, 20)],
    "a write in the middle": [append(intent, one, 0)],
    "a conflict where none was": [first, append(intent, one, 10, "conflict", [begun])],
    "written twice": [first, append(intent, one, 10), read(20, begun, intent, intent)],
  };
  for (const [lie, told] of Object.entries(lies)) expect(misfits(told), lie).toHaveLength(1);
});

/** Each answer a moment late, so that others come between. */
const slowly = (store: JournalStore, chance: (below: number) => number): JournalStore => ({
  ...store,
  async append(write) {
    await new Promise((resolve) => setTimeout(resolve, chance(2)));
    return store.append(write);
  },
});

async function historyOf(store: JournalStore): Promise<readonly Told[]> {
  const told: Told[] = [];
  const { store: watched } = recorded(slowly(store, seeded(1)), (each) => told.push(each));
  const nine = Array.from({ length: 9 }, (_, n) =>
    fight(watched, { name: `${n}`, requests: 3, chance: seeded(n), isOver: (turn) => turn === 25 }),
  );
  await Promise.all(nine);
  return told;
}

test("a journal's own history fits; one that now and then acknowledges what it refused is found out", async () => {
  const honest = await historyOf(memoryStore());
  const outcomes = honest.flatMap((told) => (told.did === "append" ? [told.outcome] : []));
  expect(outcomes.filter((outcome) => outcome === "written").length).toBeGreaterThan(50);
  expect(outcomes.filter((outcome) => outcome === "conflict").length).toBeGreaterThan(20);
  expect(misfits(honest)).toEqual([]);

  const [inner, chance] = [memoryStore(), seeded(8)];
  const liar: JournalStore = {
    ...inner,
    async append(write) {
      const appended = await inner.append(write);
      if (appended.kind === "written") return appended;
      return chance(4) === 0 ? { kind: "written", seq: write.expect.seq + 1 } : appended;
    },
  };
  expect(misfits(await historyOf(liar)).length).toBeGreaterThan(0);
});
