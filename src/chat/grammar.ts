import { nearest } from "../config/nearest.ts";
import { secondsOf, shareOf } from "../config/amount.ts";
import type { Mode } from "../core/estate.ts";
import { FOR_SECONDS_MAX, WHY_MAX, type Order } from "../core/order.ts";

/**
 * What people type to Houston in a chat: the command line's own words, without `houston` before them. A pure function of the
 * text; which location a thread is about, and whether a location exists, others know.
 */
export type Said =
  | { readonly kind: "order"; readonly order: Order }
  /** A location that was left out is the thread's. */
  | { readonly kind: "restore-here" }
  | { readonly kind: "why"; readonly location: string | null }
  | { readonly kind: "plan"; readonly without: string | null }
  | { readonly kind: "status" }
  /** The number of a choice: of the question of this thread, or of the only open one. */
  | { readonly kind: "choose"; readonly choice: number }
  | { readonly kind: "approve" }
  | { readonly kind: "deny" }
  | { readonly kind: "help" }
  | { readonly kind: "mistake"; readonly says: string; readonly fix: string };

export const HELP = [
  "hold [LOCATION] [--for 10m]: stop all automatic moves at once",
  "release [LOCATION] (or: go on): let them begin again",
  "evacuate LOCATION [--class CLASS] [--share 5%] [--for 10m]",
  "restore LOCATION (or: roll back, move back)",
  "force LOCATION up, down or auto, [--for 2h] [--why WORDS]",
  "weight LOCATION 40% [--class CLASS] [--for 2h] [--why WORDS]",
  "pin zone NAME LOCATION, pin tenant HOST LOCATION, [--class CLASS] [--for 1d] [--why WORDS]; unpin zone NAME",
  "why LOCATION, plan [--without LOCATION], status",
  "approve, deny, or the number of a choice",
  "mode observe, mode approve or mode act, [--for 2h]",
] as const;

/** A message longer than this is no order. */
const TEXT_MAX = 500;

export function readSaid(text: string): Said {
  if (text.length > TEXT_MAX) return mistake("that is too long for an order", "say `help` for what I understand");
  const words = text
    .trim()
    .split(/\s+/)
    .filter((word) => word !== "");
  // Who copies a line from a terminal brings the command's name along.
  while (words[0]?.toLowerCase() === "houston" || words[0]?.toLowerCase() === "npx") words.shift();
  const [first, second] = words.map((word) => word.toLowerCase());
  if (first === undefined) return { kind: "help" };
  if (/^\[?\d{1,2}[\].)]?$/.test(first)) return readNumber(first, words.slice(1));
  const twoWords = `${first} ${second ?? ""}`;
  const verb = TWO_WORDS[twoWords] ?? ONE_WORD[first];
  if (verb === undefined) return unknownVerb(first, twoWords);
  return READ[verb](words.slice(TWO_WORDS[twoWords] === undefined ? 1 : 2));
}

type Verb = keyof typeof READ;

const ONE_WORD: Readonly<Record<string, Verb>> = {
  hold: "hold",
  stop: "hold",
  release: "release",
  resume: "release",
  restore: "restore",
  rollback: "restore",
  evacuate: "evacuate",
  leave: "evacuate",
  force: "force",
  weight: "weight",
  weights: "weight",
  pin: "pin",
  unpin: "unpin",
  why: "why",
  plan: "plan",
  status: "status",
  approve: "approve",
  yes: "approve",
  deny: "deny",
  no: "deny",
  mode: "mode",
  answer: "answer",
  help: "help",
};

const TWO_WORDS: Readonly<Record<string, Verb>> = {
  "go on": "release",
  "roll back": "restore",
  "move back": "restore",
};

/** Only what has one meaning is suggested: `no` is near to half of the language. */
const SUGGESTED = [
  "hold",
  "release",
  "restore",
  "evacuate",
  "force",
  "weight",
  "pin",
  "unpin",
  "why",
  "plan",
  "status",
  "approve",
  "deny",
  "mode",
  "answer",
  "help",
  ...Object.keys(TWO_WORDS),
];

