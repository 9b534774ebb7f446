import { expect, test } from "vitest";
import { makeWorld, WELL } from "../../../test/stories/control-world.ts";

test("who asks what to do with users who find no place names the limits that more machines would not help", () => {
  const limits = [
    { name: "licences", rps: 450 },
    { name: "addresses", rps: 900 },
  ];
  const made = makeWorld([
    { name: "east", position: 0, demandRps: 600, readyRps: 900, capacityRps: 2000 },
    { name: "near", position: 10, demandRps: 300, readyRps: 450, capacityRps: 1600, limits },
    {
      name: "west",
      position: 20,
      demandRps: 200,
      readyRps: 300,
      capacityRps: 400,
      limits: [{ name: "a quota", rps: 400 }],
    },
  ]);
  made.run(5);
  made.health.set("east", { ...WELL, verdict: "failing", nats: 22, aloneNats: 22, hurt: 0.05 });
  made.run(20);
  const asked = made
    .heard()
    .flatMap(({ effects }) =>
      effects.flatMap((each) => (each.kind === "say" && each.words.question ? [each.words] : [])),
    );
  expect(asked).toHaveLength(1);
  expect(asked[0]!.why).toContain("more machines would not help where something else is short (near: licences)");
});
