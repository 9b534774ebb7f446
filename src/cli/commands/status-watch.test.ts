// `houston status --watch` as a person has it: the real command on a real terminal (script(1) of util-linux makes one), against a
// Houston that shows what it is told to show, dies, and comes back.
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterEach, expect, test, vi } from "vitest";
import type { ControlView } from "../../core/control-contract.ts";
import { pictureApi, type PictureApi } from "../picture-api.testing.ts";
import * as made from "../made-views.testing.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const NODE = `'${process.execPath}' --conditions=reactive-production:source '${join(root, "src/cli/main.ts")}'`;
/** The command as a shell has it, after its process id: that is what gets signals. */
const SHELL = `houston_once() { echo "pid $$"; ${NODE} status; }; houston() { sh -c 'echo "pid $$"; exec "$0" "$@"' ${NODE} status --watch "$@"; };`;
const SLOW = { timeout: 120_000 };
/** What a machine that has much else to do may take. */
const SEEN_WITHIN_MS = 60_000;

const ENTER = "\u001b[?1049h\u001b[?25l\u001b[?7l";
const LEAVE = "\u001b[?7h\u001b[?25h\u001b[?1049l";
/** A terminal as `stty -a` tells it: whole lines, shown while they are typed. */
const SANE = /[ ;]icanon[\s\S]*[ ;]echo /;

const running: { readonly child: ChildProcess; readonly api: PictureApi }[] = [];
afterEach(async () => {
  for (const { child, api } of running.splice(0)) {
    endGroup(child);
    await api.stop();
  }
});

/** The shell and what it started; on a terminal of its own the command hears of that by SIGHUP. */
function endGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // All of them have ended.
  }
}

/** Runs a shell line that calls `houston`, on a terminal of 40 x 110 or without one. */
async function started(
  line: string,
  options: { readonly terminal: boolean; readonly env?: Readonly<Record<string, string>> },
) {
  const api = await pictureApi(made.calm);
  const [file = "", ...args] = options.terminal
    ? ["script", "-qec", `stty rows 40 cols 110; tty; ${SHELL} ${line}`, "/dev/null"]
    : ["sh", "-c", `${SHELL} ${line}`];
  // What a person has at a terminal. Node takes a terminal under CI for one without colours, so that must not come along.
  const { NO_COLOR: _, FORCE_COLOR: __, HOUSTON_TOKEN: ___, CI: ____, ...env } = process.env;
  const child = spawn(file, args, {
    cwd: root,
    detached: true,
    env: { ...env, TERM: "xterm-256color", TZ: "UTC", SHELL: "/bin/sh", HOUSTON_API: api.api, ...options.env },
  });
  running.push({ child, api });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.on("close", (code) => resolve(code)));
  const seen = async (what: string | RegExp): Promise<string> => {
    const until = Date.now() + SEEN_WITHIN_MS;
    const isThere = (): boolean => (typeof what === "string" ? said.includes(what) : what.test(said));
    while (!isThere() && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
    if (!isThere()) throw new Error(`${String(what)} was not seen in:\n${stripVTControlCharacters(said)}`);
    return said;
  };
  const first = await seen(/pid \d+\s/);
  return {
    api,
    child,
    ended,
    seen,
    pid: Number(/pid (\d+)/.exec(first)?.[1]),
    tty: /\/dev\/\S+/.exec(first)?.[0] ?? "",
    /** What came since the last time. */
    fresh: () => void (said = ""),
  };
}

test("on a terminal it draws over itself, and q gives the terminal back as it was", SLOW, async () => {
  const watch = await started("houston; echo code $?; stty -a", { terminal: true });
  expect(await watch.seen("All 9 locations serve")).toContain(ENTER);
  watch.fresh();
  watch.api.show(made.brownoutLeft);
  const drawn = await watch.seen("\u001b[33mLeaving us-east-1");
  // A picture is one write from the top: to clear the screen before it would flicker.
  expect(drawn).toContain("\u001b[H");
  expect(drawn).not.toContain("\u001b[2J");
  watch.child.stdin.write("q");
  const left = await watch.seen(/code \d[\s\S]*echok/);
  expect(await watch.ended).toBe(0);
  expect(left).toMatch(/code 0/);
  expect(left).toMatch(SANE);
  expect(left.split(LEAVE)).toHaveLength(2);
  expect(left.indexOf(LEAVE)).toBeLessThan(left.indexOf("code 0"));
});

test.each(["Ctrl-C", "SIGTERM", "SIGHUP"] as const)("%s gives the terminal back too", SLOW, async (end) => {
  const watch = await started("houston; echo code $?; stty -a", { terminal: true });
  await watch.seen("All 9 locations serve");
  watch.fresh();
  if (end === "Ctrl-C") watch.child.stdin.write("\u0003");
  else process.kill(watch.pid, end);
  const left = await watch.seen(/code \d[\s\S]*echok/);
  expect(left).toMatch(/code 0/);
  expect(left).toMatch(SANE);
  expect(left.split(LEAVE)).toHaveLength(2);
});

test("Houston dies: what is shown says how old it is; it comes back: it is followed again", SLOW, async () => {
  const watch = await started("houston; stty -a", { terminal: true });
  await watch.seen("All 9 locations serve");
  watch.api.die();
  await watch.seen(/STALE: this is of 03:12:41, \d+ s ago/);
  // Dead for good as well: a person who has enough still gets the terminal back.
  watch.fresh();
  watch.api.back();
  watch.api.show({ ...made.badDeploy, at: made.AT + 1000 });
  await watch.seen("Bad everywhere, not a place");
  watch.api.die();
  await watch.seen("STALE");
  watch.fresh();
  process.kill(watch.pid, "SIGTERM");
  const left = await watch.seen("echok");
  expect(left).toContain(LEAVE);
  expect(left).toMatch(SANE);
});

