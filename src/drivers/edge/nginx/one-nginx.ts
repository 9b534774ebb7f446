import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Outcome } from "../../../core/control-contract.ts";
import { boundedText } from "../../bounded-text.ts";
import { runProgram } from "../../run-program.ts";
import { diskFailure, type FileEdge, olderTable } from "../by-file.ts";
import { isSameMark, type Mark, readMark } from "../route-mark.ts";
import { type KeptRoutes, markOf } from "./files.ts";
import type { RouteText } from "./route-text.ts";

export type NginxPlace = {
  readonly name: string;
  readonly kept: KeptRoutes;
  /** Address and port. */
  readonly status: string;
  readonly test: readonly string[];
  readonly reload: readonly string[];
};

/**
 * One nginx that answers by our routes: a file that it reads when it starts and when it reloads.
 *
 * Like a shop's price list: the new one is hung up when the printer has read it through, and it counts when whoever asks at the counter hears it.
 *
 * 1. Disk before memory, so nginx never restarts into something older than what it was seen to answer by; neither goes back.
 * 2. Nothing is reloaded that nginx itself does not take (`nginx -t`); then what stood there stands there again.
 * 3. Done is what nginx says when it is asked, and goes on saying: for a moment after a reload its old workers still take connections.
 * 4. A loss that was followed for this version stays followed, whoever started anew.
 */
export function oneNginx(place: NginxPlace): FileEdge<RouteText> {
  const { name, kept } = place;
  let seen = versionOnDisk(kept);
  let last: Promise<unknown> = Promise.resolve();
  const look = async (signal: AbortSignal): Promise<Mark | Failure> => {
    const mark = await statusOf(place, signal);
    if (!("kind" in mark)) seen = mark.version || null;
    return mark;
  };
  const bring = async (
    version: number,
    render: (lost: readonly string[]) => RouteText,
    signal: AbortSignal,
  ): Promise<Outcome> => {
    if (signal.aborted) return failure("retry", "timeout", `${name} was not asked in time`);
    const before = kept.text();
    const onDisk = markOf(before);
    if (onDisk.version > version) return olderTable(name, onDisk.version, version);
    const { text, mark, divided } = render(onDisk.version === version ? onDisk.lost : []);
    const running = await look(signal);
    if (!("kind" in running) && running.version > version) return olderTable(name, running.version, version);
    const done: Outcome = divided.length === 0 ? { kind: "done" } : { kind: "done", says: coarse(name, divided) };
    if (before === text && !("kind" in running) && isSameMark(running, mark)) return done;
    // What stands there already is tested too: whoever wrote it may have ended before nginx had read it.
    kept.write(text);
    const problem = await tested(place, signal);
    if (problem !== null) {
      kept.write(before);
      return problem;
    }
    const unheard = await reloaded(place, signal);
    if (unheard !== null) return unheard;
    return (await untilSaid(mark, look, signal, name)) ?? done;
  };
  return {
    name,
    version: () => seen,
    async apply(version, render, signal) {
      const mine = last.then(() => diskFailure({ name, makes: FIRST_FILES }, () => bring(version, render, signal)));
      last = mine.catch(() => undefined);
      return mine;
    },
  };
}

function versionOnDisk(kept: KeptRoutes): number | null {
  try {
    return markOf(kept.text()).version || null;
  } catch {
    // The first apply says what is missing there.
    return null;
  }
}

const FIRST_FILES = "houston edge nginx --location LOCATION --files";

type Failure = { readonly kind: "retry" | "refused"; readonly code: string; readonly says: string };

const failure = (kind: Failure["kind"], code: string, says: string): Failure => ({ kind, code, says });

/** How long nothing but the new may be heard: nginx waits 100 ms between its new workers' start and its old ones' end. */
const SETTLED_MS = 150;
const LOOK_EVERY_MS = 25;

/** Null: it says so, and goes on. */
async function untilSaid(
  mark: Mark,
  look: (signal: AbortSignal) => Promise<Mark | Failure>,
  signal: AbortSignal,
  name: string,
): Promise<Failure | null> {
  let since: number | null = null;
  for (;;) {
    const said = await look(signal);
    const now = performance.now();
    if ("kind" in said) {
      if (signal.aborted) return said;
      since = null;
    } else if (!isSameMark(said, mark)) {
      since = null;
      if (signal.aborted)
        return failure(
          "retry",
          "not-applied",
          `${name} answers from version ${said.version}, not from ${mark.version}`,
        );
    } else {
      since ??= now;
      if (now - since >= SETTLED_MS) return null;
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function tested({ name, test }: NginxPlace, signal: AbortSignal): Promise<Failure | null> {
  const { code, output } = await ran(test, signal);
  if (code === 0) return null;
  if (code === null) return failure("retry", "timeout", `${name}: ${test.join(" ")} took too long`);
  return failure(
    "refused",
    isForbidden(output) ? "rights-missing" : "config-refused",
    `${name}: nginx would not start with its config, so nothing was changed: ${lastWords(output)}`,
  );
}

async function reloaded({ name, reload }: NginxPlace, signal: AbortSignal): Promise<Failure | null> {
  const { code, output } = await ran(reload, signal);
  if (code === 0) return null;
  if (code === null) return failure("retry", "timeout", `${name}: ${reload.join(" ")} took too long`);
  return isForbidden(output)
    ? failure("refused", "rights-missing", `${name}: ${lastWords(output)}; fix: let Houston's user reload it (sudo)`)
    : failure("retry", "unreachable", `${name}: ${reload.join(" ")}: ${lastWords(output)}`);
}

/** nginx tells its trouble on standard error. The words go through a shell as they are: none of them is read by it. */
const ran = (words: readonly string[], signal: AbortSignal): ReturnType<typeof runProgram> =>
  runProgram(["/bin/sh", "-c", 'exec "$@" 2>&1', "sh", ...words], environment(), signal);

const environment = (): Readonly<Record<string, string>> => ({
  PATH: `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin`,
});

const isForbidden = (output: string): boolean => /permission denied|not permitted|password is required/i.test(output);

const WORDS_MAX = 300;
const lastWords = (output: string): string => output.trim().slice(-WORDS_MAX) || "it says nothing";

const STATUS_BYTES_MAX = 10_000;

const tooLong = (): Error => new Error("it answers without end");

/** On a connection of its own each time, so that no worker is asked that is about to end. */
function statusOf({ name, status }: NginxPlace, signal: AbortSignal): Promise<Mark | Failure> {
  const markIn = (text: string): Mark | Failure =>
    readMark(text) ??
    failure("retry", "answer-unreadable", `${name}: ${status} says ${JSON.stringify(text.slice(0, 100))}`);
  return new Promise((resolve) => {
    const lost = (error: Error): void =>
      resolve(
        signal.aborted
          ? failure("retry", "timeout", `${name}: ${status} did not answer in time`)
          : failure("retry", "unreachable", `${name}: ${status}: ${error.message}`),
      );
    const call = request(`http://${status}/`, { agent: false, signal }, (response) => {
      boundedText(response, { bytes: STATUS_BYTES_MAX, tooLong }).then((text) => resolve(markIn(text)), lost);
    });
    call.on("error", lost);
    call.end();
  });
}

const ROWS_NAMED_MAX = 3;
const coarse = (name: string, divided: readonly string[]): string =>
  `${name}: ${divided.slice(0, ROWS_NAMED_MAX).join(", ")}${divided.length > ROWS_NAMED_MAX ? ` and ${divided.length - ROWS_NAMED_MAX} more` : ""}: divided by host, which nginx can't tell, so who is at one of their locations stays there`;
