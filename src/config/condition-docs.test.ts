// docs/how-to/conditions.md says what is so: its config is good, and its kinds are all there are.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { problemLines, readConfig } from "./config-file.ts";
import { conditionShape } from "./condition-shape.ts";

const root = join(import.meta.dirname, "..", "..");
const howTo = readFileSync(join(root, "docs/how-to/conditions.md"), "utf8");
const [, config] = /```yaml\n([\s\S]*?)```/.exec(howTo)!;
const example = readFileSync(join(root, "examples/houston.yaml"), "utf8");
const withoutConditions = example.slice(0, example.indexOf("\nconditions:"));
const read = (conditions: string) => readConfig(`${withoutConditions}\n${conditions}`);

test("the config of the how-to is a good one, and tells the core what doubt means", () => {
  const found = read(config!);
  expect("problems" in found && problemLines("conditions.md", found.problems)).toBe(false);
  if ("problems" in found) return;
  expect(found.conditions.length).toBe(8);
  expect(found.estate.conditions?.map(({ name, doubt, askedBy }) => `${name} ${doubt} ${askedBy}`)).toEqual([
    "certificates bars houston",
    "replica bars houston",
    "same-version passes houston",
    "room-to-grow passes houston",
    "payments bars location",
    "warm bars houston",
    "backlog bars houston",
    "licence bars houston",
  ]);
});

test("every kind is in the how-to's table with what doubt means, and no other", () => {
  const kinds = conditionShape.options.map((option) => option.shape.kind.value);
  const [, table = ""] = /\| kind \| holds when \| in doubt \|\n\|---\|---\|---\|\n([\s\S]*?)\n\n/.exec(howTo) ?? [];
  const told = table.split("\n").map((row) => row.split("|").map((cell) => cell.trim()));
  expect(told.map(([, kind]) => kind!.replaceAll("`", "")).toSorted()).toEqual([...kinds].toSorted());
  expect(told.flatMap(([, kind, , doubt]) => (doubt === "passes" ? [kind] : []))).toEqual(["`parity`", "`quota`"]);
});

test.each([
  [
    "{ name: a, kind: tls, addresses: { us-east-1: 203.0.113.7 }, hosts: [shop.example.com] }",
    "conditions[0].addresses: us-west-2 has no address to shake hands with",
  ],
  [
    "{ name: a, kind: tls, locations: [us-east-1], addresses: { us-east-1: https://x }, hosts: [] }",
    "conditions[0]: there is no host name to shake hands for",
  ],
  [
    "{ name: a, kind: tls, locations: [us-east-1], addresses: { us-east-1: 1.2.3.4/x }, hosts: [a.example] }",
    "conditions[0].addresses.us-east-1: 1.2.3.4/x is no host with or without a port",
  ],
  [
    "{ name: a, kind: replica-lag, maxSeconds: 5, url: https://x.example }",
    "conditions[0]: where the lag is read from is not clear",
  ],
  ["{ name: a, kind: promql, prometheus: https://p.example, query: up }", "conditions[0]: nothing says when it holds"],
  [
    "{ name: a, kind: promql, prometheus: https://p.example, query: up, atLeast: 2, atMost: 1 }",
    "conditions[0].atLeast: at least 2 and at most 1 never holds",
  ],
  [
    "{ name: a, kind: promql, prometheus: http://p.example, query: up, atLeast: 1, tokenFile: /t }",
    "conditions[0].prometheus: prometheus points to http://p.example",
  ],
  [
    "{ name: a, kind: parity, url: https://x.example }",
    "conditions[0].url: the address is the same for every location",
  ],
  [
    "{ name: a, kind: third-party, url: https://x.example, proxies: { us-east-1: http://p.example } }",
    "conditions[0].proxies: us-west-2 has no proxy, and others have",
  ],
  [
    "{ name: a, kind: http, url: https://x.example, classes: [publik] }",
    "conditions[0].classes[0]: there is no class publik",
  ],
  [
    "{ name: a, kind: http, url: https://x.example, everySeconds: 30 }",
    "conditions[0].everySeconds: asked every 30 s, it is in doubt after 60 s",
  ],
  ["{ name: a, kind: tsl }", 'conditions[0].kind: there is no such kind: "tsl"'],
  [
    "{ name: a, kind: http, url: https://x.example, doubt: bar }",
    'conditions[0].doubt: Invalid option: expected one of "bars"|"passes"',
  ],
])("a mistake is told with its place: %s", (condition, says) => {
  const found = read(`conditions:\n  - ${condition}\n`);
  const lines = "problems" in found ? problemLines("houston.yaml", found.problems) : [];
  expect(lines.filter((line) => line.includes("conditions[0]")).join("\n")).toContain(says);
  expect(lines.filter((line) => line.startsWith("    fix: ")).every((line) => line.length > 12)).toBe(true);
});

test("two conditions of one name, and a quota that nobody scales, are mistakes", () => {
  const twice = read(
    "conditions:\n  - { name: a, kind: http, url: https://x.example }\n  - { name: a, kind: http, url: https://y.example }\n",
  );
  expect("problems" in twice && twice.problems.map(({ path }) => path)).toEqual(["conditions[1].name"]);
  const unscaled = readConfig(
    `${example.slice(0, example.indexOf("\n# Who makes each location grow"))}\nconditions:\n  - { name: a, kind: quota, leastRps: 10 }\n`,
  );
  expect("problems" in unscaled && unscaled.problems.map(({ says }) => says)).toEqual([
    "nobody scales eu-west-1, so nobody can tell what is left there",
    "nobody scales us-east-1, so nobody can tell what is left there",
    "nobody scales us-west-2, so nobody can tell what is left there",
  ]);
});
