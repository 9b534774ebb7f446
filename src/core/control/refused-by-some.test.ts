import { expect, test } from "vitest";
import { makeWorld, WELL } from "../../../test/stories/control-world.ts";

const LOCATIONS = ["a", "b", "c", "d"].map((name, index) => ({
  name,
  position: index * 10,
  demandRps: 50,
  readyRps: 200,
  capacityRps: 400,
}));

test("a table that one driver refuses is not done, whoever took it: nothing follows it, and people are told who stands where", () => {
  const made = makeWorld(LOCATIONS);
  made.run(3);
  made.heard();
  made.ill.servers = { kind: "refused", code: "rights-missing", says: "route53: rights-missing", took: ["powerdns"] };
  const ill = { verdict: "failing", nats: 24, aloneNats: 24, cause: "dynamodb", hurt: 0.3, failedRatio: 0.3 } as const;
  made.health.set("a", { ...WELL, ...ill });
  made.run(12);
  const urgent = made
    .heard()
    .flatMap(({ effects }) =>
      effects.flatMap((each) => (each.kind === "say" && each.words.level === "urgent" ? [each.words] : [])),
    );
  expect(urgent).toMatchObject([
    {
      what: "table 2 is not done: powerdns took it, and not all did (rights-missing)",
      why: "route53: rights-missing",
      users: "those whom the others steer stay where they are, and nothing more moves",
    },
  ]);
  expect(made.view().routeTableVersion).toBe(2);
  made.ill.servers = null;
  made.run(12);
  expect(made.view().routeTableVersion).toBeGreaterThan(2);
});
