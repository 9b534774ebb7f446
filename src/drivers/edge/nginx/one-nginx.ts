import { setTimeout as sleep } from "node:timers/promises";
import { runProgram } from "../../run-program.ts";
import {
  askEdge,
  failure,
  type Failure,
  fileEdge,
  type FileEdge,
  type KeptRoutes,
  notApplied,
  type Said,
} from "../file-edge.ts";
import { isSameMark, type Mark, readMark } from "../route-mark.ts";
import { markOf } from "./files.ts";
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
  const { name, kept, status } = place;
  const asked = { name, address: status, path: "/", bytesMax: STATUS_BYTES_MAX };
  return fileEdge<RouteText, Told>({
    name,
    makes: "houston edge nginx --location LOCATION --files",
    kept,
    markOf,
    ask: (signal) => askEdge(asked, toldIn, signal),
    // What stands there already is tested too: whoever wrote it may have ended before nginx had read it.
    async follow({ mark, before, look, signal }) {
      const problem = await tested(place, signal);
      if (problem !== null) {
        kept.write(before);
        return problem;
      }
      return (await reloaded(place, signal)) ?? untilSaid(mark, look, signal, name);
    },
    done: ({ divided }) => (divided.length === 0 ? { kind: "done" } : { kind: "done", says: coarse(name, divided) }),
  });
}

type Told = { readonly mark: Mark };

function toldIn(text: string): Told | null {
  const mark = readMark(text);
  return mark === null ? null : { mark };
}

/** How long nothing but the new may be heard: nginx waits 100 ms between its new workers' start and its old ones' end. */
const SETTLED_MS = 150;
const LOOK_EVERY_MS = 25;

/** Null: it says so, and goes on. */
async function untilSaid(
  mark: Mark,
  look: (signal: AbortSignal) => Promise<Said<Told>>,
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
    } else if (!isSameMark(said.mark, mark)) {
      since = null;
      if (signal.aborted) return notApplied(name, said.mark, mark);
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

const ROWS_NAMED_MAX = 3;
const coarse = (name: string, divided: readonly string[]): string =>
  `${name}: ${divided.slice(0, ROWS_NAMED_MAX).join(", ")}${divided.length > ROWS_NAMED_MAX ? ` and ${divided.length - ROWS_NAMED_MAX} more` : ""}: divided by host, which nginx can't tell, so who is at one of their locations stays there`;
