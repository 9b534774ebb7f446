import { createWriteStream } from "node:fs";
import { once } from "node:events";
import { finished } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { Writable } from "node:stream";
import type { Reading, RecordingHeader } from "../../core/reading.ts";
import type { RecordedEvent } from "./line.ts";

/** Writes a recording, packed if its name ends in .gz. Lines must come in time order. */
export async function createRecording(file: string, header: RecordingHeader): Promise<RecordingWriter> {
  const disk = createWriteStream(file);
  const entry: Writable = file.endsWith(".gz") ? createGzip() : disk;
  if (entry !== disk) entry.pipe(disk);
  const done = finished(disk);
  // The failure is told by write or close; until then it must not count as unhandled.
  done.catch(() => undefined);
  const put = async (value: unknown): Promise<void> => {
    if (!entry.write(`${JSON.stringify(value)}\n`)) await Promise.race([once(entry, "drain"), done]);
  };
  await put(header);
  return {
    write: put,
    async close() {
      entry.end();
      await done;
    },
  };
}

export type RecordingWriter = {
  /** Resolves when there is room for more. */
  write(line: Reading | RecordedEvent): Promise<void>;
  close(): Promise<void>;
};
