import type { ConditionAnswer, ConditionFinding } from "../../core/conditions.ts";
import type { Estate } from "../../core/estate.ts";
import type { ConditionSettings } from "../../drivers/condition/settings.ts";
import type { ScaleSettings } from "../../drivers/scale/settings.ts";

/** Asks every condition at each location once, with the very drivers that Houston asks with. What only a location's own node can ask is left out. */
export async function askConditions({
  estate,
  scale,
  conditions,
}: {
  readonly estate: Estate;
  readonly scale: ScaleSettings | null;
  readonly conditions: readonly ConditionSettings[];
}): Promise<readonly ConditionAnswer[]> {
  if (conditions.length === 0) return [];
  const { conditionsFrom } = await import("../../drivers/condition/drivers.ts");
  const { scaleFrom } = await import("../../drivers/scale/settings.ts");
  const { env } = process;
  const capacityRps = Object.fromEntries(estate.locations.map((each) => [each.name, each.capacityRps]));
  const drivers = conditionsFrom({
    settings: conditions,
    asker: "houston",
    locations: estate.locations.map(({ name }) => name),
    scale: scale === null ? null : scaleFrom({ settings: scale, capacityRps, env, now: Date.now }),
    env,
    now: Date.now,
  });
  const answers = drivers.flatMap((driver) =>
    driver.locations.map(async (location): Promise<ConditionAnswer> => ({
      condition: driver.name,
      location,
      ...(await driver.ask(location, AbortSignal.timeout(driver.withinMs))),
    })),
  );
  return Promise.all(answers);
}

/** `certificates fails at us-west-2: its certificate is not for shop.example.com` */
export function answerLine(answer: ConditionAnswer): string {
  return `${answer.condition} ${findingWords(answer)} at ${answer.location}${whyOf(answer)}`;
}

function findingWords(finding: ConditionFinding): string {
  switch (finding.kind) {
    case "holds":
      return "holds";
    case "fails":
      return "fails";
    case "unknown":
      return "can't be told";
  }
}

function whyOf(finding: ConditionFinding): string {
  switch (finding.kind) {
    case "holds":
      return "";
    case "fails":
      return `: ${finding.failures.map(({ says }) => says).join("; ")}`;
    case "unknown":
      return `: ${finding.says}`;
  }
}
