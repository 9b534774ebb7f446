// docs/json.md against what the commands print: the same fields, of the same types, and for pure answers the same values.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { planetZones } from "../../src/planet/geography.ts";
import { realAnswers, type Answers } from "./json-answers.testing.ts";

const text = readFileSync(join(import.meta.dirname, "..", "..", "docs", "json.md"), "utf8");

/** Which examples of the document stand for which answer: the heading, and the blocks under it. */
const EXAMPLES: readonly { readonly answer: string; readonly under: string; readonly blocks: readonly number[] }[] = [
  { answer: "status", under: "houston status --json", blocks: [0] },
  { answer: "drill", under: "houston drill NAME --json", blocks: [0, 1] },
  { answer: "plan --problem", under: "houston plan --problem FILE --json", blocks: [1] },
  { answer: "size", under: "houston size --json", blocks: [0] },
  { answer: "plan --without", under: "houston plan --without LOCATION --json", blocks: [0] },
  { answer: "why", under: "houston why LOCATION --json", blocks: [0] },
  { answer: "trace", under: "houston trace REQUEST --json", blocks: [0] },
  { answer: "doubt list", under: "houston doubt list --json", blocks: [0] },
  { answer: "doubt settle", under: "houston doubt settle REQUEST --json", blocks: [0] },
  { answer: "planet zones", under: "houston planet zones --json", blocks: [0] },
  { answer: "judge", under: "houston judge RECORDING --json", blocks: [0] },
  { answer: "judge --scores", under: "houston judge RECORDING --json", blocks: [1] },
  { answer: "judge --where-at", under: "houston judge RECORDING --json", blocks: [2] },
  { answer: "simulate", under: "houston simulate --json", blocks: [0] },
  { answer: "scorecard", under: "houston scorecard --json", blocks: [0] },
  { answer: "scorecard mark", under: "houston scorecard --json", blocks: [1] },
  { answer: "gate deploy", under: "houston gate deploy LOCATION --json", blocks: [0] },
  { answer: "init", under: "houston init --json", blocks: [0] },
  { answer: "check", under: "houston check --json", blocks: [0] },
  { answer: "check --reach", under: "houston check --json", blocks: [1] },
  { answer: "check with problems", under: "houston check --json", blocks: [2] },
  { answer: "replay", under: "houston replay RECORDING --json", blocks: [0] },
  {
    answer: "hold",
    under: "Orders: evacuate, restore, hold, release, mode, force, weight, pin, unpin, answer",
    blocks: [0],
  },
  {
    answer: "evacuate",
    under: "Orders: evacuate, restore, hold, release, mode, force, weight, pin, unpin, answer",
    blocks: [1],
  },
  { answer: "report", under: "houston report INCIDENT --format json", blocks: [0] },
  { answer: "up", under: "houston up --json", blocks: [0] },
];

let answers: Answers = {};
beforeAll(async () => {
  answers = await realAnswers({ problem: documents("houston plan --problem FILE --json", 0)[0] });
}, 120_000);

test.each(EXAMPLES)("$answer", ({ answer, under, blocks }) => {
  const printed = answers[answer] ?? [];
  expect(printed.length, "the command printed something").toBeGreaterThan(0);
  const told = fieldsOf(blocks.flatMap((block) => documents(under, block)));
  expect(differences(told, fieldsOf(printed))).toEqual([]);
});

test("every example is held by this test", () => {
  const held = new Map<string, number>();
  for (const { under, blocks } of EXAMPLES) held.set(under, (held.get(under) ?? 0) + blocks.length);
  // The problem that is given to the planner is its input: the planner takes it.
  held.set("houston plan --problem FILE --json", 2);
  for (const [title, blocks] of sections()) expect([title, blocks.length]).toEqual([title, held.get(title) ?? 0]);
});

