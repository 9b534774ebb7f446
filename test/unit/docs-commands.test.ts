// Every `houston ...` in the documents, the help texts and the hints is a command that exists, with flags that exist.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { expect, test } from "vitest";
import { houstonProgram } from "../../src/cli/program.ts";
import { DRILLS } from "../../src/planet/drills/catalogue.ts";
import { FAULTS } from "../../src/planet/drills/fault-names.ts";
import { planetLocations } from "../../src/planet/geography.ts";

const root = join(import.meta.dirname, "..", "..");

/** The real program, which parses everything and does nothing. */
function idleProgram(): { readonly program: Command; readonly said: () => string } {
  const program = houstonProgram();
  let said = "";
  const quiet = (command: Command): void => {
    command.configureOutput({ writeOut: (text) => void (said += text), writeErr: (text) => void (said += text) });
    // A group has no action of its own: without a subcommand it is bad usage.
    if (command.commands.length === 0) command.action(() => {});
    for (const each of command.commands) quiet(each);
  };
  quiet(program);
  return { program, said: () => said };
}

/** Prose may name a command (`houston trace`, `houston plan --problem`) without all that it wants. */
const INCOMPLETE: ReadonlySet<unknown> = new Set(["commander.missingArgument", "commander.optionMissingArgument"]);

/** Null when it parses, else what is wrong with it. */
async function wrongWith(command: string, options: { readonly mention?: boolean } = {}): Promise<string | null> {
  const words = wordsOf(command);
  const { program, said } = idleProgram();
  try {
    await program.parseAsync(words, { from: "user" });
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === "commander.helpDisplayed" || (options.mention === true && INCOMPLETE.has(code))) return null;
    return `${command}: ${said().split("\n")[0] || String(error)}`;
  }
  return unknownName(words);
}

const NAMES: Readonly<Record<string, readonly string[]>> = {
  drill: DRILLS.map(({ name }) => name),
  fault: [...FAULTS.map(({ name }) => name), "clear"],
  evacuate: planetLocations.map(({ name }) => name),
  restore: planetLocations.map(({ name }) => name),
  why: planetLocations.map(({ name }) => name),
};

/** Commander takes any text for an argument; a drill that nobody wrote is as made up as a flag. */
function unknownName([command = "", name]: readonly string[]): string | null {
  const known = NAMES[command];
  if (known === undefined || name === undefined || name.startsWith("-") || isPlaceholder(name)) return null;
  return known.includes(name) ? null : `${command}: there is no ${name}`;
}

const isPlaceholder = (word: string): boolean => /^[A-Z]{1,12}$/.test(word);

