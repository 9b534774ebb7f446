import { readFileSync, renameSync } from "node:fs";
import { writeWhole } from "../write-whole.ts";

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
    writeWhole(file, text, 0o600);
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
