import type { ControlView } from "../core/control-contract.ts";
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
      hint: 'for example {"order": {"kind": "evacuate", "location": "us-east-1", "share": 0.05}}',
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
  if (order.kind === "evacuate" && order.class !== undefined) {
    mustKnow(
      "class",
      order.class,
      known.estate.classes.map((each) => each.name),
    );
  }
  if (order.kind === "answer") {
    const question = known.view.questions.find((each) => each.id === order.question);
    mustKnow(
      "question",
      order.question,
      known.view.questions.map((each) => each.id),
    );
    if (question && order.choice > question.choices.length) {
      throw new CallerError({
        code: "unknown-choice",
        message: `question ${question.id} has ${question.choices.length} choices, not ${order.choice}`,
        hint: question.choices.map((choice, index) => `${index + 1}: ${choice}`).join("; "),
      });
    }
  }
  return { by, order };
}

export function mustKnow(what: "location" | "class" | "question", given: string, names: readonly string[]): void {
  if (names.includes(given)) return;
  const near = nearest(given, names);
  const list = names.length === 0 ? `there is no ${what} now` : `one of ${names.join(", ")}`;
  throw new CallerError({
    code: `unknown-${what}`,
    message: `there is no ${what} ${given}`,
    hint: near === null ? list : `did you mean ${near}?`,
  });
}
