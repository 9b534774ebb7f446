import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { z } from "zod";
import type { ControlEvent } from "../core/control-contract.ts";
import { CallerError } from "../core/errors.ts";

/** A recording's lines that control took in (DESIGN section 9); readings and unknown lines are passed over. */
export type ControlRecordingLine =
  | { readonly kind: "header"; readonly header: { readonly houston?: string } }
  /** The state that the events begin from, when the recording does not go back to the beginning. */
  | { readonly kind: "state"; readonly state: unknown; readonly digest: string }
  | { readonly kind: "event"; readonly event: ControlEvent };

/** A summary is 4 kB, an estate some 100 kB, a state some MB. */
const LINE_CHARS_MAX = 64 * 1024 * 1024;

const headerShape = z.looseObject({ recording: z.literal(1), houston: z.string().optional() });
const at = z.number().nonnegative();
/** Enough to step it: the events were checked when they came in, and a damaged file must not crash the reader. */
const eventShape = z.discriminatedUnion("event", [
  z.looseObject({
    event: z.literal("config"),
    at,
    estate: z.looseObject({ locations: z.array(z.looseObject({ name: z.string() })) }),
  }),
  z.looseObject({ event: z.literal("tick"), at }),
  z.looseObject({
    event: z.literal("summary"),
    at,
    summary: z.looseObject({ from: z.string(), seq: z.number(), at: z.number() }),
  }),
  z.looseObject({ event: z.literal("capacity"), at, capacity: z.looseObject({ location: z.string() }) }),
  z.looseObject({
    event: z.literal("demand"),
    at,
    demand: z.looseObject({ from: z.string(), rps: z.record(z.string(), z.record(z.string(), z.number())) }),
  }),
  z.looseObject({
    event: z.literal("forecast"),
    at,
    forecast: z.looseObject({ until: at, rps: z.record(z.string(), z.record(z.string(), z.number())) }),
  }),
  z.looseObject({
    event: z.literal("proven"),
    at,
    proven: z.array(z.looseObject({ location: z.string(), rps: z.number(), at })),
  }),
  z.looseObject({ event: z.literal("routeTable"), at, version: z.number() }),
  z.looseObject({
    event: z.literal("conditions"),
    at,
    answers: z.array(z.looseObject({ condition: z.string(), location: z.string(), kind: z.string() })),
  }),
  z.looseObject({ event: z.literal("order"), at, by: z.string(), order: z.looseObject({ kind: z.string() }) }),
  z.looseObject({ event: z.literal("outcome"), at, effect: z.string(), outcome: z.looseObject({ kind: z.string() }) }),
]);
const stateShape = z.looseObject({ event: z.literal("state"), state: z.unknown(), digest: z.string() });

/** Streams a recording: a file, a `.gz`, or `-` for standard input. A bad line throws an error that names it. */
export async function* readControlRecording(file: string): AsyncGenerator<ControlRecordingLine> {
  const lines = createInterface({ input: inputOf(file), crlfDelay: Infinity });
  let number = 0;
  try {
    for await (const line of lines) {
      number += 1;
      if (line.trim() === "") continue;
      const read = readLine(line, number === 1);
      if (typeof read === "string") throw badLine(file, number, read);
      if (read) yield read;
    }
  } catch (error) {
    if (error instanceof CallerError) throw error;
    throw new CallerError({
      code: "recording-unreadable",
      message: `${file} can't be read: ${error instanceof Error ? error.message : String(error)}`,
      hint: "name a recording, or - for standard input",
      cause: error,
    });
  }
  if (number === 0) throw badLine(file, 1, "the file is empty");
}

/** What a line is; null when it is nothing of control's; a text when it is wrong. */
export function readLine(line: string, first: boolean): ControlRecordingLine | null | string {
  if (line.length > LINE_CHARS_MAX) return `the line has ${line.length} characters`;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return `not JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "not a JSON object";
  if (first) {
    const header = headerShape.safeParse(value);
    if (!header.success) return 'the first line must be a header, {"recording":1,...}';
    const { houston } = header.data;
    return { kind: "header", header: houston === undefined ? {} : { houston } };
  }
  if (!("event" in value)) return "signal" in value ? null : 'neither "signal" nor "event" is there';
  if (value.event === "state") {
    const state = stateShape.safeParse(value);
    return state.success
      ? { kind: "state", state: state.data.state, digest: state.data.digest }
      : "a state without its parts";
  }
  if (typeof value.event !== "string" || !KNOWN.has(value.event)) return null;
  const event = eventShape.safeParse(value);
  if (!event.success) {
    const issue = event.error.issues[0];
    return `${value.event}: ${issue?.path.join(".") ?? ""} ${issue?.message ?? "wrong"}`;
  }
  return { kind: "event", event: event.data as unknown as ControlEvent };
}

const KNOWN: ReadonlySet<string> = new Set([
  "config",
  "tick",
  "summary",
  "capacity",
  "demand",
  "forecast",
  "proven",
  "routeTable",
  "conditions",
  "order",
  "outcome",
]);

function badLine(file: string, line: number, says: string): CallerError {
  return new CallerError({
    code: "bad-recording-line",
    message: `${file}:${line}: ${says}`,
    hint: "recordings are written by GET /api/recording; see DESIGN section 9 for their lines",
  });
}

function inputOf(file: string): Readable {
  if (file === "-") return process.stdin;
  const raw = createReadStream(file);
  if (!file.endsWith(".gz")) return raw;
  const plain = createGunzip();
  raw.on("error", (error) => plain.destroy(error));
  return raw.pipe(plain);
}
