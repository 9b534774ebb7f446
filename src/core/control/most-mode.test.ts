import { expect, test } from "vitest";
import { makeWorld, WELL, type Made } from "../../../test/stories/control-world.ts";

const LOCATIONS = ["a", "b", "c"].map((name, index) => ({
  name,
  position: index * 10,
  demandRps: 50,
  readyRps: 100,
  capacityRps: 200,
}));

test("nobody sets the mode beyond the most that there is to steer with, and what the config asks for is cut to it", () => {
  const made = makeWorld(LOCATIONS, { mode: "act", mostMode: "approve" });
  made.run(2);
  expect(made.view().mode).toBe("approve");
  made.heard();
  made.order("ana", { kind: "mode", mode: "act" });
  expect(made.heard().flatMap(({ reasons }) => reasons)).toMatchObject([
    { code: "refused-mode-too-far", says: "ana: mode act is more than this Houston may do: approve is the most" },
  ]);
  expect(made.view().mode).toBe("approve");
  made.order("ana", { kind: "mode", mode: "observe" });
  made.order("ana", { kind: "mode", mode: "approve" });
  expect(made.view().mode).toBe("approve");
});

test("where nothing is steered nobody is told to set a mode that is refused", () => {
  const made = makeWorld(LOCATIONS, { mode: "act", mostMode: "observe" });
  made.run(2);
  made.heard();
  made.order("ana", { kind: "evacuate", location: "b" });
  const said = made
    .heard()
    .flatMap(({ effects }) => effects.flatMap((each) => (each.kind === "say" ? [each.words] : [])));
  expect(said).toMatchObject([{ youNeedTo: "I steer no DNS and no edge here: move them by hand" }]);
});

const failing = (made: Made, place: string): void => {
  const ill = { verdict: "failing", nats: 24, aloneNats: 24, cause: "dynamodb", hurt: 0.3, failedRatio: 0.3 } as const;
  made.health.set(place, { ...WELL, ...ill });
};
const asking = (): Made => {
  const made = makeWorld(LOCATIONS, { mode: "approve", unanswered: { answer: "approve", afterSeconds: 30 } });
  made.run(3);
  failing(made, "a");
  made.run(2);
  expect(made.view().questions).toMatchObject([{ defaultChoice: 1 }]);
  return made;
};
const isLeft = (made: Made): boolean => made.state().places["a"]!.leave !== null;

test("silence that was stated to be a yes is one", () => {
  const made = asking();
  made.run(40);
  expect(isLeft(made)).toBe(true);
});

test.each(["approve", "observe"] as const)(
  "silence is no yes any more once the Houston that comes back may at most %s",
  (mostMode) => {
    const made = asking();
    made.heard();
    made.send({ event: "config", at: made.at(), estate: { ...made.estate, mostMode } });
    expect(made.view().questions).toMatchObject([{ defaultChoice: 2 }]);
    const said = made
      .heard()
      .flatMap(({ effects }) => effects.flatMap((each) => (each.kind === "say" ? [each.words.what] : [])));
    expect(said).toContainEqual(expect.stringContaining("no answer is a no from now on: May I move"));
    made.run(40);
    expect(isLeft(made)).toBe(false);
  },
);

test("nor is silence over a time in which nobody was to be moved a yes for afterwards", () => {
  const made = asking();
  made.order("ana", { kind: "mode", mode: "observe" });
  made.run(40);
  made.order("ana", { kind: "mode", mode: "approve" });
  made.run(5);
  expect(isLeft(made)).toBe(false);
});

test("a yes that nobody said is none for a Houston that may not act", () => {
  const made = asking();
  // What it was for can't begin yet.
  made.order("ana", { kind: "hold", location: "a" });
  made.run(40);
  made.send({ event: "config", at: made.at(), estate: { ...made.estate, mostMode: "approve" } });
  made.order("ana", { kind: "release", location: "a" });
  made.run(5);
  expect(isLeft(made)).toBe(false);
  expect(made.view().questions).toMatchObject([{ defaultChoice: 2 }]);
});
