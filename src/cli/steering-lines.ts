import type { SteeringConfig } from "../config/steering-config.ts";
import { toldZones } from "../config/steering-config.ts";
import type { Estate, Mode } from "../core/estate.ts";
import { ruleWords, unansweredWords } from "../core/control/mode-rules.ts";
import type { SteeringDriverSettings } from "../drivers/steering-shapes.ts";
import type { MostMode } from "../production/most-mode.ts";

/** What is steered by whom, and how much may be done unasked; what is not as it could be with its reason. */
export function steeringLines(
  { estate, steering }: { readonly estate: Estate; readonly steering: SteeringConfig | null },
  most: MostMode,
): string[] {
  if (steering === null) return ["  It observes: nothing is moved."];
  const { hosts, drivers } = steering;
  const names = hosts.map(({ name }) => name);
  const shown =
    names.length <= NAMES_SHOWN
      ? names.join(", ")
      : `${names.slice(0, NAMES_SHOWN).join(", ")} and ${names.length - NAMES_SHOWN} more`;
  const mode = most.because !== null && estate.mode === "act" ? most.mode : estate.mode;
  const told = toldZones(steering, estate.zones);
  const others = estate.zones.map(({ name }) => name).filter((name) => !told.includes(name));
  const unsteered = estate.classes.map(({ name }) => name).filter((name) => hosts.every((host) => host.class !== name));
  return [
    `  steers ${shown} by ${drivers.map(({ name, kind }) => name ?? kind).join(", ")}; mode ${mode}: ${MODES[mode]}`,
    ...ruleLines(estate).map((line) => `  ${line}`),
    ...(most.because === null ? [] : [`  ${most.mode} is the most: ${most.because}`]),
    ...(others.length === 0
      ? []
      : [
          `  ${others.join(", ")} ${others.length === 1 ? "has" : "have"} no subnets: answered as ${steering.otherwise}`,
        ]),
    ...(unsteered.length === 0 ? [] : [`  no name is of class ${unsteered.join(", ")}: it stays where it is`]),
    ...(mayFollowLosses(estate, most.mode) ? [] : drivers.flatMap(restingLines)),
  ];
}

/** Whether a table has contingencies: nobody may follow one where everybody is to be asked first. */
const mayFollowLosses = ({ mode, modeRules = [] }: Estate, most: Mode): boolean =>
  most === "act" && mode !== "observe" && (mode === "act" || modeRules.some((rule) => rule.mode === "act"));

/** What a driver would do by contingencies, and does not without them. */
function restingLines(driver: SteeringDriverSettings): readonly string[] {
  const name = driver.name ?? driver.kind;
  const rests = (what: string): readonly string[] => [
    `  ${name}: ${what} only where a loss may be followed unasked (\`act\`), and no hold is on`,
  ];
  switch (driver.kind) {
    case "haproxy":
    case "nginx":
      return driver.edges.some(({ application }) => application !== undefined)
        ? rests("what errs here is asked again elsewhere")
        : [];
    case "embedded":
      return driver.answers === 2 ? rests("an answer has a second address") : [];
    case "powerdns":
      return driver.healthUrl === undefined ? [] : rests("`healthUrl` leads anybody elsewhere");
    case "application":
    case "cloudflare":
    case "command":
    case "envoy":
    case "google-dns":
    case "ns1":
    case "rfc2136":
    case "route53":
    case "webhook":
      return [];
  }
}

/** What goes otherwise than the mode says, and when nothing moves by itself. */
function ruleLines({ mode, modeRules = [], unanswered, guards }: Estate): string[] {
  if (mode === "observe") return [];
  return [
    ...modeRules.map((rule) => `by rule: ${ruleWords(rule)}`),
    ...(unanswered === undefined ? [] : [`a question that nobody answers: ${unansweredWords(unanswered)}`]),
    ...(guards.forbidden ?? []).map(
      ({ says, classes, losses }) =>
        `${says}: ${classes === undefined ? "nothing" : `nothing of ${classes.join(", ")}`} moves by itself${losses === "move" ? ", but out of lost locations" : ", lost locations included"}`,
    ),
  ];
}

const NAMES_SHOWN = 3;
const MODES: Readonly<Record<Estate["mode"], string>> = {
  observe: "it says what it would do, and moves nobody",
  approve: "it asks before it moves anybody, and does what is ordered",
  act: "it moves users by itself",
};