const READ = {
  hold: (words: readonly string[]) => forAWhile(words, (rest) => maybeLocation("hold", rest)),
  release: (words: readonly string[]) => maybeLocation("release", words),
  restore(words: readonly string[]): Said {
    const [location, ...rest] = words;
    if (location === undefined) return { kind: "restore-here" };
    return rest.length > 0 || location.startsWith("-")
      ? tooMuch("restore LOCATION", rest[0] ?? location)
      : { kind: "order", order: { kind: "restore", location } };
  },
  evacuate: readEvacuate,
  force: (words: readonly string[]) => because(words, (rest) => forAWhile(rest, readForce)),
  weight: (words: readonly string[]) => because(words, (rest) => forAWhile(rest, readWeight)),
  pin: (words: readonly string[]) => because(words, (rest) => forAWhile(rest, readPin)),
  unpin: readUnpin,
  why(words: readonly string[]): Said {
    const [location = null, ...rest] = words;
    return rest.length > 0 ? tooMuch("why LOCATION", rest[0]!) : { kind: "why", location };
  },
  plan(words: readonly string[]): Said {
    const [without = null, ...rest] = words[0]?.toLowerCase() === "--without" ? words.slice(1) : words;
    if (rest.length > 0 || without?.startsWith("-")) return tooMuch("plan --without LOCATION", rest[0] ?? without!);
    return { kind: "plan", without };
  },
  status: (words: readonly string[]) => alone("status", words),
  approve: (words: readonly string[]) => alone("approve", words),
  deny: (words: readonly string[]) => alone("deny", words),
  help: (): Said => ({ kind: "help" }),
  mode: (words: readonly string[]) => forAWhile(words, readMode),
  answer(words: readonly string[]): Said {
    const [question, number, ...rest] =
      words[1]?.toLowerCase() === "to" ? [words[2], words[0], ...words.slice(3)] : words;
    const choice = Number(number);
    if (question === undefined || rest.length > 0 || !Number.isInteger(choice) || choice < 1)
      return mistake("answer wants a question and the number of a choice", "for example `answer question-7-top2v4 1`");
    return { kind: "order", order: { kind: "answer", question, choice } };
  },
} as const;

function readMode(words: readonly string[]): Said {
  const mode = words[0]?.toLowerCase() ?? "";
  if (words.length === 1 && isMode(mode)) return { kind: "order", order: { kind: "mode", mode } };
  const near = nearest(mode, MODES);
  return mistake(
    words.length === 1 ? `there is no mode ${words[0]}` : "mode wants one word",
    near === null ? "`mode observe`, `mode approve` or `mode act`" : `did you mean \`mode ${near}\`?`,
  );
}

function readForce(words: readonly string[]): Said {
  const [location, word, ...rest] = words;
  const to = (["up", "down", "auto"] as const).find((each) => each === word?.toLowerCase());
  return location === undefined || to === undefined || rest.length > 0
    ? mistake("force wants a location, and up, down or auto", "for example `force us-east-1 down --for 2h`")
    : { kind: "order", order: { kind: "force", location, to } };
}

function readWeight(words: readonly string[]): Said {
  const { rest, given } = withClass(words);
  const [location, ...amount] = rest;
  const share = shareOf(amount.join(""));
  return location === undefined || share === null
    ? mistake("weight wants a location and a share", "for example `weight us-east-1 40%`")
    : { kind: "order", order: { kind: "weight", location, share, ...given } };
}

function readPin(words: readonly string[]): Said {
  const { rest, given } = withClass(words);
  const [what, name, location, ...more] = rest;
  if ((what !== "zone" && what !== "tenant") || name === undefined || location === undefined || more.length > 0)
    return mistake("pin wants zone or tenant, who, and a location", "for example `pin zone lyon eu-west-1`");
  return { kind: "order", order: { kind: "pin", what, name, location, ...given } };
}

function readUnpin(words: readonly string[]): Said {
  const { rest, given } = withClass(words);
  const [what, name, ...more] = rest;
  if ((what !== "zone" && what !== "tenant") || name === undefined || more.length > 0)
    return mistake("unpin wants zone or tenant, and who", "for example `unpin zone lyon`");
  return { kind: "order", order: { kind: "unpin", what, name, ...given } };
}

/** `--class public`, `--class=public`: at the end. */
function withClass(words: readonly string[]): { readonly rest: readonly string[]; readonly given: { class?: string } } {
  const found = /^(.*) --class[ =](\S+)$/.exec(words.join(" "));
  return found === null ? { rest: words, given: {} } : { rest: found[1]!.split(" "), given: { class: found[2]! } };
}

