import { mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { CallerError } from "../../../core/errors.ts";
import { safeAddress } from "../../safe-address.ts";
import { writeWhole } from "../../write-whole.ts";
import {
  DOCUMENT_BYTES_MAX,
  documentProblems,
  documentTag,
  type RouteDocument,
  takesPlaceOf,
} from "./route-document.ts";

/**
 * Where an application's route document comes from: a file that somebody writes (Houston, a ConfigMap), or an address that is asked. The last good
 * one stays on disk, and is what a start begins with: cut off, it goes on as it was.
 */
export type RouteSource = (
  | { readonly file: string; readonly url?: undefined }
  | { readonly url: string; readonly token?: string; readonly file?: undefined }
) & {
  /** Where the last good one is kept. */
  readonly keptIn: string;
  /** How often a file is looked at, or an address asked that answers at once; 1 usually. */
  readonly everySeconds?: number;
};

/** `name` is by which Houston knows this process among all that ask: letters, digits, dots, colons, hyphens. */
type RouteFeedOptions = RouteSource & { readonly name: string };

export type RouteFeed = {
  /** Resolves once there is a document, or the first look for one is over. */
  readonly first: Promise<void>;
  stop(): void;
};

/** An address may hold its answer back until there is something newer. */
const ANSWER_WITHIN_MS = 40_000;

export function routeFeed(
  options: RouteFeedOptions,
  told: {
    /** A good one that is newer than any before. */
    readonly document: (document: RouteDocument) => void;
    /** What is wrong with what came, once for each new problem; what was there before stays. */
    readonly problem: (says: string) => void;
  },
): RouteFeed {
  const { keptIn, everySeconds = 1 } = options;
  if (options.url !== undefined) safeAddress("route.url", options.url);
  let held: RouteDocument | null = null;
  let heldTag = "";
  let lastProblem: string | null = null;
  const stopped = new AbortController();
  const say = (problem: string | null): void => {
    if (problem !== null && problem !== lastProblem) told.problem(problem);
    lastProblem = problem;
  };
  let lastRead: string | null = null;
  const take = (text: string, from: string): void => {
    // A file is looked at each second, and megabytes long.
    if (text === lastRead) return;
    lastRead = text;
    const read = parsed(text);
    const problems = documentProblems(read);
    if (problems.length > 0) return say(`${from}: ${problems.slice(0, 5).join("; ")}`);
    say(null);
    const document = read as RouteDocument;
    if (!takesPlaceOf(document, held)) return;
    held = document;
    heldTag = documentTag(document, text);
    told.document(document);
    if (from === keptIn) return;
    try {
      mkdirSync(dirname(keptIn), { recursive: true });
      writeWhole(keptIn, text, 0o600);
    } catch (error) {
      say(`${keptIn} can't be written (${codeOf(error)}): after a restart the edge would begin without a table`);
    }
  };
  const kept = textOf(keptIn);
  if (kept !== null) take(kept, keptIn);

  const look = async (): Promise<void> => {
    if (options.file !== undefined) {
      const text = textOf(options.file);
      if (text === null) {
        lastRead = null;
        say(`${options.file} can't be read`);
      } else take(text, options.file);
      return;
    }
    try {
      const response = await fetch(options.url, {
        headers: {
          ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
          "x-edge": options.name,
          ...(heldTag === "" ? {} : { "if-none-match": `"${heldTag}"` }),
        },
        signal: AbortSignal.any([stopped.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
      });
      if (response.status === 304) {
        await response.body?.cancel();
        return say(null);
      }
      if (response.status !== 200) {
        await response.body?.cancel();
        return say(`${options.url} answers ${response.status}`);
      }
      take(await boundedText(response), options.url);
    } catch (error) {
      if (!stopped.signal.aborted) say(`${options.url} can't be asked: ${(error as Error).message}`);
    }
  };
  let timer: NodeJS.Timeout | null = null;
  const round = async (): Promise<void> => {
    await look();
    if (!stopped.signal.aborted) timer = setTimeout(() => void round(), everySeconds * 1000).unref();
  };
  const looked = round();
  return {
    first: kept === null ? looked : Promise.resolve(),
    stop() {
      stopped.abort();
      if (timer !== null) clearTimeout(timer);
    },
  };
}

async function boundedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body!) {
    bytes += chunk.length;
    if (bytes > DOCUMENT_BYTES_MAX)
      throw new CallerError({
        code: "route-too-large",
        message: `more than ${DOCUMENT_BYTES_MAX} bytes`,
        hint: "ask the address that Houston's driver of kind application listens on",
      });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error);
