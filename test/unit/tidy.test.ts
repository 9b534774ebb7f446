// House rules that the compiler and the linter cannot hold. A rule that no test runs is not a rule.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..", "..");
const SKIPPED = new Set(["node_modules", "dist", ".git", "coverage"]);

function files(folder: string, ending: RegExp): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter(({ name }) => !SKIPPED.has(name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? files(path, ending) : ending.test(entry.name) ? [path] : [];
    })
    .sort((a, b) => (a < b ? -1 : 1));
}

const withoutComments = (text: string): string =>
  text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/(^|\s)\/\/.*$/gm, "");

const IMPURE: readonly [RegExp, string][] = [
  [/\bDate\b/, "the clock: time comes on events"],
  [/\bMath\.random\b/, "chance: it comes as a seed"],
  [/\bIntl\b|\.toLocale|\.localeCompare\b/, "the machine's locale"],
  [/\.(?:sort|toSorted)\(\s*\)/, "a sort without a comparison"],
  [/\bprocess\b|\bglobalThis\b/, "the environment"],
  [/\bperformance\b|\bsetTimeout\b|\bsetInterval\b/, "the clock"],
];

test("the core is pure: no clock, no chance, no locale, no import but itself", () => {
  const found: string[] = [];
  for (const file of files("src/core", /\.ts$/).filter((name) => !name.endsWith(".test.ts"))) {
    const code = withoutComments(readFileSync(join(root, file), "utf8"));
    code.split("\n").forEach((line, index) => {
      for (const [pattern, why] of IMPURE)
        if (pattern.test(line)) found.push(`${file}:${index + 1} ${why}: ${line.trim()}`);
    });
    for (const [, from] of code.matchAll(/from\s+"([^"]+)"/g)) {
      const target = relative(join(root, "src/core"), join(root, file, "..", from ?? ""));
      if (!from?.startsWith(".") || target.startsWith("..")) found.push(`${file} imports ${from}`);
    }
  }
  expect(found).toEqual([]);
});

const ORDER = ["core", "drivers", "config", "runtime", "simulation", "planet", "production", "api", "chat", "cli"];
/** Who may import whom: core <- drivers <- config, runtime <- simulation, api <- chat <- planet, production, cli. */
const MAY: Readonly<Record<string, readonly string[]>> = {
  core: ["core"],
  config: ["core", "drivers", "config"],
  drivers: ["core", "drivers"],
  runtime: ["core", "drivers", "runtime"],
  simulation: ["core", "drivers", "runtime", "simulation"],
  api: ["core", "drivers", "runtime", "config", "api"],
  chat: ["core", "drivers", "runtime", "config", "api", "chat"],
  planet: ["core", "drivers", "runtime", "config", "api", "chat", "planet"],
  production: ["core", "drivers", "runtime", "config", "api", "production"],
  cli: ORDER,
};
const RECORDING = /^src\/runtime\/recording\//;

test("dependencies point one way", () => {
  const found: string[] = [];
  for (const room of ORDER) {
    for (const file of files(`src/${room}`, /\.ts$/)) {
      const text = readFileSync(join(root, file), "utf8");
      for (const [, from] of text.matchAll(/(?:from\s+|import\()"(\.[^"]+)"/g)) {
        const path = relative(join(root, "src"), join(root, file, "..", from ?? ""));
        const target = path.split("/")[0] ?? "";
        if (ORDER.includes(target) && !MAY[room]?.includes(target)) found.push(`${file} imports ${from}`);
        // Recordings are read by programs that run nothing: their reader needs the core and itself.
        if (RECORDING.test(file) && !path.startsWith("core/") && !RECORDING.test(`src/${path}`))
          found.push(`${file} imports ${from}`);
      }
    }
  }
  expect(found).toEqual([]);
});

/** A browser runs it: types of everywhere, but code of the API's client and the core alone. Made data is never shipped. */
const CONSOLE_MAY = /^src\/(?:core\/|api\/client\.ts$)/;

test("the console runs nothing but itself, the API's client and the core", () => {
  const found: string[] = [];
  for (const file of files("console/src", /\.tsx?$/)) {
    if (/\/made-data\/|\.test\.ts$/.test(file)) continue;
    const text = readFileSync(join(root, file), "utf8");
    for (const [, kind, from] of text.matchAll(/(import|export) (?!type )[^;]*?from "(\.[^"]+)"/g)) {
      const target = relative(root, join(root, file, "..", from ?? ""));
      if (!target.startsWith("console/src/") && !CONSOLE_MAY.test(target)) found.push(`${file} ${kind}s ${from}`);
      if (target.includes("/made-data/")) found.push(`${file} ${kind}s made data`);
    }
  }
  expect(found).toEqual([]);
});

test("nothing unfinished, and no path of anyone's machine, is committed", () => {
  // Each with a class of one letter, so that this file does not find itself.
  const marks = /FIX[M]E|TO[D]O|X[X]X|\/ho[m]e\/|\/ro[o]t\/|(?<!\/v1)\/wo[r]k\//;
  const found = [
    "src",
    "console",
    "continuity",
    "edge",
    "test",
    "bench",
    "examples",
    "scripts",
    "docs",
    "scenarios",
    "bin",
  ]
    .flatMap((folder) => files(folder, /\.(?:tsx?|js|css|md|ya?ml|story|json)$/))
    .filter((file) => marks.test(readFileSync(join(root, file), "utf8")));
  expect(found).toEqual([]);
});

/** A ratchet: it may only go down. */
const LINES_MAX = 600;

test("a file can be read in one sitting", () => {
  const found = ["src", "console/src", "continuity/src"]
    .flatMap((folder) => files(folder, /\.tsx?$/))
    .map((file) => ({ file, lines: readFileSync(join(root, file), "utf8").split("\n").length }))
    .filter(({ lines }) => lines > LINES_MAX);
  expect(found).toEqual([]);
});

test("links between documents lead somewhere", () => {
  const documents = [...files("docs", /\.md$/), ...files(".", /\.md$/).filter((file) => !file.includes("/"))];
  const found: string[] = [];
  for (const file of documents) {
    const text = readFileSync(join(root, file), "utf8").replaceAll(/```[\s\S]*?```/g, "");
    for (const [, target] of text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
      if (!target || /^[a-z]+:/.test(target)) continue;
      try {
        readFileSync(join(root, file, "..", target));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") found.push(`${file} -> ${target}`);
      }
    }
  }
  expect(found).toEqual([]);
});