/** `--why` and all that follows, which may be any words. */
function because(words: readonly string[], read: (rest: readonly string[]) => Said): Said {
  const found = /^(.*?) --why[ =](.+)$/.exec(words.join(" "));
  if (found === null) return read(words);
  const said = read(found[1]!.split(" "));
  const why = found[2]!.replace(/^["'“](.*)["'”]$/, "$1");
  if (said.kind !== "order") return said;
  return why.length > WHY_MAX
    ? mistake("that reason is too long", `say it in ${WHY_MAX} characters`)
    : { kind: "order", order: { ...said.order, why } as Order };
}

const MODES: readonly Mode[] = ["observe", "approve", "act"];

function isMode(text: string): text is Mode {
  return MODES.some((mode) => mode === text);
}

/** `--for 10m`, `--for=10m`, `for 10m` and, as Houston says it itself, `for 10 min`: at the end of an order that lasts for a while. */
function forAWhile(words: readonly string[], read: (rest: readonly string[]) => Said): Said {
  const typed = words.join(" ");
  const found = /(?:^| )(?:--)?for[ =](\d+(?:\.\d+)?) ?(s|m|h|d|min)$/i.exec(typed);
  if (found === null) return read(words);
  const said = read(
    typed
      .slice(0, found.index)
      .split(" ")
      .filter((word) => word !== ""),
  );
  if (said.kind !== "order") return said;
  const seconds = secondsOf(`${found[1]}${found[2]!.slice(0, 1).toLowerCase()}`);
  if (seconds === null || seconds > FOR_SECONDS_MAX)
    return mistake(
      `${found[1]}${found[2]} is no time from a second to ${FOR_SECONDS_MAX / 86_400} days`,
      "for example `--for 10m`",
    );
  return { kind: "order", order: { ...said.order, forSeconds: seconds } as Order };
}

/** `--class public`, `--class=public` and `class public` alike. */
function readEvacuate(words: readonly string[]): Said {
  const [location, ...options] = asTyped(words);
  const usage = "`evacuate LOCATION [--class CLASS] [--share 5%] [--for 10m]`";
  if (location === undefined || location.startsWith("-")) return mistake("evacuate wants a location", usage);
  const given: { class?: string; share?: number; forSeconds?: number } = {};
  const rest = options.flatMap((word) =>
    /^--[a-z]+=/i.test(word) ? [word.replace(/=.*/, ""), word.replace(/^[^=]*=/, "")] : [word],
  );
  for (let index = 0; index < rest.length; index += 2) {
    const name = rest[index]!.replace(/^--/, "").toLowerCase();
    let value = rest[index + 1];
    // `5 %` comes as two words.
    if (rest[index + 2] === "%") {
      value = `${value}%`;
      rest.splice(index + 2, 1);
    }
    const near = nearest(name, OPTIONS);
    if (!OPTIONS.includes(name)) {
      return mistake(`evacuate knows no ${rest[index]}`, near === null ? usage : `did you mean \`--${near}\`?`);
    }
    if (value === undefined || value === "") return mistake(`--${name} wants a value`, usage);
    if (Object.hasOwn(given, name === "for" ? "forSeconds" : name)) return mistake(`--${name} is given twice`, usage);
    if (name === "class") given.class = value;
    if (name === "share") {
      const share = shareOf(value);
      if (share === null)
        return mistake(`${value} is not a share over 0 % and at most 100 %`, "for example `--share 5%`");
      given.share = share;
    }
    if (name === "for") {
      const seconds = secondsOf(value);
      if (seconds === null)
        return mistake(`${value} is no time of a second or more`, "for example `--for 10m` (s, m, h, d)");
      if (seconds > FOR_SECONDS_MAX)
        return mistake(
          `${value} is longer than ${FOR_SECONDS_MAX / 86_400} days`,
          "without `--for` it stays until `restore`",
        );
      given.forSeconds = seconds;
    }
  }
  return { kind: "order", order: { kind: "evacuate", location, ...given } };
}

const OPTIONS = ["class", "share", "for"];

/** As Houston itself says it (order-words.ts): `5 % of PUBLIC of us-east-1 for 10 min`. */
const AS_SAID = /^(?:(\S+?) ?% of )?(?:(\S+) of )?([^\s-]\S*)(?: for (\d+) ?(s|min|h))?$/i;

function asTyped(words: readonly string[]): readonly string[] {
  const said = AS_SAID.exec(words.join(" "));
  if (said === null) return words;
  const [, share, className, location = "", length, unit = ""] = said;
  return [
    location,
    ...(className === undefined ? [] : ["--class", className.toLowerCase()]),
    ...(share === undefined ? [] : ["--share", `${share}%`]),
    ...(length === undefined ? [] : ["--for", `${length}${unit.slice(0, 1).toLowerCase()}`]),
  ];
}

function maybeLocation(kind: "hold" | "release", words: readonly string[]): Said {
  const [location, ...rest] = words;
  if (rest.length > 0 || location?.startsWith("-")) return tooMuch(`${kind} [LOCATION]`, rest[0] ?? location!);
  // People say `hold everything`, and no location is called so.
  const everything = location === undefined || /^(?:all|everything|everywhere)$/i.test(location);
  return { kind: "order", order: { kind, ...(everything ? {} : { location }) } };
}

function alone(kind: "status" | "approve" | "deny", words: readonly string[]): Said {
  return words.length > 0 ? tooMuch(kind, words[0]!) : { kind };
}

function readNumber(word: string, rest: readonly string[]): Said {
  const choice = Number(word.replaceAll(/\D/g, ""));
  if (rest.length > 0) return mistake("a number stands alone", "`2` answers the open question with its second choice");
  return choice >= 1 ? { kind: "choose", choice } : mistake("choices begin at 1", "say the number of a choice");
}

function unknownVerb(first: string, twoWords: string): Said {
  const near = nearest(first, SUGGESTED) ?? nearest(twoWords.trim(), SUGGESTED);
  return mistake(
    `I don't know \`${first}\``,
    near === null ? "say `help` for what I understand" : `did you mean \`${near}\`?`,
  );
}

function tooMuch(usage: string, word: string): Said {
  return mistake(`I don't know what ${word} means here`, `\`${usage}\``);
}

function mistake(says: string, fix: string): Said {
  return { kind: "mistake", says, fix };
}
