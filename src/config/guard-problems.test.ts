import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { problemLines, readConfig } from "./config-file.ts";

const root = join(import.meta.dirname, "..", "..");
const example = readFileSync(join(root, "examples/houston.yaml"), "utf8");
const MODE = /^mode: .*\n/m;

const withMode = (mode: string): string => example.replace(MODE, `mode: ${mode}\n`);
const withGuard = (guard: string): string => example.replace("  peopleOnly: [internal]", `  ${guard}`);

/** Each problem as `path code: fix`, or the estate. */
function read(text: string) {
  const found = readConfig(text);
  if (!("problems" in found)) return found;
  return found.problems.map(({ path, code, fix }) => `${path} ${code}: ${fix}`);
}

test("rules and hours of docs/how-to/steer.md are good ones, and mean what the page says", () => {
  const page = readFileSync(join(root, "docs/how-to/steer.md"), "utf8");
  const [mode, guards] = [...page.matchAll(/```yml\n([\s\S]*?)```/g)].map(([, block]) => block!);
  const found = readConfig(
    example.replace(MODE, mode!).replace("  peopleOnly: [internal]\n", guards!.slice(guards!.indexOf("\n") + 1)),
  );
  expect("problems" in found ? problemLines("steer.md", found.problems) : found.estate).toMatchObject({
    mode: "approve",
    modeRules: [
      { mode: "act", classes: ["public"], faults: ["hard-down"], maxShare: 0.1 },
      { mode: "observe", faults: ["overload"] },
    ],
    unanswered: { answer: "deny", afterSeconds: 300 },
    guards: {
      forbidden: [
        {
          says: "22:00-06:00 fri, sat (Europe/Berlin)",
          days: [4, 5],
          fromMinute: 1320,
          untilMinute: 360,
          losses: "move",
        },
      ],
    },
  });
});

test("people of docs/how-to/signed-orders.md are read with their keys", () => {
  const page = readFileSync(join(root, "docs/how-to/signed-orders.md"), "utf8");
  const people = /```yaml\n([\s\S]*?)```/.exec(page)![1]!;
  expect(read(`${example}\n${people}`)).toMatchObject({ people: { ana: { slack: "U012AB3CD" }, bob: { keys: [] } } });
  expect(read(`${example}\n${people.replace("slack: U0456EFGH", "slack: U012AB3CD")}`)).toEqual([
    "people.bob people-twice: each has their own: the record says who ordered",
  ]);
  // An order that names no estate would be one for staging too.
  expect(read(`${example}\n${people.replace("name: shop-production", "")}`)).toEqual([
    "people estate-unnamed: add `name: shop-production` at the top, a name that no other estate of yours has",
  ]);
});

test.each([
  ["a word that is none", withMode("obsrve"), ["mode bad-value: did you mean observe?"]],
  ["a setting that is none", withMode("{ default: act, rulez: [] }"), ["mode.rulez bad-value: did you mean rules?"]],
  [
    "a fault that is none",
    withMode("{ default: act, rules: [{ mode: approve, class: pubic }] }"),
    ["mode.rules[0].class unknown-class: did you mean public?"],
  ],
  [
    // Else a rule without a limit: what was meant for nobody would hold for everybody.
    "shares that are none",
    withMode("{ default: approve, rules: [{ mode: act, share: 0% }, { mode: act, share: 150% }] }"),
    [
      "mode.rules[0].share bad-value: see examples/houston.yaml",
      "mode.rules[1].share bad-value: see examples/houston.yaml",
    ],
  ],
  [
    "a rule that could move nobody",
    withMode("{ default: observe, rules: [{ mode: act, class: public }] }"),
    ["mode.rules rules-of-observe: default: approve, or no rules"],
  ],
  [
    "a rule that is never asked",
    withMode("{ default: approve, rules: [{ mode: act }, { mode: observe, fault: path }] }"),
    ["mode.rules[1] rule-never-asked: put what fits everything last, or into `default`"],
  ],
  [
    "hours that are none, of a zone and a class that are none",
    withGuard('forbidden: [{ hours: "22-6" }, { hours: "22:00-06:00", timezone: Europe/Berlni, classes: [pubic] }]'),
    [
      "guards.forbidden[0].hours bad-value: see examples/houston.yaml",
      "guards.forbidden[1].timezone unknown-timezone: did you mean Europe/Berlin?",
      "guards.forbidden[1].classes[0] unknown-class: did you mean public?",
    ],
  ],
])("what can't be is said with its place and the fix: %s", (_what, text, problems) => {
  expect(read(text)).toEqual(problems);
});
