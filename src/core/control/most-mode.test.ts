import { expect, test } from "vitest";
import { makeWorld } from "../../../test/stories/control-world.ts";

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
