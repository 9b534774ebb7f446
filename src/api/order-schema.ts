import type { ControlView, Question } from "../core/control-contract.ts";
import { CallerError } from "../core/errors.ts";
import type { Estate } from "../core/estate.ts";
import type { Order } from "../core/order.ts";
import { nearest } from "../config/nearest.ts";
import { orderBody } from "./schema/orders.ts";

/** Checks the body of `POST /api/orders` against its shape and against what there is. Throws `CallerError`. */
export function readOrder(
  body: unknown,
  known: { readonly estate: Estate; readonly view: ControlView },
): { by: string; order: Order } {
  const parsed = orderBody.safeParse(body);
  if (!parsed.success) {
    throw new CallerError({
      code: "bad-order",
      message: parsed.error.issues.map((issue) => `${issue.path.join(".") || "body"}: ${issue.message}`).join("; "),
      hint: `for example ${JSON.stringify({ order: exampleLike(body) })}`,
    });
  }
  const { by, order } = parsed.data;
  if ("location" in order && order.location !== undefined) {
    mustKnow(
      "location",
      order.location,
      known.estate.locations.map((each) => each.name),
    );
  }
  if ("class" in order && order.class !== undefined) {
    mustKnow(
      "class",
      order.class,
      known.estate.classes.map((each) => each.name),
    );
  }
  if (order.kind === "pin" && order.what === "zone") {
    mustKnow(
      "zone",
      order.name,
      known.estate.zones.map((each) => each.name),
    );
  }
  if (order.kind === "answer") mustBeOpen(order, known.view.questions);
  return { by, order };
}

/** An order of the kind that was meant, as far as that can be seen. */
function exampleLike(body: unknown): Order {
  const kind = (body as { order?: { kind?: unknown } } | null | undefined)?.order?.kind;
  return EXAMPLES.find((each) => each.kind === kind) ?? EXAMPLES[0];
}

const EXAMPLES: readonly [Order, ...Order[]] = [
  { kind: "evacuate", location: "us-east-1", share: 0.05 },
  { kind: "restore", location: "us-east-1" },
  { kind: "hold" },
  { kind: "release" },
  { kind: "mode", mode: "act" },
  { kind: "force", location: "us-east-1", to: "down", forSeconds: 7200, why: "new switches" },
  { kind: "pin", what: "zone", name: "lyon", location: "eu-west-1" },
  { kind: "unpin", what: "zone", name: "lyon" },
  { kind: "weight", location: "us-east-1", share: 0.4 },
  { kind: "answer", question: "question-7-top2v4", choice: 1 },
];

/** What is answered must be open. Another question is never offered in its place: a wrong answer moves traffic. */
function mustBeOpen(
  { question: id, choice }: Extract<Order, { kind: "answer" }>,
  questions: readonly Question[],
): void {
  const question = questions.find((each) => each.id === id);
  if (question === undefined) {
    const open = questions.map((each) => `${each.id} (${each.asks})`);
    throw new CallerError({
      code: "unknown-question",
      message: `there is no question ${id}: it is answered, withdrawn, or of an earlier log`,
      hint: open.length === 0 ? "no question is open now" : `open: ${open.join("; ")}`,
    });
  }
  if (choice > question.choices.length) {
    throw new CallerError({
      code: "unknown-choice",
      message: `question ${id} has ${question.choices.length} choices, not ${choice}`,
      hint: question.choices.map((each, index) => `${index + 1}: ${each}`).join("; "),
    });
  }
}

/** Whose order is taken, and whose word on a doubt. Slack says who it was behind the name: `alice (Slack)`. The token is one for all, so this keeps out slips and habits, not liars. */
export function mustBeListed(by: string, people: readonly string[]): void {
  const name = by.replace(/ \(Slack\)$/, "");
  if (people.length === 0 || people.includes(name)) return;
  throw new CallerError({
    code: "not-listed",
    message: `${name} is not among the people of houston.yaml, and neither orders nor settles anything`,
    hint: `add ${name} under \`people\`, or say who you are (HOUSTON_BY, the name in the console): ${people.join(", ")}`,
  });
}

export function mustKnow(what: "location" | "class" | "zone", given: string, names: readonly string[]): void {
  if (names.includes(given)) return;
  const near = nearest(given, names);
  throw new CallerError({
    code: `unknown-${what}`,
    message: `there is no ${what} ${given}`,
    hint: near === null ? `one of ${names.join(", ")}` : `did you mean ${near}?`,
  });
}
