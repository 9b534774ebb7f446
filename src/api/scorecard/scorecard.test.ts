import { afterAll, beforeAll, expect, test } from "vitest";
import { houstonClient, type HoustonClient } from "../client.ts";
import { MADE_TOKEN, startMadeApi, type MadeApi } from "../made-api.testing.ts";
import type { Scorecard, WantedMove } from "./contract.ts";
import { meaningOf } from "./meaning.ts";

let made: MadeApi;
let houston: HoustonClient;

beforeAll(async () => {
  made = await startMadeApi({ calmSeconds: 8, illSeconds: 12 });
  houston = houstonClient({ api: made.url, token: MADE_TOKEN });
}, 60_000);
afterAll(() => made.stop());

test("a move that was wanted is on the card, and a person's word with its name, time and lead over the page", async () => {
  const before = await houston.scorecard(28);
  expect(before.counts).toEqual({ wanted: 1, right: 0, needless: 0, notWorthIt: 0, unmarked: 1, alike: 0 });
  expect(before.wanted).toMatchObject([{ incident: 1, location: "east", became: "moved", why: null, mark: null }]);
  expect(before.wanted[0]!.usersHurt).toBeCloseTo(0.1);
  expect(before.ready).toBe(false);
  expect(before.says.join("\n")).toContain("`houston scorecard mark 1 right`");
  const { certainAt, openedAt } = before.wanted[0]!;
  expect(Math.abs(certainAt - openedAt)).toBeLessThan(2000);

  await houston.mark(1, { by: "ben", mark: "needless" });
  await made.clock.pass(1000);
  await houston.mark(1, { by: "ana", mark: "right", note: "dynamodb was slow", pagedAt: certainAt + 240_000 });
  const after = await houston.scorecard(28);
  expect(after.counts).toMatchObject({ wanted: 1, right: 1, needless: 0, unmarked: 0 });
  expect(after.wanted[0]).toMatchObject({
    mark: { by: "ana", mark: "right", note: "dynamodb was slow", at: made.clock.now() },
    leadOverPageMs: 240_000,
    leadOverPostMs: null,
  });
  expect(after.medianLeadMs).toEqual({ page: 240_000, post: null });
  // What was said before is kept, with who said it.
  const kept = await made.store.records({ kind: "mark", limit: 9 });
  expect(kept.map(({ body }) => (body as { by: string }).by)).toEqual(["ana", "ben"]);
});

test("a mark of nothing, or of what is not there, is refused with the fix", async () => {
  await expect(houston.mark(77, { by: "ana", mark: "right" })).rejects.toMatchObject({ code: "unknown-incident" });
  await expect(houston.mark(1, { by: "ana", mark: "good" as "right" })).rejects.toMatchObject({ code: "bad-mark" });
  await expect(houstonClient({ api: made.url, token: "" }).mark(1, { by: "x", mark: "right" })).rejects.toMatchObject({
    code: "token-missing",
  });
});

const aMove: WantedMove = {
  incident: 7,
  location: "east",
  openedAt: 0,
  closedAt: 1,
  what: "east is failing",
  became: "would",
  why: null,
  certainAt: 0,
  usersHurt: 0.1,
  mark: { by: "ana", at: 1, mark: "right", note: null, pagedAt: 5, postedAt: null },
  leadOverPageMs: 5,
  leadOverPostMs: null,
};

function card(change: { readonly watchedDays?: number; readonly wanted?: readonly WantedMove[] } = {}): Scorecard {
  const { watchedDays = 28, wanted = [aMove] } = change;
  const count = (mark: string | null): number => wanted.filter((each) => (each.mark?.mark ?? null) === mark).length;
  const counts = {
    wanted: wanted.length,
    right: count("right"),
    needless: count("needless"),
    notWorthIt: count("not-worth-it"),
    unmarked: count(null),
    alike: 0,
  };
  const rest = { version: 1, madeAt: 1, days: 28, since: 0, mode: "observe", needlessMovesPerYear: 1 } as const;
  const whole = { ...rest, watchedDays, counts, wanted, medianLeadMs: { page: null, post: null } };
  return { ...whole, ...meaningOf(whole) };
}

const needless: WantedMove = { ...aMove, mark: { ...aMove.mark!, mark: "needless" } };

test.each<[string, Scorecard, boolean, RegExp]>([
  ["four weeks, all right", card(), true, /nothing on this card speaks against/],
  ["too few days", card({ watchedDays: 6 }), false, /6 of 28 days were watched/],
  ["nothing to go by", card({ wanted: [] }), false, /no move was wanted/],
  ["one without a mark", card({ wanted: [aMove, { ...aMove, mark: null }] }), false, /1 of 2 is not marked/],
  ["one needless", card({ wanted: [aMove, needless] }), true, /nothing on this card/],
  ["more than the budget", card({ wanted: [needless, needless] }), false, /2 were needless in 28 days/],
  ["no page known", card({ wanted: [{ ...aMove, leadOverPageMs: null }] }), true, /of 1 of 1 right ones the time/],
])("what it means for going from observe to act: %s", (_what, { ready, says }, isReady, line) => {
  expect(ready).toBe(isReady);
  expect(says.join("\n")).toMatch(line);
  expect(says.at(-1)).toContain("compare it with your own pages");
});