/** What a shell would make of it; brackets are for readers, and a number may stand as N or NUMBER. */
function wordsOf(command: string): string[] {
  const words = command.replaceAll(/[[\]]/g, "").match(/"[^"]*"|'[^']*'|[^\s"']+/g) ?? [];
  return words
    .slice(1)
    .map((word) => word.replaceAll(/^["']|["']$/g, ""))
    .filter((word) => word !== "...")
    .map((word) => (word === "N" || word === "NUMBER" ? "1" : word));
}

const HOUSTON = /(?:^|[\s`$|;(])(?:npx )?(houston [^\n`]*)/g;

/** Commands in a piece of code, each up to a pipe, a comment, a second command or a wide gap (what follows is prose). */
function commandsIn(code: string): string[] {
  const asHouston = code.replaceAll(/ # .*$/gm, "").replaceAll(/npm run drills(?: --)?(?= |$)/gm, "houston drills");
  return [...asHouston.matchAll(HOUSTON)]
    .flatMap(([, found]) => (found ?? "").split(/(?=(?:npx )?houston (?![^ ]*\.))/))
    .map((each) =>
      each
        .replace(/^npx /, "")
        .split(/ {2,}|\s[|>&;#]|\)|, | \\$/)[0]!
        .trim(),
    )
    .filter((each) => /^houston [a-zA-Z-]/.test(each));
}

/** Code blocks (fenced or indented) are to be typed, `code` in prose mentions; prose itself may say anything. */
function codeIn(markdown: string): readonly { readonly code: string; readonly mention: boolean }[] {
  const fenced = [...markdown.matchAll(/```[^\n]*\n([\s\S]*?)```/g)].map(([, code]) => code ?? "");
  const rest = markdown.replaceAll(/```[\s\S]*?```/g, "");
  const lines = rest.split("\n");
  const indented = lines.filter((line) => /^ {4}(?!\s*[-*] )/.test(line));
  const inline = [...rest.matchAll(/`([^`]+)`/g)].map(([, code]) => code ?? "");
  const blocks = [...fenced, ...indented].map((code) => ({ code, mention: false }));
  return [...blocks, ...inline.map((code) => ({ code, mention: true }))];
}

function documents(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return folder === "." ? [] : documents(path);
    return entry.name.endsWith(".md") ? [path] : [];
  });
}

test("every command in the documents parses", async () => {
  const found = [...documents("."), ...documents("docs"), "continuity/README.md"].flatMap((file) =>
    codeIn(readFileSync(join(root, file), "utf8")).flatMap(({ code, mention }) =>
      commandsIn(code).map((command) => ({ file, command, mention })),
    ),
  );
  expect(found.length, "the documents show commands; finding none means that this test is blind").toBeGreaterThan(12);
  const wrong: string[] = [];
  for (const { file, command, mention } of found) {
    const says = await wrongWith(command, { mention });
    if (says !== null) wrong.push(`${file}: ${says}`);
  }
  expect(wrong).toEqual([]);
});

test("every command in the help texts parses, and every command shows an example", async () => {
  const { program } = idleProgram();
  const leaves = (command: Command): readonly Command[] =>
    command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
  const wrong: string[] = [];
  for (const command of leaves(program)) {
    let help = "";
    command.configureOutput({ writeOut: (text) => void (help += text) }).outputHelp();
    const examples = help.split("\n").flatMap((line) => (/^ {2}\$ /.test(line) ? commandsIn(line.slice(4)) : []));
    if (examples.length === 0) wrong.push(`${command.name()} shows no example`);
    for (const example of [...examples, ...[...help.matchAll(/`([^`]+)`/g)].flatMap(([, code]) => commandsIn(code!))]) {
      const says = await wrongWith(example);
      if (says !== null) wrong.push(`${command.name()} --help: ${says}`);
    }
  }
  expect(wrong).toEqual([]);
});

test("every command in a hint of the sources parses", async () => {
  const sources = (folder: string): string[] =>
    readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return sources(path);
      return /(?<!\.test)\.ts$/.test(entry.name) ? [path] : [];
    });
  const wrong: string[] = [];
  let seen = 0;
  for (const file of sources("src")) {
    // Hints show commands between backticks, escaped or not by the string that they stand in.
    const text = readFileSync(join(root, file), "utf8").replaceAll("\\`", "`");
    for (const [, command] of text.matchAll(/`(houston [a-z][^`$"\n]*)`/g)) {
      seen++;
      for (const each of commandsIn(command!)) {
        const says = await wrongWith(each, { mention: true });
        if (says !== null) wrong.push(`${file}: ${says}`);
      }
    }
  }
  expect(seen).toBeGreaterThan(20);
  expect(wrong).toEqual([]);
});

test("a command that was made up is noticed", async () => {
  expect(await wrongWith("houston evacute us-east-1")).toContain("unknown command");
  expect(await wrongWith("houston status --colour")).toContain("unknown option");
  expect(await wrongWith("houston drill hard-dawn")).toContain("there is no hard-dawn");
  expect(await wrongWith("houston plan us-east-1")).toContain("too many arguments");
  expect(await wrongWith("houston trace")).toContain("missing required argument");
  expect(await wrongWith("houston trace", { mention: true })).toBeNull();
  expect(await wrongWith("houston door", { mention: true })).toContain("unknown command");
  expect(await wrongWith("houston planet")).not.toBeNull();
  expect(commandsIn("zcat x.gz | houston judge - --json | jq . # houston is right")).toEqual([
    "houston judge - --json",
  ]);
  expect(commandsIn("npx houston status      npx houston drill hard-down")).toEqual([
    "houston status",
    "houston drill hard-down",
  ]);
});
