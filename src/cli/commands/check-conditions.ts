import type { ConditionAnswer, ConditionFinding } from "../../core/conditions.ts";
import { conditionDrivers } from "../condition-drivers.ts";

/** Asks every condition at each location once, with the very drivers that Houston asks with. */
export async function askConditions(
  config: Parameters<typeof conditionDrivers>[0],
): Promise<readonly ConditionAnswer[]> {
  const drivers = await conditionDrivers(config);
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