test("answers of pure functions are those of the document, to the byte", () => {
  const planned = documents("houston plan --problem FILE --json", 1)[0];
  expect(JSON.stringify(answers["plan --problem"]?.[0])).toBe(JSON.stringify(planned));
  const sized = documents("houston size --json", 0)[0];
  expect(JSON.stringify(answers["size"]?.[0])).toBe(JSON.stringify(sized));
  expect(answers["check"]).toEqual(documents("houston check --json", 0));
  expect(answers["check --reach"]).toEqual(
    documents("houston check --json", 1).map((told) => ({ ...(told as object), file: expect.any(String) })),
  );
  const { zones } = documents("houston planet zones --json", 0)[0] as { readonly zones: readonly unknown[] };
  const printed = answers["planet zones"]?.[0] as { readonly zones: readonly unknown[] };
  expect(printed.zones.slice(0, zones.length)).toEqual(zones);
  expect(text).toContain(`All ${planetZones.length} of them`);
});

test("a field that is missing, made up or of another type is noticed", () => {
  const real = fieldsOf([{ a: 1, hold: null, list: [{ b: "x" }, { b: null }] }]);
  const say = (told: unknown): readonly string[] => differences(fieldsOf([told]), real);
  expect(say({ a: 1, hold: null, list: [{ b: "y" }] })).toEqual([]);
  expect(say({ a: 1, hold: { by: "ana" }, list: [{ b: "y" }] })).toEqual([]);
  expect(say({ a: 1, list: [{ b: "y" }] })).toEqual(["hold is not in the document"]);
  expect(say({ a: "1", hold: null, list: [{ b: "y" }] })).toEqual(["a is number, and string in the document"]);
  expect(say({ a: 1, hold: null, list: [{ b: "y", c: 2 }] })).toEqual(["list[].c is in the document only"]);
});

function sections(): ReadonlyMap<string, readonly string[]> {
  const parts = text.split(/^## /m).slice(1);
  return new Map(
    parts.map((part) => [
      part.slice(0, part.indexOf("\n")),
      [...part.matchAll(/```json\n([\s\S]*?)```/g)].map(([, block]) => block ?? ""),
    ]),
  );
}

/** A block is one document, or one a line. */
function documents(under: string, block: number): readonly unknown[] {
  const found = sections().get(under)?.[block];
  if (found === undefined) throw new Error(`docs/json.md has no block ${block} under "${under}"`);
  try {
    return [JSON.parse(found)];
  } catch {
    return found
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown);
  }
}

type Fields = ReadonlyMap<string, ReadonlySet<string>>;

/** Their keys are names of places and the like, or their parts are told in words. */
const OPEN = /(?:^|\.)(?:utilisationBefore|utilisationAfter|prices|more\.why|effects\[\]|changes)$/;

/** Every field of the documents together, by its path, with its types. */
function fieldsOf(all: readonly unknown[]): Fields {
  const fields = new Map<string, Set<string>>();
  const visit = (path: string, value: unknown): void => {
    const type = value === null ? "null" : Array.isArray(value) ? "list" : typeof value;
    fields.set(path, (fields.get(path) ?? new Set()).add(type));
    if (OPEN.test(path)) return;
    if (Array.isArray(value)) for (const each of value) visit(`${path}[]`, each);
    else if (typeof value === "object" && value !== null)
      for (const [key, each] of Object.entries(value)) visit(path === "" ? key : `${path}.${key}`, each);
  };
  for (const each of all) visit("", each);
  return fields;
}

/** What the document tells and the command prints must be the same; only below a null may the document know more. */
function differences(told: Fields, printed: Fields): string[] {
  const missing = [...printed.keys()].filter((path) => !told.has(path)).map((path) => `${path} is not in the document`);
  const other = [...told].flatMap(([path, types]) => {
    const real = printed.get(path);
    if (real === undefined) return mayBeNull(path, printed) ? [] : [`${path} is in the document only`];
    const [known, seen] = [solid(types), solid(real)];
    if (known.length === 0 || seen.length === 0 || known.every((type) => seen.includes(type))) return [];
    return [`${path} is ${seen.join(" or ")}, and ${known.join(" or ")} in the document`];
  });
  return [...missing, ...other];
}

const solid = (types: ReadonlySet<string>): string[] => [...types].filter((type) => type !== "null").sort(byText);

function mayBeNull(path: string, printed: Fields): boolean {
  const ends = [...path.matchAll(/\.|\[\]|$/g)].map(({ index }) => path.slice(0, index));
  return ends.some((start) => printed.get(start)?.has("null") === true);
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
