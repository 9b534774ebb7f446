import { CallerError } from "../../core/errors.ts";
import type { Incident } from "../../core/control-contract.ts";
import type { UnixMs } from "../../core/step.ts";
import type { LogStore } from "../../drivers/store/contract.ts";
import { incidentId } from "../../runtime/recorder.ts";
import { markBody } from "../schema/scorecard.ts";
import type { Mark, MarkBody } from "./contract.ts";

/** Checks the body of `POST /api/incidents/{number}/mark`. Throws `CallerError`. */
export function readMark(body: unknown): MarkBody {
  const parsed = markBody.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new CallerError({
    code: "bad-mark",
    message: parsed.error.issues.map((issue) => `${issue.path.join(".") || "body"}: ${issue.message}`).join("; "),
    hint: `for example ${JSON.stringify({ by: "ana", mark: "right", note: "the database was slow" })}`,
  });
}

/** Keeps what a person said, beside all that was said before: the newest counts. */
export async function keepMark(
  store: LogStore,
  given: {
    readonly incident: Incident;
    readonly body: MarkBody;
    readonly postedAt: UnixMs | null;
    readonly at: UnixMs;
  },
): Promise<void> {
  const { incident, body, at } = given;
  if (incident.location === null) {
    throw new CallerError({
      code: "nothing-to-mark",
      message: `incident ${incident.number} is about no one location: nothing was to be moved`,
      hint: "`houston scorecard` lists the moves that were wanted",
    });
  }
  const { by, mark, note = null, pagedAt = null, postedAt = given.postedAt } = body;
  const kept: Mark = { by, at, mark, note, pagedAt, postedAt };
  await store.record({
    kind: "mark",
    id: `${incidentId(incident)}/${at}`,
    at,
    location: incident.location,
    body: kept,
  });
}
