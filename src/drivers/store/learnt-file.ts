import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";

/** Where a node keeps what its judge has learnt: one text, the newest. All are synchronous and may throw. */
export type LearntStore = {
  /** Null when nothing was ever kept. */
  read(): string | null;
  write(text: string): void;
  /** Keeps what can't be used for people to look at: the next write must not cost it. */
  putAside(): void;
};

/** In a file that is never half written: the new one takes the old one's place in one step. Its folder exists. */
export const learntFile = (file: string): LearntStore => ({
  read() {
    try {
      return readFileSync(file, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
      throw error;
    }
  },
  write(text) {
    const next = `${file}.next`;
    const handle = openSync(next, "w", 0o600);
    try {
      writeFileSync(handle, text);
      // Else a machine that loses power may know the new name before it has the new text.
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(next, file);
  },
  putAside() {
    try {
      renameSync(file, `${file}.refused`);
    } catch (error) {
      // Somebody took it away: nothing is in the way any more.
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  },
});
