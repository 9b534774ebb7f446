import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { configSchema } from "./config-schema.ts";

const root = join(import.meta.dirname, "..", "..");
const kept = join(root, "docs/houston.schema.json");
const example = readFileSync(join(root, "examples/houston.yaml"), "utf8");

test("docs/houston.schema.json is what houston.yaml is read by; REWRITE=1 writes it", () => {
  const now = `${JSON.stringify(configSchema(), null, 2)}\n`;
  if (process.env["REWRITE"] === "1") writeFileSync(kept, now);
  else expect(readFileSync(kept, "utf8")).toBe(now);
});

test("an editor finds nothing wrong with a good file, and what is wrong with a bad one", () => {
  const check = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(configSchema());
  const wrong = (text: string): readonly string[] => {
    check(parse(text));
    return (check.errors ?? []).map(({ instancePath, keyword }) => `${instancePath} ${keyword}`);
  };
  expect(wrong(example)).toEqual([]);
  expect(
    wrong(example.replace("mode: observe ", "mode: { default: approve, rules: [{ mode: act, share: 10% }] } ")),
  ).toEqual([]);
  expect(wrong(example.replace("needlessMovesPerYear: 1 ", "needlessMovesPerYear: many "))).toEqual([
    "/needlessMovesPerYear type",
  ]);
  expect(wrong(example.replace("capacityRps: 4000 }", "capacityRps: 4000, capacty: 1 }"))).toEqual([
    "/locations/0 additionalProperties",
  ]);
});
