import { CallerError } from "../core/errors.ts";
import type { DoubtWord } from "./contract.ts";
import { doubtWord } from "./schema/asked.ts";

/** Checks the body of `POST /api/doubts/{id}/settle`. Throws `CallerError`. */
export function readDoubtWord(body: unknown): DoubtWord {
  const parsed = doubtWord.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new CallerError({
    code: "bad-word",
    message: parsed.error.issues.map((issue) => `${issue.path.join(".") || "body"}: ${issue.message}`).join("; "),
    hint: `for example ${JSON.stringify({ by: "ana", done: true, result: { key: "7f0c.checkout.charge.1" } })}`,
  });
}
