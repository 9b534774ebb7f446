import type { Command } from "commander";
import type { Trace } from "../../api/contract.ts";
import { CallerError } from "../../core/errors.ts";
import { clockTime, readMoment } from "../amounts.ts";
import { connect, withConnection, type ConnectOptions } from "../client.ts";
import { keptHint } from "../kept-hint.ts";
import { print, printJson } from "../output.ts";

export function trace(program: Command): void {
  withConnection(program.command("trace"))
    .argument("<request>", "a request's id (x-request-id), a W3C trace id, an order, or an Idempotency-Key")
    .description("One request's way through locations, step by step.")
    .option("--at <time>", "when it came: says how much was kept of that minute")
    .option("--json", "one JSON document")
    .addHelpText(
      "after",
      "\nExamples:\n  $ houston trace 4bf92f3577b34da6\n  $ houston trace my-idempotency-key --json\n  $ houston trace 0af7651916cd43dd8448eb211c80319c --at 14:03",
    )
    .action(async (id: string, options: ConnectOptions & { json?: boolean; at?: string }) => {
      const at = options.at === undefined ? undefined : readMoment(options.at, Date.now());
      const found = await connect(options).trace(id, at);
      if (options.json) return printJson(found);
      const lines = traceLines(found);
      if (lines.length === 0) {
        throw new CallerError({
          code: "unknown-request",
          message: `nobody remembers a request ${id}${found.silent.length > 0 ? `; no answer from ${found.silent.join(", ")}` : ""}`,
          hint: keptHint(found.kept, at),
        });
      }
      for (const line of lines) print(line);
    });
}

type Journal = {
  readonly workflow?: string;
  readonly state?: string;
  readonly home?: string;
  readonly steps?: readonly {
    readonly name: string;
    readonly attempt?: number;
    readonly location?: string;
    readonly intentAt?: number;
    readonly resultAt?: number | null;
    readonly outcome?: unknown;
  }[];
};

function traceLines(found: Trace): string[] {
  const journal = found.journal as Journal | null;
  const steps = (journal?.steps ?? []).map((step) => {
    const took = step.resultAt && step.intentAt ? `${step.resultAt - step.intentAt} ms` : "no result yet";
    const attempt = (step.attempt ?? 1) > 1 ? ` (attempt ${step.attempt})` : "";
    return `${step.intentAt ? clockTime(step.intentAt) : "-"}  ${step.location ?? "?"}  ${step.name}${attempt}: ${took}`;
  });
  const hops = found.hops.map(({ at, location, kind, status, ms }) => {
    const answered = status === undefined ? "" : ` ${status}`;
    return `${clockTime(at)}  ${location}  ${kind}${answered}${ms === undefined ? "" : `, ${Math.round(ms)} ms`}`;
  });
  return [
    ...(journal
      ? [
          `${journal.workflow ?? "request"} ${found.id}: ${journal.state ?? "unknown"}${journal.home ? `, home ${journal.home}` : ""}`,
        ]
      : []),
    ...steps.map((step) => `  ${step}`),
    ...(hops.length > 0 ? ["hops:", ...hops.map((hop) => `  ${hop}`)] : []),
    ...(found.silent.length > 0 && (journal || hops.length > 0) ? [`no answer from ${found.silent.join(", ")}`] : []),
  ];
}
