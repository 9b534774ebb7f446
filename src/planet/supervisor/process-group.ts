import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CallerError } from "../../core/errors.ts";

/**
 * The planet's processes: started in waves, watched, stopped by process id. Each says `ready` on its
 * standard output when it serves, and ends when its standard input closes, so that nothing is left
 * running even when the supervisor is killed. Programs of others have words of their own for that.
 */
export type ProcessSpec = NodeSpec | ProgramSpec;

export type NodeSpec = {
  readonly name: string;
  /** Its source, from the repository's root. */
  readonly entry: string;
  readonly settings: unknown;
  /** It alone gets what the group's `secrets` name of our environment. */
  readonly secrets?: boolean;
};

/** A program that is not ours. It has to end when we die by means of its own: nobody tells it. */
export type ProgramSpec = {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  /** Beside PATH all that it gets of an environment: our secrets are not for others. */
  readonly env: Readonly<Record<string, string>>;
  /** Once it has said so on either output it serves. */
  readonly readyWords: string;
};

export type ProcessState = "starting" | "ready" | "stopped" | "ended";

export type ProcessInfo = { readonly name: string; readonly pid: number | null; readonly state: ProcessState };

export type ProcessGroup = {
  start(specs: readonly ProcessSpec[]): Promise<void>;
  signal(name: string, action: ProcessAction): Promise<void>;
  list(): readonly ProcessInfo[];
  stopAll(): Promise<void>;
};

export type ProcessAction = "kill" | "stop" | "cont" | "start";

/** A process that ends by itself is started again, so often; then it stays down and people are told. */
const RESTARTS_MAX = 5;
const RESTART_AFTER_MS = 1000;
/** More at once only makes each slower: every start is half a second of processor time. */
const STARTING_AT_ONCE = 4;
const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 2500;
/** Enough of standard error to see why a process died. */
const LAST_WORDS_BYTES = 4096;

type Running = {
  spec: ProcessSpec;
  child: ChildProcess | null;
  state: ProcessState;
  restarts: number;
  /** We ended it on purpose: no restart. */
  meant: boolean;
  lastWords: string;
};

