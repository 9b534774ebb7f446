import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Order } from "../core/order.ts";
import { FOR_SECONDS_MAX } from "../core/order.ts";
import { orderWords } from "../core/order-words.ts";
import { readSaid } from "./grammar.ts";

const SENTENCES: readonly (readonly [string, unknown])[] = [
  ["hold", { kind: "order", order: { kind: "hold" } }],
  ["HOLD everything", { kind: "order", order: { kind: "hold" } }],
  ["hold us-east-1", { kind: "order", order: { kind: "hold", location: "us-east-1" } }],
  ["go on", { kind: "order", order: { kind: "release" } }],
  ["release us-east-1", { kind: "order", order: { kind: "release", location: "us-east-1" } }],
  ["roll back us-east-1", { kind: "order", order: { kind: "restore", location: "us-east-1" } }],
  ["move back", { kind: "restore-here" }],
  ["houston restore us-east-1", { kind: "order", order: { kind: "restore", location: "us-east-1" } }],
  ["why us-east-1", { kind: "why", location: "us-east-1" }],
  ["why", { kind: "why", location: null }],
  ["plan --without us-east-1", { kind: "plan", without: "us-east-1" }],
  ["plan us-east-1", { kind: "plan", without: "us-east-1" }],
  ["plan", { kind: "plan", without: null }],
  ["status", { kind: "status" }],
  ["approve", { kind: "approve" }],
  ["deny", { kind: "deny" }],
  ["2", { kind: "choose", choice: 2 }],
  ["[2]", { kind: "choose", choice: 2 }],
  ["", { kind: "help" }],
  ["mode observe", { kind: "order", order: { kind: "mode", mode: "observe" } }],
  ["answer question-7 1", { kind: "order", order: { kind: "answer", question: "question-7", choice: 1 } }],
  [
    "evacuate us-west-2 --class public --share 5 % --for 10m",
    {
      kind: "order",
      order: { kind: "evacuate", location: "us-west-2", class: "public", share: 0.05, forSeconds: 600 },
    },
  ],
  [
    "evacuate us-west-2 --share=5% for 10m",
    { kind: "order", order: { kind: "evacuate", location: "us-west-2", share: 0.05, forSeconds: 600 } },
  ],
];

test.each(SENTENCES)("%s", (text, said) => {
  expect(readSaid(text)).toEqual(said);
});

const MISTAKES: readonly (readonly [string, string])[] = [
  ["holt", "did you mean `hold`?"],
  ["evacute us-east-1", "did you mean `evacuate`?"],
  ["realese", "did you mean `release`?"],
  ["evacuate us-east-1 --shar 5%", "did you mean `--share`?"],
  ["evacuate us-east-1 --share 120%", "for example `--share 5%`"],
  ["evacuate us-east-1 --share", "`evacuate LOCATION"],
  ["evacuate us-east-1 --for 0s", "for example `--for 10m`"],
  ["evacuate us-east-1 --for 99d", "without `--for` it stays"],
  ["evacuate", "`evacuate LOCATION"],
  ["mode ac", "did you mean `mode act`?"],
  ["2 please", "`2` answers"],
  ["0", "say the number"],
  ["force us-east-1 sideways", "force us-east-1 down"],
  ["weight us-east-1 500%", "weight us-east-1 40%"],
  ["pin lyon eu-west-1", "pin zone lyon eu-west-1"],
  ["unpin lyon", "unpin zone lyon"],
  ["hold us-east-1 now", "`hold [LOCATION]`"],
  ["sing a song", "say `help`"],
];

test.each(MISTAKES)("a mistake gets the nearest: %s", (text, fix) => {
  const said = readSaid(text);
  expect(said.kind).toBe("mistake");
  expect((said as { fix: string }).fix).toContain(fix);
});

const name = fc
  .stringMatching(/^[a-z][a-z0-9-]{2,20}$/)
  .filter((text) => !/^(?:all|everything|everywhere)$/.test(text));
const forSeconds = fc.integer({ min: 1, max: FOR_SECONDS_MAX });
const why = fc
  .stringMatching(/^[a-z][a-z ,.-]{1,40}[a-z]$/)
  .map((text) => text.replaceAll(/\s+/g, " "))
  .filter((text) => !text.includes(" --why"));
