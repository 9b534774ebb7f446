import type { ControlView } from "../../core/control-contract.ts";
import { CallerError } from "../../core/errors.ts";
import { listWords } from "../../core/control/words.ts";
import type { Drill } from "./catalogue.ts";
import type { DrillReport } from "./report.ts";

/**
 * A rehearsal that shows nothing teaches the wrong thing. Before a drill is said what will keep Houston from moving anybody, and after it
 * whether there was anything to see.
 */

/** What a person has to know before a drill begins, each with the fix. Throws `CallerError` where Houston could do nothing at all. */
export function beforeDrill(
  view: Pick<ControlView, "mode" | "hold" | "stopped" | "blind" | "locations">,
  drill: Pick<Drill, "name" | "moves" | "locations">,
): readonly string[] {
  if (view.blind) {
    throw new CallerError({
      code: "houston-blind",
      message: "Houston is blind: it hears too few locations, so it would move nobody and the drill would show nothing",
      hint: `\`houston status\` shows who is not heard; or see what the fault costs alone: \`houston drill ${drill.name} --without-houston\``,
    });
  }
  const unwell = view.locations
    .filter(({ state, verdict }) => state !== "serving" || verdict.verdict !== "healthy")
    .map(({ name }) => name);
  const held = view.locations.filter(({ name, hold }) => hold !== null && drill.locations.includes(name));
  return [
    ...(unwell.length === 0
      ? []
      : [`${listWords(unwell)} not as usual already: the drill shows what comes of both; \`houston status\` says why`]),
    ...(drill.moves === "none" ? [] : stands(view)),
    ...(drill.moves === "none"
      ? []
      : held.map(
          ({ name, hold }) =>
            `${name} is held by ${hold!.by}: nobody is moved out of it; \`houston release ${name}\` ends that`,
        )),
  ];
}

/** What keeps all of Houston's moves from beginning. */
function stands({ mode, hold, stopped }: Pick<ControlView, "mode" | "hold" | "stopped">): readonly string[] {
  return [
    ...(hold === null ? [] : [`Houston is held by ${hold.by}: it moves nobody; \`houston release\` ends that`]),
    ...(stopped === null
      ? []
      : [`automatic moves are stopped (${stopped.says}): it moves nobody; \`houston release\` lets it go on`]),
    ...(mode === "observe"
      ? ["mode is observe: Houston says what it would do and moves nobody; `houston mode act` lets it move"]
      : []),
    ...(mode === "approve"
      ? ["mode is approve: Houston asks before it moves; `houston status` shows the question while the drill runs"]
      : []),
  ];
}

/** Why there was nothing to see in a drill that is over; null when there was. */
export function showsNothing(
  { requests, stubbornUsers, checkouts, certainAt, decidedAt, more }: DrillReport,
  { moves }: Pick<Drill, "moves">,
): string | null {
  if (requests.total === 0)
    return "no user asked for anything meanwhile: are there users? `houston status` shows the rps";
  const { total, failed } = more.houstonPolls;
  if (more.houston && total > 0 && failed === total)
    return "Houston answered nothing while it was watched: `houston status` says whether it runs";
  // Where nobody has to leave, a fault that hurts nobody may be what is right.
  if (moves !== "must") return null;
  const hurt = requests.failed + stubbornUsers.failed + checkouts.lost + more.everyone.failed + more.everyone.slow;
  if (hurt > 0 || certainAt !== null || decidedAt !== null || more.worseVerdicts > 0) return null;
  return "the fault was felt by nobody: no request failed or was slow, and Houston saw nothing; is the planet from the same version?";
}
