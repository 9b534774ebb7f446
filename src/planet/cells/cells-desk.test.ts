import { answer, continuation, memoryStore, serve, type JournalStore } from "@reactive-production/continuity";
import { expect, test } from "vitest";
import { cellsDesk } from "./cells-desk.ts";

const buys = continuation<string>("buy", { version: 1 }, async (how, step) => {
  const does = async () => {
    if (how === "breaks") throw new Error("the line broke off");
    return "paid";
  };
  await step("charge", { kind: "once", does });
  return answer(201, {});
});

const buy = (store: JournalStore, key: string, request: string) =>
  serve(buys, store, { key, fingerprint: key, request, location: "us-east-1" });

async function worldOfCells() {
  const [east, west] = [memoryStore(), memoryStore()];
  const away: JournalStore = memoryStore();
  await away.close();
  await buy(east, "k1", "sells");
  await buy(west, "k2", "breaks");
  return { east, west, away };
}

test("a request is found in whichever cell has it; a doubt is settled where it is", async () => {
  const { east, west } = await worldOfCells();
  const desk = cellsDesk([
    { name: "east", store: east },
    { name: "west", store: west },
  ]);
  expect(await desk.trace("k1")).toMatchObject({ id: "buy:k1", state: "answered" });
  expect(await desk.trace("nobody")).toBeNull();
  expect((await desk.doubts(10)).map(({ id }) => id)).toEqual(["buy:k2"]);
  expect(await desk.unfinished["west"]?.()).toEqual({ "us-east-1": { inFlight: 0, parked: 1, inDoubt: 1 } });
  expect(await desk.doubt("buy:k2")).toMatchObject({ reason: { step: "charge" } });
  await desk.settle("buy:k2", { by: "ana", done: true, result: "paid" });
  expect(await desk.doubts(10)).toEqual([]);
  await expect(desk.doubt("buy:k2")).rejects.toMatchObject({ code: "unknown-doubt" });
  await expect(desk.settle("buy:k1", { by: "ana", done: true })).rejects.toMatchObject({ code: "unknown-doubt" });
});

test("with a cell away what the others have is told, and what nobody else has is not known", async () => {
  const { east, west, away } = await worldOfCells();
  const desk = cellsDesk([
    { name: "away", store: away },
    { name: "east", store: east },
    { name: "west", store: west },
  ]);
  expect(await desk.trace("k1")).toMatchObject({ id: "buy:k1" });
  expect((await desk.doubts(10)).map(({ id }) => id)).toEqual(["buy:k2"]);
  await expect(desk.trace("nobody")).rejects.toMatchObject({ code: "journal-silent" });
  await expect(desk.doubt("buy:k9")).rejects.toMatchObject({ code: "journal-silent" });
});
