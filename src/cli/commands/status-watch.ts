import { setInterval as every } from "node:timers/promises";
import type { HoustonClient } from "../../api/client.ts";
import type { Status } from "../../api/status.ts";
import type { ControlView } from "../../core/control-contract.ts";
import { LATE, lateness } from "../../drivers/chat/late.ts";
import type { TimelineEntry } from "../../drivers/chat/timeline.ts";
import { clockTime, duration } from "../amounts.ts";
import { orderedBy } from "../ask.ts";
import { toned, type Line, type Toned } from "../colour.ts";
import { followHouston } from "../follow.ts";
import { print, printJson } from "../output.ts";
import { isEnd, openScreen, type Screen } from "../screen.ts";
import { folded, headline, statusLines, type Picture } from "./status-lines.ts";

/** Countdowns count, and what grows old says so. */
const DRAW_EVERY_MS = 1000;
/** Two looks by hand that came to nothing. */
const STALE_AFTER_MS = 6000;

/** A picture as it came, and by our own clock when Houston's last went on: its clock may be another than ours. */
type Seen = { readonly status: Status; readonly view: ControlView; readonly wentOnAt: number };

/** `houston status --watch` on a terminal, until Ctrl-C or q; `H` holds everything. */
export async function watchScreen(houston: HoustonClient, signal: AbortSignal): Promise<void> {
  const ending = new AbortController();
  const ended = AbortSignal.any([signal, ending.signal]);
  let seen: Seen | null = null;
  let trouble: string | null = null;
  let note: Toned | null = null;
  // Nothing is taken over before there is something to show: an error is told where the command was typed.
  let screen: Screen | null = null;

  /** What broke while drawing, to be told when the terminal is given back. */
  let broke: unknown = null;

  const draw = (): void => {
    try {
      show();
    } catch (error) {
      broke ??= error;
      ending.abort();
    }
  };
  const show = (): void => {
    if (screen === null || seen === null) return;
    const [picture, width, rows] = [pictureOf(seen, houston.api), screen.columns - 1, screen.rows];
    const stale = staleLines(seen, trouble).flatMap((line) => folded(line, width));
    const whole = [...stale, ...statusLines(picture, { width })];
    const lines =
      whole.length + FOOT_ROWS <= rows ? whole : [...stale, ...statusLines(picture, { width, compact: true })];
    screen.draw(fitted(lines, { rows, foot: note ?? FOOT }));
  };
  const onKey = (key: string): void => {
    if (isEnd(key)) ending.abort();
    if (key === "H") void holdAll();
  };
  const holdAll = async (): Promise<void> => {
    note = toned("strong", "holding ...");
    draw();
    note = await hold(houston);
    draw();
  };
  const follow = followHouston(houston, ended, {
    picture(status, view) {
      seen = seenNow(seen, status, view);
      screen ??= openScreen({
        out: process.stdout,
        keys: process.stdin.isTTY ? process.stdin : null,
        onKey,
        onChange: draw,
      });
      draw();
    },
    words: () => {},
    trouble(says) {
      trouble = says;
      draw();
    },
  });
  const ticking = (async () => {
    for await (const _ of every(DRAW_EVERY_MS, undefined, { signal: ended })) draw();
  })().catch(() => {});
  try {
    await follow;
  } finally {
    ending.abort();
    await ticking;
    (screen as Screen | null)?.close();
  }
  if (broke !== null) throw broke;
}

/** Without a terminal: what is so now, then a line for each thing that Houston says. */
export async function watchLines(houston: HoustonClient, signal: AbortSignal): Promise<void> {
  let begun = false;
  let silent = false;
  const isLate = lateness();
  await followHouston(houston, signal, {
    picture(status, view) {
      if (begun) return;
      begun = true;
      const { text } = headline({ status, view, now: view.at, api: houston.api });
      print(`${clockTime(view.at)}  ${text}`);
    },
    words: (entry) => print(`${wordsLine(entry)}${isLate(entry.at) ? LATE : ""}`),
    trouble(says) {
      // Every try that comes to nothing says so again; a reader wants to hear it once.
      if (silent === (says !== null)) return;
      silent = says !== null;
      print(`${clockTime(Date.now())}  ${silent ? `STALE: ${says}; I try again` : "Houston is heard again"}`);
    },
  });
}

/** One document of `houston status --json` for each change. */
export async function watchJson(houston: HoustonClient, signal: AbortSignal): Promise<void> {
  let last = "";
  let asking = false;
  const ask = async (): Promise<void> => {
    if (asking) return;
    asking = true;
    // What breaks here breaks the stream as well, which says so.
    const status = await houston.status().catch(() => null);
    asking = false;
    if (status !== null) show(status);
  };
  const show = (status: Status): void => {
    const text = JSON.stringify(status);
    if (text !== last) printJson(status);
    last = text;
  };
  await followHouston(houston, signal, { picture: () => void ask(), words: () => {}, trouble: () => {} });
}

function wordsLine({ at, what, level, youNeedTo }: TimelineEntry): string {
  const act = level === "urgent" && youNeedTo !== undefined ? `  You need to ${youNeedTo}` : "";
  return `${clockTime(at)}  ${what}${act}`;
}

function seenNow(before: Seen | null, status: Status, view: ControlView): Seen {
  const wentOn = before === null || view.at !== before.view.at;
  return { status, view, wentOnAt: wentOn ? Date.now() : before.wentOnAt };
}

/** Houston's clock now: what it last said, and the time since by ours. */
const pictureOf = ({ status, view, wentOnAt }: Seen, api: string): Picture => ({
  status,
  view,
  now: view.at + (Date.now() - wentOnAt),
  api,
});

function staleLines({ view, wentOnAt }: Seen, trouble: string | null): Toned[] {
  const age = Date.now() - wentOnAt;
  if (trouble === null && age < STALE_AFTER_MS) return [];
  const why = trouble ?? "Houston does not go on: it may be stopped, or cut off from here";
  return [toned("bad", `STALE: this is of ${clockTime(view.at)}, ${duration(age)} ago. ${why}. I try again.`)];
}

const FOOT = toned("quiet", "H holds everything    q ends");

/** It, and an empty line before. */
const FOOT_ROWS = 2;

/** As many lines as the window has; what is cut off is counted. */
function fitted(lines: readonly Line[], { rows, foot }: { readonly rows: number; readonly foot: Toned }): Line[] {
  if (lines.length + FOOT_ROWS <= rows) return [...lines, "", foot];
  const kept = Math.max(1, rows - FOOT_ROWS);
  const more = toned("quiet", `${lines.length - kept} more lines: make the window higher, or see \`houston status\``);
  return [...lines.slice(0, kept), more, foot].slice(0, rows);
}

async function hold(houston: HoustonClient): Promise<Toned> {
  try {
    const { words } = await houston.order(orderedBy(), { kind: "hold" });
    return toned("strong", words[0]?.what ?? "held");
  } catch (error) {
    const { message, hint } = error as Error & { readonly hint?: string };
    return toned("bad", `NOT HELD: ${message}${hint === undefined ? "" : `; ${hint}`}`);
  }
}
