import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { CallerError } from "../../core/errors.ts";
import type { RecordingHeader } from "../../core/reading.ts";
import { parseHeader, parseLine, type RecordingLine } from "./line.ts";

/**
 * Reads a recording line by line, however long: a file, a .gz, or `-` for standard input. The first bad line ends
 * the reading with an error that names file and line; nothing is skipped in silence.
 */
export async function openRecording(file: string): Promise<Recording> {
  const lines = linesOf(file);
  const first = await lines.next();
  if (first.done === true)
    throw bad(file, 1, "the file is empty", 'begin with {"recording":1,"locations":[...],"services":{...}}');
  const header = parseHeader(first.value.text);
  if (!("recording" in header)) throw bad(file, first.value.number, header.says, header.hint);
  return { header, lines: checked(file, lines) };
}

export type Recording = { readonly header: RecordingHeader; readonly lines: AsyncIterable<RecordingLine> };

async function* checked(file: string, lines: AsyncGenerator<Numbered>): AsyncGenerator<RecordingLine> {
  let before = 0;
  for await (const { text, number } of lines) {
    const line = parseLine(text);
    if (line.kind === "problem") throw bad(file, number, line.says, line.hint);
    if (line.at < before)
      throw bad(
        file,
        number,
        `\`at\` ${line.at} is before the line above (${before})`,
        "lines come in time order: sort the file by `at`",
      );
    before = line.at;
    if (line.kind === "columns") for (const reading of line.readings) yield { kind: "reading", at: line.at, reading };
    else yield line;
  }
}

type Numbered = { readonly text: string; readonly number: number };

async function* linesOf(file: string): AsyncGenerator<Numbered> {
  let number = 0;
  let rest = "";
  try {
    for await (const chunk of streamOf(file)) {
      rest += chunk as string;
      let start = 0;
      for (let end = rest.indexOf("\n"); end !== -1; end = rest.indexOf("\n", start)) {
        number += 1;
        const text = rest.slice(start, end).trim();
        start = end + 1;
        if (text !== "") yield { text, number };
      }
      rest = rest.slice(start);
      if (rest.length > LINE_CHARACTERS_MAX)
        throw bad(
          file,
          number + 1,
          `a line is longer than ${LINE_CHARACTERS_MAX} characters`,
          "is this newline-delimited JSON?",
        );
    }
  } catch (error) {
    if (error instanceof CallerError) throw error;
    throw unreadable(file, number + 1, error);
  }
  const text = rest.trim();
  if (text !== "") yield { text, number: number + 1 };
}

function streamOf(file: string): Readable {
  if (file === "-") return process.stdin.setEncoding("utf8");
  const stream = createReadStream(file);
  if (!file.endsWith(".gz")) return stream.setEncoding("utf8");
  const unpacked = createGunzip();
  // A read error must reach the one who reads: pipe alone would swallow it.
  stream.on("error", (error) => unpacked.destroy(error));
  return stream.pipe(unpacked).setEncoding("utf8");
}

function unreadable(file: string, line: number, error: unknown): CallerError {
  const code = (error as { code?: string }).code ?? "";
  if (code === "ENOENT")
    return new CallerError({
      code: "no-recording",
      message: `there is no file ${file}`,
      hint: "give a recording (.ndjson, .ndjson.gz) or - for standard input",
      cause: error,
    });
  const packed = code.startsWith("Z_") || code === "ERR_INVALID_ARG_TYPE";
  const hint = packed ? "is it whole, and really gzip?" : "can it be read?";
  return new CallerError({
    code: "bad-recording",
    message: `${file}:${line}: it can't be read (${error instanceof Error ? error.message : code})`,
    hint,
    cause: error,
  });
}

function bad(file: string, line: number, says: string, hint: string): CallerError {
  return new CallerError({
    code: "bad-recording",
    message: `${file === "-" ? "standard input" : file}:${line}: ${says}`,
    hint,
  });
}

/** A histogram of 2,000 buckets takes some 30 kB. */
const LINE_CHARACTERS_MAX = 1_000_000;
