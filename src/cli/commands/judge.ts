import { InvalidArgumentError, type Command } from "commander";
import { judgeRecording, scoreRecording, whereAt, type VerdictLine } from "../../runtime/recording/judge-recording.ts";
import { openRecording } from "../../runtime/recording/reader.ts";
import { badUsage } from "../ask.ts";
import { print, printJson, tell } from "../output.ts";

export function judge(program: Command): void {
  program
    .command("judge")
    .argument("<recording>", "newline-delimited JSON, .gz too; - is standard input")
    .description("Judges a recording: when was which location not good enough, how certain is that, and why?")
    .option("--scores", "instead: how unlike its own past each reading is, 0 to 1")
    .option("--where-at <ms,...>", "instead: something is wrong at these Unix milliseconds: where?", moments)
    .option("--json", "one JSON document per line")
    .addHelpText("after", HELP)
    .action(async (file: string, options: { scores?: boolean; whereAt?: number[]; json?: boolean }) => {
      if (options.whereAt !== undefined && options.scores === true)
        throw badUsage("--scores and --where-at each print something else: give one of them");
      const recording = await openRecording(file);
      // These two are made for programs: they are JSON in any case.
      if (options.whereAt !== undefined) for await (const line of whereAt(recording, options.whereAt)) printJson(line);
      else if (options.scores === true) for await (const line of scoreRecording(recording)) printJson(line);
      else {
        for await (const line of judgeRecording(recording, tellAside)) {
          if (options.json === true) printJson(rounded(line));
          else for (const each of sentences(line)) print(each);
        }
      }
    });
}

/** Standard output is for verdicts alone. */
const tellAside = (location: string, count: number, says: string): void =>
  tell(count === 0 ? `${location}: ${says}` : `${location}: set aside ${count} times: ${says}`);

const HELP = `
A line comes when a verdict, its first cause or its scope changes. What is usual is learnt from the recording so far:
until there is a day of it, the promise is 'none'.

Examples:
  $ houston judge incident.ndjson.gz
  $ houston judge incident.ndjson --json | jq 'select(.verdict == "failing")'
  $ zcat incident.ndjson.gz | houston judge - --where-at 1638890400000,1638894000000`;

function moments(text: string): number[] {
  const asked = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  if (!asked.every((at) => Number.isFinite(at) && at >= 0))
    throw new InvalidArgumentError("give Unix milliseconds, for example 1638890400000,1638894000000");
  return asked;
}

function rounded(line: VerdictLine): VerdictLine {
  return {
    ...line,
    certainty: Math.round(line.certainty * 1e6) / 1e6,
    evidenceNats: Math.round(line.evidenceNats * 10) / 10,
    barNats: Math.round(line.barNats * 10) / 10,
  };
}

/** `06:53:10 us-east-1 failing  21.4 nats of 20.0  users hurt 0.6 %  cause: dynamodb 83 %` */
function sentences(line: VerdictLine): string[] {
  const time = new Date(line.at).toISOString().slice(0, 19).replace("T", " ");
  const nats = `${line.evidenceNats.toFixed(1)} nats of ${line.barNats.toFixed(1)}`;
  const hurt = line.impact.usersHurt > 0 ? `  users hurt ${(line.impact.usersHurt * 100).toFixed(1)} %` : "";
  const cause =
    line.causes[0] === undefined ? "" : `  cause: ${line.causes[0].name} ${Math.round(line.causes[0].share * 100)} %`;
  const scope = line.verdict === "healthy" ? "" : `  ${line.scope}, ${line.action}`;
  const because =
    line.because[0] === undefined || line.verdict === "healthy"
      ? []
      : [`    ${line.because[0].service}: ${line.because[0].says}`];
  const aside = line.because.filter(({ signal }, index) => index > 0 && signal === "set-aside");
  return [
    `${time} ${line.location} ${line.verdict}  ${nats}${hurt}${cause}${scope}`,
    ...because,
    ...aside.map(({ says }) => `    ${says}`),
  ];
}