const what = fc.constantFrom("zone" as const, "tenant" as const);
const order: fc.Arbitrary<Order> = fc.oneof(
  fc.record({ kind: fc.constant("restore" as const), location: name }),
  fc.record({ kind: fc.constant("hold" as const), location: name, forSeconds }, { requiredKeys: ["kind"] }),
  fc.record({ kind: fc.constant("release" as const), location: name }, { requiredKeys: ["kind"] }),
  fc.record(
    {
      kind: fc.constant("mode" as const),
      mode: fc.constantFrom("observe" as const, "approve" as const, "act" as const),
      forSeconds,
    },
    { requiredKeys: ["kind", "mode"] },
  ),
  fc.record({ kind: fc.constant("answer" as const), question: name, choice: fc.integer({ min: 1, max: 64 }) }),
  fc.record(
    {
      kind: fc.constant("force" as const),
      location: name,
      to: fc.constantFrom("up" as const, "down" as const, "auto" as const),
      forSeconds,
      why,
    },
    { requiredKeys: ["kind", "location", "to"] },
  ),
  fc.record(
    {
      kind: fc.constant("weight" as const),
      location: name,
      share: fc.constantFrom(0.4, 0.05, 1),
      class: name,
      forSeconds,
      why,
    },
    { requiredKeys: ["kind", "location", "share"] },
  ),
  fc.record(
    { kind: fc.constant("pin" as const), what, name, location: name, class: name, forSeconds, why },
    { requiredKeys: ["kind", "what", "name", "location"] },
  ),
  fc.record(
    { kind: fc.constant("unpin" as const), what, name, class: name },
    { requiredKeys: ["kind", "what", "name"] },
  ),
  fc.record(
    {
      kind: fc.constant("evacuate" as const),
      location: name,
      class: name,
      share: fc.integer({ min: 1, max: 100 }).map((percent) => percent / 100),
      forSeconds,
    },
    { requiredKeys: ["kind", "location"] },
  ),
) as fc.Arbitrary<Order>;

const lasting = ({ forSeconds }: { readonly forSeconds?: number }): string =>
  forSeconds === undefined ? "" : ` --for ${forSeconds}s`;

/** As a person would type it. */
function spelled(given: Order): string {
  switch (given.kind) {
    case "evacuate":
      return [
        `evacuate ${given.location}`,
        ...(given.class === undefined ? [] : [`--class ${given.class}`]),
        ...(given.share === undefined ? [] : [`--share ${Math.round(given.share * 100)}%`]),
        ...(given.forSeconds === undefined ? [] : [`--for ${given.forSeconds}s`]),
      ].join(" ");
    case "restore":
      return `restore ${given.location}`;
    case "hold":
      return `hold ${given.location ?? ""}${lasting(given)}`;
    case "release":
      return `release ${given.location ?? ""}`;
    case "mode":
      return `mode ${given.mode}${lasting(given)}`;
    case "force":
    case "pin":
    case "unpin":
    case "weight":
      return orderWords(given);
    case "answer":
      return `answer ${given.question} ${given.choice}`;
  }
}

test("what is spelled is what is read, in any case of letters and with any gaps", () => {
  fc.assert(
    fc.property(order, fc.constantFrom(" ", "  ", "\t", "\n"), (given, gap) => {
      const [verb, ...rest] = spelled(given).split(" ");
      expect(readSaid(`${gap}${[verb!.toUpperCase(), ...rest].join(gap)}`)).toEqual({ kind: "order", order: given });
    }),
  );
}, 60_000);

test("what Houston says of an order can be said back to it", () => {
  fc.assert(
    fc.property(order, (given) => {
      expect(readSaid(orderWords(given))).toEqual({ kind: "order", order: given });
    }),
  );
}, 60_000);

test("no text breaks the reader, and none becomes an order that moves traffic unless it names the order first", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary", maxLength: 120 }), fc.string()), (text) => {
      const said = readSaid(text);
      if (said.kind === "order" && said.order.kind === "evacuate")
        expect(text).toMatch(/^\s*(?:(?:houston|npx)\s+)*(?:evacuate|leave)\s/i);
      if (said.kind === "mistake") expect(said.fix.length).toBeGreaterThan(0);
    }),
  );
}, 60_000);
