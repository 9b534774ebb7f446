import type { Command } from "commander";
import type { MarkWord, Scorecard, WantedMove } from "../../api/scorecard/contract.ts";
import { dayAndTime, duration, percent, readMoment, table } from "../amounts.ts";
import { badUsage, orderedBy, unknownName } from "../ask.ts";
import { connect, withConnection, type ConnectOptions } from "../client.ts";
import { print, printJson } from "../output.ts";

type ShowOptions = ConnectOptions & { days: string; json?: boolean };
type MarkOptions = ConnectOptions & { note?: string; paged?: string; posted?: string; by?: string; json?: boolean };

export function scorecard(program: Command): void {
  const group = program
    .command("scorecard")
    .description("What Houston would have moved, whether people agree, and what that means for letting it act.");
  withConnection(group.command("show", { isDefault: true }))
    .description(
      "The moves that were wanted in the last days, with their marks. `houston scorecard` alone shows it too.",
    )
    .option("--days <number>", `so many days back, at most ${DAYS_MAX}`, "28")
    .option("--json", "one JSON document")
    .addHelpText("after", "\nExamples:\n  $ houston scorecard --days 28\n  $ houston scorecard --json")
    .action(async (options: ShowOptions) => {
      const card = await connect(options).scorecard(readDays(options.days));
      if (options.json) return printJson(card);
      for (const line of cardLines(card)) print(line);
    });
  withConnection(group.command("mark"))
    .argument("<incident>", "its number", readNumber)
    .argument("<mark>", MARKS.join(", "), readMark)
    .description("Say whether a move that was wanted would have been right. Your name and the time are kept with it.")
    .option("--note <text>", "why")
    .option("--paged <time>", "when people were first paged for it: 07:02, ISO 8601 or Unix milliseconds")
    .option("--posted <time>", "when the provider first posted anything; else what its status page was seen to say")
    .option("--by <name>", "who says so; else you")
    .option("--json", "one JSON document")
    .addHelpText(
      "after",
      "\nright: users were hurt, and a move would have helped. needless: nothing was wrong there. not-worth-it: something was, and too little of it.",
    )
    .addHelpText(
      "after",
      '\nExamples:\n  $ houston scorecard mark 47 right --paged 07:02 --note "the database was slow"\n  $ houston scorecard mark 48 needless',
    )
    .action(async (incident: number, mark: MarkWord, options: MarkOptions) => {
      const now = Date.now();
      const by = options.by ?? orderedBy();
      await connect(options).mark(incident, {
        by,
        mark,
        ...(options.note !== undefined && { note: options.note }),
        ...(options.paged !== undefined && { pagedAt: readMoment(options.paged, now) }),
        ...(options.posted !== undefined && { postedAt: readMoment(options.posted, now) }),
      });
      if (options.json) printJson({ incident, mark, by });
      else print(`incident ${incident}: ${mark}, says ${by}`);
    });
}

const MARKS: readonly MarkWord[] = ["right", "needless", "not-worth-it"];
/** Records are kept for so long. */
const DAYS_MAX = 30;

function readMark(text: string): MarkWord {
  const known = MARKS.find((each) => each === text);
  if (known !== undefined) return known;
  throw unknownName("mark", text, MARKS);
}

function readNumber(text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 1) return number;
  throw badUsage(`${text} is no incident's number, for example 47; \`houston scorecard\` lists them`);
}

function readDays(text: string): number {
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1 && days <= DAYS_MAX) return days;
  throw badUsage(`--days ${text} is no number of days from 1 to ${DAYS_MAX}, which is how long records are kept`);
}

function cardLines({ days, watchedDays, counts, medianLeadMs, mode, wanted, says }: Scorecard): string[] {
  const { right, needless, notWorthIt, unmarked, alike } = counts;
  const leads = [leadWords(medianLeadMs.page, "the first page"), leadWords(medianLeadMs.post, "the provider's word")];
  return [
    `${counts.wanted} ${counts.wanted === 1 ? "move" : "moves"} wanted in ${days} days (${watchedDays} watched, mode ${mode}): ${right} right, ${needless} needless, ${notWorthIt} not worth it, ${unmarked} not marked`,
    ...(alike === 0 ? [] : [`${alike} ${alike === 1 ? "trouble" : "troubles"} that all had alike: nothing was moved`]),
    ...leads.flatMap((each) => (each === null ? [] : [`of the right ones half were certain at least ${each}`])),
    ...(wanted.length === 0 ? [] : ["", ...table([HEAD, ...wanted.map(rowOf)]), ""]),
    ...says.map((each) => `- ${each}`),
  ];
}

const HEAD = ["incident", "location", "certain", "hurt", "became", "mark", "before the page"];

function rowOf({ incident, location, certainAt, usersHurt, became, mark, leadOverPageMs }: WantedMove): string[] {
  return [
    String(incident),
    location,
    dayAndTime(certainAt),
    percent(usersHurt),
    became,
    mark === null ? "-" : `${mark.mark} (${mark.by})`,
    leadOverPageMs === null ? "-" : signed(leadOverPageMs),
  ];
}

const signed = (ms: number): string => (ms < 0 ? `${duration(-ms)} after` : duration(ms));

function leadWords(ms: number | null, what: string): string | null {
  return ms === null ? null : ms < 0 ? `${duration(-ms)} after ${what}` : `${duration(ms)} before ${what}`;
}
