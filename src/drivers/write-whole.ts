import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from "node:fs";

/** A file that is never half written: the new one takes the old one's place in one step. Its folder exists; may throw. */
export function writeWhole(file: string, text: string, mode: number): void {
  const next = `${file}.next`;
  const handle = openSync(next, "w", mode);
  try {
    writeFileSync(handle, text);
    // Else a machine that loses power may know the new name before it has the new text.
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(next, file);
}
