import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeWhole } from "../../write-whole.ts";
import { entriesOfText, MAP_FILES, mapText } from "./maps.ts";
import { FOLLOWED_KEY, type MapEntry, prefixesIn, VERSION_KEY } from "./route-entries.ts";

/** The maps on disk, from which HAProxy starts and reloads. Each file is replaced whole or not at all; all may throw. */
export type KeptMaps = {
  /** 0: there is none yet. */
  version(): number;
  write(file: keyof typeof MAP_FILES, entries: readonly MapEntry[]): void;
  follow(loss: string): void;
  /** What the keys of the base's rows begin with. */
  prefixes(): readonly string[];
};

/** HAProxy may run as somebody else, and nothing here is secret. */
const MODE = 0o644;

export function keptMaps(folder: string): KeptMaps {
  const pathOf = (file: keyof typeof MAP_FILES): string => join(folder, MAP_FILES[file]);
  const textOf = (file: keyof typeof MAP_FILES): string => {
    try {
      return readFileSync(pathOf(file), "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
      throw error;
    }
  };
  const write = (file: keyof typeof MAP_FILES, entries: readonly MapEntry[]): void => {
    const text = mapText(entries);
    if (textOf(file) !== text) writeWhole(pathOf(file), text, MODE);
  };
  return {
    version: () => Number(entriesOfText(textOf("changes")).get(VERSION_KEY) ?? 0),
    write,
    follow: (loss) => write("changes", [...new Map(entriesOfText(textOf("changes"))).set(FOLLOWED_KEY, loss)]),
    prefixes: () => prefixesIn(entriesOfText(textOf("routes")).keys()),
  };
}
