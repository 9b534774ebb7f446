import type { ControlEvent } from "../core/control-contract.ts";
import type { Estate } from "../core/estate.ts";
import type { LogStore } from "../drivers/store/contract.ts";
import type { Kept } from "./recorder.ts";
import { headerOf } from "./recording/recorded-estate.ts";

/**
 * The log as a recording (DESIGN section 9), line by line: a header, the state that it begins from when the log's
 * beginning has been forgotten, and every event that was decided on. `houston replay` reads it.
 */
export async function* recordingLines(options: {
  readonly store: LogStore;
  readonly estate: Estate;
  readonly version: string;
  readonly tickMs: number;
}): AsyncGenerator<string> {
  const { store, estate } = options;
  yield line(headerOf(estate, options));
  const base = await store.oldestSnapshot();
  if (base) {
    const { control, digest } = base.state as Kept<unknown>;
    yield line({ event: "state", at: base.at, state: control, digest });
  }
  for await (const batch of store.read(base?.seq ?? 0)) for (const event of batch.events) yield line(asLine(event));
}

/** Lines name what readers of recordings look for; what control took in stays whole beside it. */
function asLine(event: ControlEvent): Readonly<Record<string, unknown>> {
  switch (event.event) {
    case "summary":
      return { ...event, from: event.summary.from };
    case "capacity": {
      const { location, capacityRps, readyRps } = event.capacity;
      return { ...event, location, capacityRps, readyRps };
    }
    case "config":
    case "tick":
    case "demand":
    case "forecast":
    case "proven":
    case "routeTable":
    case "conditions":
    case "order":
    case "outcome":
      return event;
  }
}

function line(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
