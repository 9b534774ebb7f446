import type { ReadStream, WriteStream } from "node:tty";
import { cut, type Line } from "./colour.ts";
import { readable } from "./output.ts";

/** A terminal of our own for a while: what was on it before comes back. */
export type Screen = {
  /** Shows these lines from the top; nothing is written when nothing has changed. */
  draw(lines: readonly Line[]): void;
  readonly columns: number;
  readonly rows: number;
  /** Gives the terminal back as it was. Safe to call twice. */
  close(): void;
};

const ENTER = "\u001b[?1049h\u001b[?25l\u001b[?7l";
/** Lines wrap again, the cursor shows, and what was there before comes back. */
const LEAVE = "\u001b[?7h\u001b[?25h\u001b[?1049l";
const HOME = "\u001b[H";
const CLEAR_LINE = "\u001b[K";
const CLEAR_BELOW = "\u001b[J";
/** Terminals that know it show what is between all at once; others ignore it. */
const TOGETHER = ["\u001b[?2026h", "\u001b[?2026l"] as const;

const COLUMNS_UNKNOWN = 80;
const ROWS_UNKNOWN = 24;
const CTRL_C = "\u0003";
/** Arrows, Home, function keys and letters with Alt, as terminals send them. */
// oxlint-disable-next-line no-control-regex
const KEY_SEQUENCES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|O[ -~]|[ -~])?/g;
const CTRL_Z = "\u001a";

/**
 * Takes the terminal. `onKey` gets what is typed, one key at a time; Ctrl-C comes as a key. It is given back by
 * `close()`, and however else the process ends, short of a SIGKILL.
 */
export function openScreen(options: {
  readonly out: WriteStream;
  readonly keys: ReadStream | null;
  readonly onKey: (key: string) => void;
  /** Another size, or back from Ctrl-Z: draw again. */
  readonly onChange: () => void;
}): Screen {
  const { out, keys, onKey, onChange } = options;
  let shown = "";
  let open = false;

  const enter = (): void => {
    if (open) return;
    open = true;
    shown = "";
    keys?.setRawMode(true);
    out.write(ENTER);
  };
  const leave = (): void => {
    if (!open) return;
    open = false;
    out.write(LEAVE);
    keys?.setRawMode(false);
  };
  const back = (): void => {
    // A shell may have set the terminal its own way meanwhile.
    open = false;
    enter();
    onChange();
  };
  const typed = (chunk: Buffer): void => {
    // Home comes as ESC [ H, and is no H: nobody who looks for the top means to hold everything.
    for (const key of chunk.toString("utf8").replaceAll(KEY_SEQUENCES, "")) {
      if (key === CTRL_Z) {
        leave();
        // To the whole group, as the terminal itself would: who started us stops with us.
        process.kill(0, "SIGTSTP");
      } else onKey(key);
    }
  };
  const resized = (): void => {
    shown = "";
    onChange();
  };

  process.on("exit", leave);
  process.on("SIGCONT", back);
  out.on("resize", resized);
  keys?.on("data", typed);
  enter();

  return {
    get columns() {
      return out.columns || COLUMNS_UNKNOWN;
    },
    get rows() {
      return out.rows || ROWS_UNKNOWN;
    },
    draw(lines) {
      if (!open) return;
      // The last column stays free: clearing to the end of a line that is full would take its last letter.
      const columns = (out.columns || COLUMNS_UNKNOWN) - 1;
      const text = lines.map((line) => `${readable(cut(line, columns), out)}${CLEAR_LINE}`).join("\r\n");
      if (text === shown) return;
      shown = text;
      out.write(`${TOGETHER[0]}${HOME}${text}${CLEAR_BELOW}${TOGETHER[1]}`);
    },
    close() {
      leave();
      process.off("exit", leave);
      process.off("SIGCONT", back);
      out.off("resize", resized);
      keys?.off("data", typed);
      keys?.pause();
    },
  };
}

export const isEnd = (key: string): boolean => key === CTRL_C || key === "q";
