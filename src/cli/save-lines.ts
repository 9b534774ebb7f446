import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { CallerError } from "../core/errors.ts";
import { tell } from "./output.ts";

/** Saves a recording, packed if the name ends in .gz; without a name it goes to standard output. Says so when it is not whole. */
export async function saveLines(lines: AsyncIterable<string | Uint8Array>, file: string | undefined): Promise<void> {
  try {
    if (file === undefined) return await pipeline(lines, process.stdout, { end: false });
    if (file.endsWith(".gz")) await pipeline(Readable.from(lines), createGzip(), createWriteStream(file));
    else await pipeline(lines, createWriteStream(file));
  } catch (cause) {
    // Whoever makes the lines may know better what is wrong.
    if (cause instanceof CallerError) throw cause;
    throw new CallerError({
      code: "recording-not-whole",
      message: `${file ?? "the recording"} is not whole: ${cause instanceof Error ? cause.message : String(cause)}`,
      hint: "may it be written, is there room, and does Houston still answer?",
      cause,
    });
  }
  tell(`saved as ${file}`);
}
