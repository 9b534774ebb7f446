import { request } from "node:http";
import type { Outcome } from "../../core/control-contract.ts";
import type { LocationName } from "../../core/estate.ts";
import { boundedText } from "../bounded-text.ts";
import { oneAtATime } from "../one-at-a-time.ts";
import { isSameMark, type Mark } from "./route-mark.ts";

/** One edge and its file. */
export type FileEdge<Text> = {
  readonly name: string;
  /** The version it was last seen to answer by, at the start the one that its disk has; null: none yet. */
  version(): number | null;
  /** Brings it to what `render` makes; its argument is whose loss the file follows already for that version. */
  apply(version: number, render: (lost: readonly LocationName[]) => Text, signal: AbortSignal): Promise<Outcome>;
};

/** The routes on disk, which the edge reads; the file is replaced whole or not at all. All may throw. */
export type KeptRoutes = { text(): string; write(text: string): void };

export type Failure = { readonly kind: "retry" | "refused"; readonly code: string; readonly says: string };

export const failure = (kind: Failure["kind"], code: string, says: string): Failure => ({ kind, code, says });

/** What the edge said when it was asked, or why it said nothing. */
export type Said<Told> = Told | Failure;

/**
 * The part that all edges of a file have in common: one table at a time, disk before memory, and neither goes back. A loss that was followed for
 * a version stays followed, whoever started anew.
 */
export function fileEdge<
  Text extends { readonly text: string; readonly mark: Mark },
  Told extends { readonly mark: Mark },
>(options: {
  readonly name: string;
  /** The command that writes its first file. */
  readonly makes: string;
  readonly kept: KeptRoutes;
  readonly markOf: (text: string) => Mark;
  /** By which table it answers. */
  readonly ask: (signal: AbortSignal) => Promise<Said<Told>>;
  /** Until it answers by what has just been written; null: it does. `before`: what stood there. */
  readonly follow: (written: {
    readonly mark: Mark;
    readonly before: string;
    readonly running: Said<Told>;
    readonly look: (signal: AbortSignal) => Promise<Said<Told>>;
    readonly signal: AbortSignal;
  }) => Promise<Failure | null>;
  readonly done: (made: Text) => Outcome;
}): FileEdge<Text> {
  const { name, kept, markOf } = options;
  const queue = oneAtATime();
  let seen = versionOnDisk(options);
  const look = async (signal: AbortSignal): Promise<Said<Told>> => {
    const told = await options.ask(signal);
    if (!("kind" in told)) seen = told.mark.version || null;
    return told;
  };
  const bring = async (
    version: number,
    render: (lost: readonly LocationName[]) => Text,
    signal: AbortSignal,
  ): Promise<Outcome> => {
    if (signal.aborted) return failure("retry", "timeout", `${name} was not asked in time`);
    const before = kept.text();
    const onDisk = markOf(before);
    if (onDisk.version > version) return olderTable(name, onDisk.version, version);
    const made = render(onDisk.version === version ? onDisk.lost : []);
    const { text, mark } = made;
    const running = await look(signal);
    if (!("kind" in running) && running.mark.version > version) return olderTable(name, running.mark.version, version);
    const done = options.done(made);
    if (before === text && !("kind" in running) && isSameMark(running.mark, mark)) return done;
    kept.write(text);
    return (await options.follow({ mark, before, running, look, signal })) ?? done;
  };
  return {
    name,
    version: () => seen,
    apply: (version, render, signal) => queue.run(() => diskFailure(options, () => bring(version, render, signal))),
  };
}

function versionOnDisk({
  kept,
  markOf,
}: {
  readonly kept: KeptRoutes;
  readonly markOf: (text: string) => Mark;
}): number | null {
  try {
    return markOf(kept.text()).version || null;
  } catch {
    // The first apply says what is missing there.
    return null;
  }
}

/** Of an edge that has a newer table on disk or in memory than the one that came. */
const olderTable = (name: string, has: number, came: number): Failure =>
  failure("refused", "table-not-newer", `${name} has version ${has} already, and ${came} came`);

/** Of an edge that is in reach and has not gone over to what was written. */
export const notApplied = (name: string, said: Mark, wanted: Mark): Failure =>
  failure("retry", "not-applied", `${name} answers from version ${said.version}, not from ${wanted.version}`);

/** A disk that does not do as told, as an outcome; whatever else goes wrong is ours. */
async function diskFailure(
  { name, makes }: { readonly name: string; readonly makes: string },
  go: () => Promise<Outcome>,
): Promise<Outcome> {
  try {
    return await go();
  } catch (error) {
    const { code, syscall, message } = error as NodeJS.ErrnoException;
    if (code === undefined || syscall === undefined) throw error;
    const says = `${name}: ${message}`;
    if (code === "ENOENT") return failure("refused", "files-missing", `${says}; fix: \`${makes}\``);
    return failure(code === "EACCES" || code === "EPERM" ? "refused" : "retry", "files-unwritable", says);
  }
}

/** Asks on a connection of its own each time, so that no worker is asked that is about to end. `read` null: that is no answer to this. */
export function askEdge<Told>(
  {
    name,
    address,
    path,
    bytesMax,
  }: { readonly name: string; readonly address: string; readonly path: string; readonly bytesMax: number },
  read: (text: string) => Told | null,
  signal: AbortSignal,
): Promise<Said<Told>> {
  return new Promise((resolve) => {
    const lost = (error: Error): void =>
      resolve(
        signal.aborted
          ? failure("retry", "timeout", `${name}: ${address} did not answer in time`)
          : failure("retry", "unreachable", `${name}: ${address}: ${error.message}`),
      );
    const unreadable = (text: string): Failure =>
      failure("retry", "answer-unreadable", `${name}: ${address} says ${JSON.stringify(text.slice(0, 100))}`);
    const call = request(`http://${address}${path}`, { agent: false, signal }, (response) => {
      boundedText(response, { bytes: bytesMax, tooLong }).then((text) => resolve(read(text) ?? unreadable(text)), lost);
    });
    call.on("error", lost);
    call.end();
  });
}

const tooLong = (): Error => new Error("it answers without end");
