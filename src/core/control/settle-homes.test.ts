import { expect, test } from "vitest";
import { FIVE_ALIKE, makeEstate, makeWorld, type Made } from "../../../test/stories/control-world.ts";
import type { Estate, ModeRule, Zone } from "../estate.ts";
import { rowToBuckets } from "../route/rows.ts";

/** Homes that are planned once more are a move like any other: the mode and its rules hold for it, and law goes before those. */

const OUTLAWED: Partial<Zone> = { forbidden: { public: ["a"], internal: ["a"] } };
/** From a they are 5 ms away, and 15 from b: no law, but nobody may be sent there any more. */
const MUST_GO_TO_B: Partial<Zone> = { latencyMs: { b: 15, c: 25, d: 35, e: 45 } };

/** A world at rest that is told new rules for users of a. */
function ruled(rules: Partial<Zone>, settings: Partial<Estate>): Made {
  const made = makeWorld(FIVE_ALIKE, settings);
  made.run(12);
  made.heard();
  const estate = makeEstate(FIVE_ALIKE, settings);
  const zones = estate.zones.map((zone) => (zone.name === "at-a" ? { ...zone, ...rules } : zone));
  made.send({ event: "config", at: made.at(), estate: { ...estate, zones } });
  made.run(8);
  return made;
}

/** How much of its 256 buckets a class of users of a has in a. */
const inA = (made: Made, className: string): number =>
  rowToBuckets(made.state().table!.assignment[className]!["at-a"]!).filter((index) => index === 0).length;
const words = (made: Made) =>
  made.heard().flatMap(({ effects }) => effects.flatMap((each) => (each.kind === "say" ? [each.words] : [])));
const rule = (more: Partial<ModeRule>): ModeRule => ({ mode: "act", ...more });

test("in approve a person is asked whether users get other homes, and nobody moves before the yes", () => {
  const made = ruled(MUST_GO_TO_B, { mode: "approve" });
  const [question] = made.view().questions;
  expect(question?.asks).toMatch(/^May I give other homes to 20 % of all traffic \(PUBLIC, INTERNAL\)\?$/);
  made.run(62);
  expect([inA(made, "public"), inA(made, "internal")]).toEqual([256, 256]);
  made.order("ana", { kind: "answer", question: question!.id, choice: 1 });
  made.run(70);
  expect([inA(made, "public"), inA(made, "internal")]).toEqual([0, 0]);
  expect(made.view().questions).toEqual([]);
});

test("a no is a no", () => {
  const made = ruled(MUST_GO_TO_B, { mode: "approve" });
  made.order("ana", { kind: "answer", question: made.view().questions[0]!.id, choice: 2 });
  made.run(70);
  expect(inA(made, "public")).toBe(256);
});

test.each([
  [
    "a rule of a class asks for that class alone",
    { mode: "act", modeRules: [rule({ mode: "approve", classes: ["internal"] })] },
    [0, 256],
  ],
  [
    "a rule of a share lets go what is no more than it",
    { mode: "approve", modeRules: [rule({ maxShare: 0.3 })] },
    [0, 0],
  ],
  ["and nothing that is more", { mode: "approve", modeRules: [rule({ maxShare: 0.1 })] }, [256, 256]],
  [
    "a rule of a fault is none for homes",
    { mode: "approve", modeRules: [rule({ faults: ["hard-down", "failing"] })] },
    [256, 256],
  ],
  ["in act without rules they go", { mode: "act" }, [0, 0]],
] as const)("%s", (_what, settings, left) => {
  const made = ruled(MUST_GO_TO_B, settings);
  expect([inA(made, "public"), inA(made, "internal")]).toEqual(left);
});

test("law goes before the mode: who may not be somewhere by law leaves it unasked, and that is said", () => {
  const made = ruled(OUTLAWED, { mode: "approve" });
  expect([inA(made, "public"), inA(made, "internal")]).toEqual([0, 0]);
  expect(made.view().questions).toEqual([]);
  expect(words(made)).toContainEqual(
    expect.objectContaining({
      what: "PUBLIC, INTERNAL of at-a may not be where they are by law, and get another home",
    }),
  );
});

test.each([
  ["an observer", { mode: "observe" }, "users are where law forbids them to be by the new rules"],
  [
    "a Houston that may not move the class",
    { guards: { ...makeEstate(FIVE_ALIKE).guards, peopleOnly: ["public", "internal"] } },
    "PUBLIC, INTERNAL of at-a may not be where they are by law, and stay: only people may move them",
  ],
] as const)("%s moves nobody for a law either, and says so loudly", (_what, settings, says) => {
  const made = ruled(OUTLAWED, settings);
  expect([inA(made, "public"), inA(made, "internal")]).toEqual([256, 256]);
  const urgent = words(made).filter(({ level }) => level === "urgent");
  expect(urgent).toContainEqual(expect.objectContaining({ what: expect.stringContaining(says) as string }));
});

test("users of one zone who are more than may move in a minute leave by parts", () => {
  const guards = { ...makeEstate(FIVE_ALIKE).guards, maxShareMovedPerMinute: 0.1 };
  const made = ruled(OUTLAWED, { mode: "act", guards });
  const first = inA(made, "public");
  expect(first).toBeGreaterThan(0);
  expect(first).toBeLessThan(256);
  made.run(130);
  expect(inA(made, "public")).toBe(0);
});

test("who is pinned to a place that waits is not sent there by it, and keeps nobody else where law forbids them to be", () => {
  const made = makeWorld(FIVE_ALIKE, { mode: "act" });
  made.run(12);
  made.order("ana", { kind: "hold", location: "e" });
  made.order("ana", { kind: "pin", what: "tenant", name: "www.tenant.example", location: "e" });
  const estate = makeEstate(FIVE_ALIKE, { mode: "act" });
  const zones = estate.zones.map((zone) => (zone.name === "at-a" ? { ...zone, ...OUTLAWED } : zone));
  made.send({ event: "config", at: made.at(), estate: { ...estate, zones } });
  made.run(70);
  expect([inA(made, "public"), inA(made, "internal")]).toEqual([1, 0]);
  made.order("ana", { kind: "release", location: "e" });
  made.run(30);
  expect([inA(made, "public"), inA(made, "internal")]).toEqual([0, 0]);
  expect(made.view().pins?.[0]?.share).toBe(1);
});
