import { createWriteStream } from "node:fs";
import { once } from "node:events";
import { finished } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { Writable } from "node:stream";
import type { Reading, RecordingHeader } from "../../core/reading.ts";
import type { Columns } from "../../core/columns.ts";
import { COLUMNS_SIGNAL, type RecordedEvent } from "./line.ts";

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
    writeColumns: (columns) => put({ signal: COLUMNS_SIGNAL, ...(plain(columns) as Columns) }),
    async close() {
      entry.end();
      await done;
    },
  };
}

export type RecordingWriter = {
  /** Resolves when there is room for more. */
  write(line: Reading | RecordedEvent): Promise<void>;
  /** All of them in one line; typed arrays are written as plain ones. */
  writeColumns(columns: Columns): Promise<void>;
  close(): Promise<void>;
};

function plain(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]));
}