test("a Houston that can't be understood: the terminal is given back, and then it is told", SLOW, async () => {
  const watch = await started("houston; echo code $?; stty -a", { terminal: true });
  await watch.seen("All 9 locations serve");
  watch.fresh();
  watch.api.show({ at: made.AT + 1000 } as ControlView);
  const left = await watch.seen(/code \d[\s\S]*echok/);
  expect(left).toMatch(SANE);
  expect(left.indexOf(LEAVE)).toBeGreaterThan(-1);
  expect(left.indexOf("houston: TypeError")).toBeGreaterThan(left.indexOf(LEAVE));
  expect(left).toContain("code 1");
});

test(
  "another window is filled anew: more columns, more rows, or fewer with what is missing counted",
  SLOW,
  async () => {
    const watch = await started("houston", { terminal: true });
    watch.api.show(made.cannotGrow);
    await watch.seen("ap-northeast-1");
    watch.fresh();
    execFileSync("stty", ["-F", watch.tty, "rows", "12", "cols", "60"]);
    const small = stripVTControlCharacters(await watch.seen(/\d+ more lines/));
    expect(small).toContain("us-east-1 failing; 450 rps have no place.");
    expect(small).not.toContain("ap-northeast-1");
  },
);

test("H holds everything, in the name of who typed it; Home, which ends in an H, holds nothing", SLOW, async () => {
  const watch = await started("houston", { terminal: true, env: { HOUSTON_BY: "ana" } });
  await watch.seen("H holds everything");
  watch.child.stdin.write("\u001b[H\u001bOH\u001b[1;5H");
  watch.child.stdin.write("H");
  await watch.seen("\u001b[1mheld");
  expect(watch.api.orders).toEqual([{ by: "ana", order: { kind: "hold" } }]);
});

test("colours are for terminals: not with NO_COLOR, not in a pipe, and in a pipe with FORCE_COLOR", SLOW, async () => {
  const plain = await started("houston", { terminal: true, env: { NO_COLOR: "1" } });
  // oxlint-disable-next-line no-control-regex -- colours are what it looks for
  expect(await plain.seen("All 9 locations serve")).not.toMatch(/\u001b\[[\d;]*m/);
  const piped = await started("houston | cat", { terminal: false });
  expect(await piped.seen("All 9 locations serve")).not.toContain("\u001b");
  const forced = await started("houston_once | cat", { terminal: false, env: { FORCE_COLOR: "1" } });
  await forced.seen("\u001b[32mAll 9 locations serve");
});

test("without a terminal it prints a line for each change, and says when it hears nothing", SLOW, async () => {
  const watch = await started("houston; echo code $?", { terminal: false });
  await watch.seen("03:12:41  All 9 locations serve and are healthy. You need to do nothing.\n");
  watch.api.say({ id: "say-1", at: made.AT + 5000, level: "change", what: "us-east-1: healthy -> \u001b[31mshaky" });
  await watch.seen("03:12:46  us-east-1: healthy -> shaky\n");
  watch.api.die();
  await watch.seen(/\d\d:\d\d:\d\d {2}STALE: .*I try again\n/);
  // What was said meanwhile is told when it is back, and nothing twice; nor is each try that came to nothing.
  await vi.waitUntil(() => watch.api.tries() >= 4, { timeout: SEEN_WITHIN_MS });
  watch.api.say({ id: "say-2", at: made.AT + 9000, level: "urgent", what: "no place", youNeedTo: "choose 1 or 2" });
  watch.api.back();
  await watch.seen("03:12:50  no place  You need to choose 1 or 2\n");
  watch.api.say({ id: "say-3", at: made.AT + 9500, level: "info", what: "the end" });
  const all = await watch.seen("the end");
  expect(all.match(/healthy -> shaky/g)).toHaveLength(1);
  expect(all.match(/no place/g)).toHaveLength(1);
  expect(all.match(/STALE/g)).toHaveLength(1);
  process.kill(watch.pid, "SIGINT");
  await watch.seen("code 0");
});

test("--watch --json prints one document of `houston status --json` for each change", SLOW, async () => {
  const watch = await started("houston --json", { terminal: false });
  await watch.seen(/"mode":"act".*\n/);
  watch.api.show({ ...made.calm, at: made.AT + 1000 });
  watch.api.show({ ...made.held, at: made.AT + 2000 });
  const all = await watch.seen(/"hold":\{"by":"ana".*\n/);
  const documents = all.split("\n").filter((line) => line.startsWith("{"));
  expect(documents.map((line) => JSON.parse(line) as unknown)).toEqual([
    made.statusFor(made.calm),
    made.statusFor(made.held),
  ]);
});

test("a Houston that is not there is no watch: exit 1, with the fix, and the terminal untouched", SLOW, async () => {
  const watch = await started("houston; echo code $?", { terminal: true, env: { HOUSTON_API: "http://127.0.0.1:1" } });
  const all = await watch.seen(/code \d/);
  expect(all).toMatch(/does not answer[\s\S]*fix:[\s\S]*code 1/);
  expect(all).not.toContain(ENTER);
});