export function processGroup(options: {
  readonly root: string;
  readonly env: Readonly<Record<string, string>>;
  /** Variables of our own environment that a process has no use for, unless it says so. */
  readonly secrets?: readonly string[];
  /** What is started for an entry, from the root; absent: its source. */
  readonly programOf?: (entry: string) => string;
  readonly onTrouble: (says: string) => void;
}): ProcessGroup {
  const all = new Map<string, Running>();
  let closing = false;
  const secrets = new Set(options.secrets);
  const { programOf = (entry) => entry } = options;
  const inherited = (spec: NodeSpec): NodeJS.ProcessEnv =>
    spec.secrets === true
      ? process.env
      : Object.fromEntries(Object.entries(process.env).filter(([name]) => !secrets.has(name)));

  const launch = (running: Running): Promise<void> => {
    const { spec } = running;
    if (closing) return Promise.reject(notReady(running, "not started, since all are being stopped"));
    running.meant = false;
    running.state = "starting";
    running.lastWords = "";
    const child = spawned(spec);
    running.child = child;
    // A child that is gone closes its end: writing to it is never needed, and its error is not ours.
    child.stdin?.on("error", () => {});
    return new Promise((resolve, reject) => {
      const late = setTimeout(
        () => reject(notReady(running, `not ready within ${READY_WITHIN_MS / 1000} s`)),
        READY_WITHIN_MS,
      );
      const hear = (said: string, readyWords: string): void => {
        if (running.state !== "starting" || !said.includes(readyWords)) return;
        running.state = "ready";
        clearTimeout(late);
        resolve();
      };
      child.stdout?.setEncoding("utf8").on("data", (text: string) => hear(text, readyWordsOf(spec)));
      child.stderr?.setEncoding("utf8").on("data", (text: string) => {
        running.lastWords = (running.lastWords + text).slice(-LAST_WORDS_BYTES);
        if ("program" in spec) hear(running.lastWords, spec.readyWords);
      });
      child.on("error", (error) => {
        clearTimeout(late);
        reject(notReady(running, error.message));
      });
      child.on("exit", (code, signal) => {
        clearTimeout(late);
        if (running.child !== child) return;
        const wasStarting = running.state === "starting";
        running.state = "ended";
        running.child = null;
        if (wasStarting) reject(notReady(running, `ended with ${signal ?? `code ${code}`}`));
        else if (!running.meant && !closing) again(running, signal ?? `code ${code}`);
      });
    });
  };

  const spawned = (spec: ProcessSpec): ChildProcess => {
    const stdio = ["pipe", "pipe", "pipe"] as const;
    if ("program" in spec) {
      const env = { PATH: process.env["PATH"] ?? "", ...spec.env };
      return spawn(spec.program, spec.args, { stdio: [...stdio], env, cwd: options.root });
    }
    const words = [...NODE_FLAGS, join(options.root, programOf(spec.entry)), JSON.stringify(spec.settings)];
    const env = { ...inherited(spec), ...options.env };
    return spawn(process.execPath, words, { stdio: [...stdio], env, cwd: options.root });
  };

  const again = (running: Running, how: string): void => {
    const words = running.lastWords.trim().split("\n").slice(-8).join("\n    ");
    if (running.restarts >= RESTARTS_MAX) {
      options.onTrouble(
        `${running.spec.name} ended (${how}) and stays down after ${RESTARTS_MAX} restarts\n    ${words}`,
      );
      return;
    }
    running.restarts++;
    options.onTrouble(`${running.spec.name} ended by itself (${how}); started again${words ? `\n    ${words}` : ""}`);
    setTimeout(() => {
      if (closing || running.child) return;
      launch(running).catch((error: unknown) => options.onTrouble(String(error)));
    }, RESTART_AFTER_MS).unref();
  };

  const find = (name: string): Running => {
    const running = all.get(name);
    if (!running) {
      throw new CallerError({
        code: "unknown-process",
        message: `there is no process ${name}`,
        hint: `one of ${[...all.keys()].join(", ")}`,
      });
    }
    return running;
  };

  return {
    async start(specs) {
      const waiting = [...specs];
      const worker = async (): Promise<void> => {
        for (;;) {
          const spec = waiting.shift();
          if (spec === undefined || closing) return;
          const running: Running = { spec, child: null, state: "ended", restarts: 0, meant: false, lastWords: "" };
          all.set(spec.name, running);
          await launch(running);
        }
      };
      await Promise.all(Array.from({ length: STARTING_AT_ONCE }, worker));
    },

    async signal(name, action) {
      const running = find(name);
      switch (action) {
        case "kill":
          running.meant = true;
          running.child?.kill("SIGKILL");
          return;
        case "stop":
          if (running.child?.kill("SIGSTOP")) running.state = "stopped";
          return;
        case "cont":
          if (running.child?.kill("SIGCONT")) running.state = "ready";
          return;
        case "start":
          if (running.child && running.meant) await ended(running.child);
          if (running.child === null) await launch(running);
          return;
      }
    },

    list: () =>
      [...all.values()].map(({ spec, child, state }) => ({ name: spec.name, pid: child?.pid ?? null, state })),

    async stopAll() {
      // Before anything else: whoever ends from here on is meant to, a terminal's Ctrl-C goes to all of them as well.
      closing = true;
      const children = [...all.values()].flatMap(({ child }) => (child ? [child] : []));
      for (const child of children) {
        // A stopped process hears SIGTERM only once it goes on.
        child.kill("SIGCONT");
        child.kill("SIGTERM");
        child.stdin?.end();
      }
      await Promise.race([Promise.all(children.map(ended)), sleep(STOP_WITHIN_MS, undefined, { ref: false })]);
      for (const child of children) if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
      await Promise.all(children.map(ended));
    },
  };
}

/** A line of its own. */
const READY = "ready\n";

/** Small heaps: 35 processes share one machine. */
const NODE_FLAGS = [
  "--conditions=reactive-production:source",
  "--disable-warning=ExperimentalWarning",
  "--max-semi-space-size=4",
  // Each collects its own rubbish: helpers' threads of 35 processes would only wait for the same two processors.
  "--single-threaded-gc",
  "--v8-pool-size=1",
];

const readyWordsOf = (spec: ProcessSpec): string => ("program" in spec ? spec.readyWords : READY);

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once("exit", () => resolve()));
}

function notReady(running: Running, how: string): CallerError {
  return new CallerError({
    code: "process-not-ready",
    message: `${running.spec.name}: ${how}${running.lastWords ? `\n${running.lastWords.trim()}` : ""}`,
    hint: "see the words of the process above; ports and memory are the usual reasons",
  });
}
