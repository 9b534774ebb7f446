import type { Command } from "commander";
import type { Why } from "../../api/why.ts";
import type { Verdict } from "../../core/verdict.ts";
import { clockTime, percent, readMoment } from "../amounts.ts";
import { connect, withConnection, type ConnectOptions } from "../client.ts";
import { print, printJson } from "../output.ts";

export function why(program: Command): void {
  withConnection(program.command("why"))
    .argument("<location>", "which location")
    .description("What Houston thinks of a location, from what evidence, and what it decided.")
    .option("--at <time>", "as it was then: 14:03, 5m (ago), ISO 8601 or Unix milliseconds")
    .option("--json", "one JSON document")
    .addHelpText(
      "after",
      "\nExamples:\n  $ houston why us-east-1\n  $ houston why us-east-1 --at 03:12\n  $ houston why us-east-1 --at 10m --json",
    )
    .action(async (location: string, options: ConnectOptions & { at?: string; json?: boolean }) => {
      const at = options.at === undefined ? undefined : readMoment(options.at, Date.now());
      const answer = await connect(options).why(location, at);
      if (options.json) return printJson(answer);
      for (const line of whyLines(answer)) print(line);
    });
}

/** The verdict with its evidence, then what was done about it, newest first. */
export function whyLines(answer: Why): string[] {
  const { location, at, state, verdict } = answer;
  const then = at === null ? "" : ` at ${clockTime(at)}`;
  if (verdict === null) return [`${location}${then}: nothing had been noted by then`];
  const { evidenceNats, barNats } = verdict;
  return [
    `${location}${then}: ${state ?? "unknown"}, ${verdict.verdict}; ${evidenceNats.toFixed(1)} nats of ${barNats.toFixed(1)} (certainty ${percent(verdict.certainty)}), promise ${verdict.promise}`,
    `  scope ${verdict.scope}, so: ${verdict.action}; users hurt ${percent(verdict.impact.usersHurt)}`,
    ...(verdict.causes.length > 0
      ? [
          `  likely cause: ${verdict.causes.map((cause) => `${cause.name} (${cause.layer}) ${percent(cause.share)}`).join(", ")}`,
        ]
      : ["  likely cause: none"]),
    ...verdict.because.map(
      (because) =>
        `  ${because.nats.toFixed(1).padStart(6)} nats  ${because.service} ${because.signal}: ${because.says}`,
    ),
    ...section(
      "decided",
      answer.decisions.flatMap((each) => [
        ...each.reasons.map((reason) => `${clockTime(each.at)}  ${reason.says}  (${reason.code})`),
        ...evidenceLines(each.evidence),
      ]),
    ),
    ...section(
      "said",
      answer.words.map((words) => `${clockTime(words.at)}  ${words.what}`),
    ),
  ];
}

/** What was thought then, where there was anything to think about. */
function evidenceLines(evidence: Verdict | null): string[] {
  if (evidence === null || evidence.evidenceNats <= 0) return [];
  const { verdict, evidenceNats, barNats, causes, because } = evidence;
  const cause = causes[0] === undefined ? "" : `; cause ${causes[0].name} ${percent(causes[0].share)}`;
  return [
    `          on ${evidenceNats.toFixed(1)} nats of ${barNats.toFixed(1)}, ${verdict}${cause}`,
    ...because.slice(0, EVIDENCE_SHOWN_MAX).map((each) => `          ${each.service} ${each.signal}: ${each.says}`),
  ];
}

/** The weightiest pieces; --json has them all. */
const EVIDENCE_SHOWN_MAX = 2;

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", `${title}, newest first:`, ...lines.map((line) => `  ${line}`)];
}
