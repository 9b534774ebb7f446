import { headerOf } from "../runtime/recording/recorded-estate.ts";
import { pastReadings, type Past } from "./past-readings.ts";

/**
 * What a Prometheus still has of a past time, as the recording that a Houston would have made then: for `houston judge`, on an incident
 * that everybody remembers.
 */
export async function* recordedPast(past: Past): AsyncGenerator<string> {
  yield `${JSON.stringify(headerOf(past.estate, { tickMs: past.stepMs }))}\n`;
  for await (const { readings } of pastReadings(past)) {
    const lines = [...readings.values()].flatMap((of) => of.map((reading) => `${JSON.stringify(reading)}\n`)).join("");
    if (lines !== "") yield lines;
  }
}
