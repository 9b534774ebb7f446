import { badTimezone } from "./event-problems.ts";
import { list, record, unknown, type Reference } from "./references.ts";

/** What is wrong with guards and with the rules of the mode beyond their shape: names that point nowhere, and what could never be. */
export function guardProblems(
  guards: Readonly<Record<string, unknown>>,
  known: { readonly classes: readonly string[]; readonly locations: number },
): Reference[] {
  return [
    ...list(guards["peopleOnly"]).flatMap((name, index) =>
      unknown(name, known.classes, ["guards", "peopleOnly", index], "class"),
    ),
    ...list(guards["forbidden"]).flatMap((each, index) => [
      ...list(record(each)["classes"]).flatMap((name, at) =>
        unknown(name, known.classes, ["guards", "forbidden", index, "classes", at], "class"),
      ),
      ...badTimezone(record(each)["timezone"], ["guards", "forbidden", index, "timezone"]),
    ]),
    ...tooManyServing(guards["minLocationsServing"], known.locations),
  ];
}

export function modeProblems(mode: Readonly<Record<string, unknown>>, classes: readonly string[]): Reference[] {
  const rules = list(mode["rules"]);
  return [
    ...rules.flatMap((each, index) => {
      const named = record(each)["class"];
      return Array.isArray(named)
        ? named.flatMap((name, at) => unknown(name, classes, ["mode", "rules", index, "class", at], "class"))
        : unknown(named, classes, ["mode", "rules", index, "class"], "class");
    }),
    ...(mode["default"] === "observe" && rules.length > 0
      ? [
          {
            at: ["mode", "rules"],
            code: "rules-of-observe",
            says: "in observe nothing moves, whatever rules say",
            fix: "default: approve, or no rules",
          },
        ]
      : []),
    ...afterAll(rules),
  ];
}

/** The first rule that fits counts: what stands after one that fits all is never asked. */
function afterAll(rules: readonly unknown[]): Reference[] {
  const all = rules.findIndex((each) => ["class", "fault", "share"].every((key) => record(each)[key] === undefined));
  if (all === -1 || all === rules.length - 1) return [];
  return [
    {
      at: ["mode", "rules", all + 1],
      code: "rule-never-asked",
      says: "the rule before it fits every move, so this one is never asked",
      fix: "put what fits everything last, or into `default`",
    },
  ];
}

function tooManyServing(least: unknown, locations: number): Reference[] {
  if (typeof least !== "number" || least < locations || locations === 0) return [];
  return [
    {
      at: ["guards", "minLocationsServing"],
      code: "guard-blocks-all",
      says: `with ${locations} locations and at least ${least} serving, none could ever be left`,
      fix: `at most ${locations - 1}`,
    },
  ];
}
