import type { Command } from "commander";
import type { ControlView } from "../../core/control-contract.ts";
import type { LocationStatus, Status } from "../../api/status.ts";
import { clockTime, percent, rps, table } from "../amounts.ts";
import { connect, withConnection, type ConnectOptions } from "../client.ts";
import { print, printJson } from "../output.ts";

export function status(program: Command): void {
  withConnection(program.command("status"))
    .description("How every location is, what Houston is doing, and what it wants to know from you.")
    .option("--json", "one JSON document (docs/json.md)")
    .addHelpText(
      "after",
      "\nExamples:\n  $ houston status\n  $ houston status --json | jq '.locations[] | select(.verdict != \"healthy\")'",
    )
    .action(async (options: ConnectOptions & { json?: boolean }) => {
      const houston = connect(options);
      if (options.json) return printJson(await houston.status());
      const [now, view] = await Promise.all([houston.status(), houston.view()]);
      for (const line of statusLines(now, view)) print(line);
    });
}

/** The first line answers "is all well?"; then what asks for a person; then the places, the worst first. */
export function statusLines(now: Status, view: ControlView): string[] {
  return [
    headline(now, view),
    ...attention(now, view),
    "",
    ...table([HEAD, ...[...now.locations].sort(worstFirst).map(row)]),
  ];
}

function headline({ locations, ...now }: Status, view: ControlView): string {
  const bad = locations.filter((place) => place.verdict !== "healthy");
  const away = locations.filter((place) => place.state !== "serving");
  const demand = locations.reduce((sum, place) => sum + place.demandRps, 0);
  const ready = locations.reduce((sum, place) => sum + place.readyRps, 0);
  const well =
    bad.length === 0 && away.length === 0
      ? `All ${locations.length} locations serve and are healthy`
      : [
          ...away.map((place) => `${place.name} is ${place.state}`),
          ...bad.filter((place) => place.state === "serving").map((place) => `${place.name} is ${place.verdict}`),
        ].join(", ");
  const leader = now.leader === null ? "nobody leads" : `${now.leader} leads`;
  return `${well}. ${rps(demand)} rps, ready for ${rps(ready)}. Mode ${now.mode}, table ${now.routeTableVersion}, ${leader}, ${clockTime(view.at)}.`;
}

function attention(now: Status, view: ControlView): string[] {
  return [
    ...(view.blind ? ["BLIND: too few locations report; I move nothing. Look at the nodes."] : []),
    ...(view.stopped
      ? [`STOPPED since ${clockTime(view.stopped.at)}: ${view.stopped.says}. \`houston release\` lets me go on.`]
      : []),
    ...(now.hold
      ? [
          `HOLD by ${now.hold.by} since ${clockTime(now.hold.at)}: nothing moves by itself. \`houston release\` ends it.`,
        ]
      : []),
    ...view.questions.flatMap((question) => [
      `QUESTION ${question.id}, until ${clockTime(question.deadline)}: ${question.asks}`,
      ...question.choices.map(
        (choice, index) =>
          `  ${index + 1}  ${choice}${index + 1 === question.defaultChoice ? "   (what I do if nobody answers)" : ""}`,
      ),
      `  answer with \`houston answer ${question.id} NUMBER\``,
    ]),
  ];
}

const HEAD = ["location", "state", "verdict", "certain", "cause", "rps", "ready", "can grow to"];

function row(place: LocationStatus): string[] {
  return [
    place.name,
    place.hold ? `${place.state} (held)` : place.state,
    place.verdict,
    place.verdict === "healthy" ? "-" : percent(place.certainty),
    place.cause ? `${place.cause.name} ${percent(place.cause.share)}` : "-",
    rps(place.demandRps),
    rps(place.readyRps),
    rps(place.capacityRps),
  ];
}

const VERDICT_RANK = { failing: 0, shaky: 1, healthy: 2 } as const;

function worstFirst(a: LocationStatus, b: LocationStatus): number {
  const away = Number(a.state === "serving") - Number(b.state === "serving");
  return away || VERDICT_RANK[a.verdict] - VERDICT_RANK[b.verdict];
}
