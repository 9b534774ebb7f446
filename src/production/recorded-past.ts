import { CallerError } from "../core/errors.ts";
import { headerOf } from "../runtime/recording/recorded-estate.ts";
import { pastReadings, type Past } from "./past-readings.ts";

/**
 * What a Prometheus still has of a past time, as the recording that a Houston would have made then: for `houston judge`, on an incident
 * that everybody remembers.
 */
export async function* recordedPast(past: Past): AsyncGenerator<string> {
  const steps = pastReadings(past);
  let isEmpty = true;
  yield `${JSON.stringify(headerOf(past.estate, { tickMs: past.stepMs }))}\n`;
  for (;;) {
    const step = await steps.next().catch((cause: unknown) => {
      throw notHad(cause);
    });
    if (step.done === true) break;
    const { readings } = step.value;
    const lines = [...readings.values()].flatMap((of) => of.map((reading) => `${JSON.stringify(reading)}\n`)).join("");
    if (lines === "") continue;
    isEmpty = false;
    yield lines;
  }
  // A file without a reading would be judged healthy by whoever reads it.
  if (isEmpty) throw nothingThere(past);
}

function notHad(cause: unknown): CallerError {
  return new CallerError({
    code: "past-not-had",
    message: `the Prometheus does not give it: ${cause instanceof Error ? cause.message : String(cause)}`,
    hint: "try the queries of `watch` in houston.yaml there; what was saved is not whole",
    cause,
  });
}

function nothingThere({ from, until }: Past): CallerError {
  return new CallerError({
    code: "nothing-recorded",
    message: `the Prometheus counted nothing of these locations and services from ${new Date(from).toISOString()} to ${new Date(until).toISOString()}`,
    hint: "does it keep so long a past, and do the queries of `watch` in houston.yaml give series with these labels?",
  });
}
