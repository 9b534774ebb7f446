import type { MapEntry } from "./route-entries.ts";
import { type Ask, SocketProblem } from "./runtime-socket.ts";

/** One map in the memory of a running HAProxy. All reject with a `SocketProblem`. */
export type RuntimeMap = {
  /** Null: there is no such line. A beginning of the key is found too, as in traffic. */
  find(key: string, signal: AbortSignal): Promise<string | null>;
  read(signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /** Request by request either all old lines are there or all new ones. `mayCommit` is asked when all that is missing is the swap. */
  replace(entries: readonly MapEntry[], signal: AbortSignal, mayCommit?: () => Promise<void>): Promise<void>;
  /** Sets one line, whether it is there or not. */
  set(entry: MapEntry, signal: AbortSignal): Promise<void>;
};

/** A command with its lines has to fit into HAProxy's buffer: `tune.bufsize` is 16 kB unless somebody made it smaller. */
const COMMAND_BYTES_MAX = 7000;

export function runtimeMap(ask: Ask, file: string): RuntimeMap {
  const say = async (command: string, signal: AbortSignal): Promise<string> => {
    const whole = await ask(command, signal);
    // Even with nothing to say it ends so: one that died in the middle must not pass for one that agreed.
    if (whole !== "\n" && !whole.endsWith("\n\n"))
      throw new SocketProblem("retry", "unreachable", `${file}: HAProxy broke off its answer`);
    const answer = whole.trim();
    const problem = PROBLEMS.find(([words]) => answer.includes(words));
    if (problem !== undefined) throw new SocketProblem(problem[1], problem[2], `${file}: ${problem[3] ?? answer}`);
    return answer;
  };
  /** For commands that have nothing to say. */
  const done = async (command: string, signal: AbortSignal): Promise<void> => {
    const answer = await say(command, signal);
    if (answer !== "") throw unreadable(file, answer);
  };
  const read = async (which: string, signal: AbortSignal): Promise<ReadonlyMap<string, string>> => {
    const answer = await say(`show map ${which}${file}`, signal);
    const entries = new Map<string, string>();
    for (const line of answer === "" ? [] : answer.split("\n")) {
      const [, key, value] = /^0x[0-9a-f]+ (\S+) (\S+)$/.exec(line) ?? [];
      if (key === undefined || value === undefined) throw unreadable(file, line);
      entries.set(key, value);
    }
    return entries;
  };
  return {
    async find(key, signal) {
      const answer = await say(`get map ${file} ${key}`, signal);
      if (/\bfound=no\b/.test(answer)) return null;
      const [, value] = /\bfound=yes\b.*\bvalue="([^"]*)"/.exec(answer) ?? [];
      if (value === undefined) throw unreadable(file, answer);
      return value;
    },
    read: (signal) => read("", signal),
    async replace(entries, signal, mayCommit) {
      const answer = await say(`prepare map ${file}`, signal);
      const [, version] = /^New version created: (\d+)$/.exec(answer) ?? [];
      if (version === undefined) throw unreadable(file, answer);
      try {
        for (const lines of inCommands(entries)) await done(`add map @${version} ${file} <<\n${lines}`, signal);
        if (!isSame(await read(`@${version} `, signal), entries))
          throw new SocketProblem("retry", "not-applied", `${file}: HAProxy has other lines than it was given`);
        await mayCommit?.();
        await done(`commit map @${version} ${file}`, signal);
      } catch (error) {
        // What nobody will commit only takes up memory, and the next commit takes it away if this does not.
        await ask(`clear map @${version} ${file}`, AbortSignal.timeout(CLEAR_WITHIN_MS)).catch(() => {});
        throw error;
      }
    },
    async set([key, value], signal) {
      const isThere = (await read("", signal)).has(key);
      await done(`${isThere ? "set" : "add"} map ${file} ${key} ${value}`, signal);
    },
  };
}

const CLEAR_WITHIN_MS = 100;

/** What HAProxy says when it does not do as told: its words, what they mean, and what mends it. */
const PROBLEMS: readonly (readonly [words: string, kind: "retry" | "refused", code: string, says?: string])[] = [
  [
    "Unknown map identifier",
    "refused",
    "map-unknown",
    "HAProxy's config does not name this map: add what `houston edge haproxy --location LOCATION` prints, and reload it",
  ],
  [
    "Permission denied",
    "refused",
    "rights-missing",
    "its socket lets us only look: give the `stats socket` line `level admin`",
  ],
  // Another transaction was faster, or a reload has put another process behind the socket meanwhile.
  ["Version number", "retry", "conflict"],
];

const unreadable = (file: string, answer: string): SocketProblem =>
  new SocketProblem("retry", "answer-unreadable", `${file}: HAProxy answers ${JSON.stringify(answer.slice(0, 100))}`);

/** Whether a map has these lines and no others. */
export const isSame = (has: ReadonlyMap<string, string>, entries: readonly MapEntry[]): boolean =>
  has.size === entries.length && entries.every(([key, value]) => has.get(key) === value);

function inCommands(entries: readonly MapEntry[]): readonly string[] {
  const commands: string[] = [];
  let lines = "";
  for (const [key, value] of entries) {
    const line = `${key} ${value}\n`;
    if (lines !== "" && lines.length + line.length > COMMAND_BYTES_MAX) {
      commands.push(lines);
      lines = "";
    }
    lines += line;
  }
  if (lines !== "") commands.push(lines);
  return commands;
}
