import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { CallerError } from "../core/errors.ts";
import { boundedText } from "../drivers/bounded-text.ts";
import { mayReplace, readStepPath, switchWord, type SwitchWord } from "../drivers/dns/route53/staged/switch-word.ts";
import { isSameSecret } from "../drivers/same-secret.ts";
import type { LearntStore } from "../drivers/store/learnt-file.ts";
import { type DoorPlace, openDoor, refusePlain } from "./own-door.ts";

/**
 * `houston dns switch`: what Route 53's health checkers ask whether a location is left. Like the lamp beside a tunnel: it burns as it was
 * switched last, whoever is there to switch it.
 *
 * 1. It answers 200 only for what it was told is out. Whatever it does not know, or has not been told, is 503, and moves nobody.
 * 2. What it was told is on disk before it counts as taken; after a restart it answers by it.
 * 3. Anybody may ask for one step, and learns yes or no, without a word; all else wants the token.
 */
export type SwitchOptions = DoorPlace & {
  readonly kept: LearntStore;
  readonly token: string;
  /** Somebody was refused, with the code. */
  readonly refused: (code: string) => void;
  /** It was told something new. */
  readonly took: (word: SwitchWord) => void;
};

export type RunningSwitch = { readonly url: string; readonly word: () => SwitchWord | null; stop(): Promise<void> };

/** Throws `CallerError` when the port can't be had, or can't be had safely, or what was kept can't be read. */
export async function startSwitch(options: SwitchOptions): Promise<RunningSwitch> {
  const { kept, token, refused } = options;
  refusePlain(options);
  let word = takeUp(kept);

  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const { method, url = "", headers } = request;
    if (method === "GET" || method === "HEAD") {
      const step = readStepPath(url);
      if (step !== null) {
        const out = word !== null && Object.hasOwn(word.out, step.class) ? word.out[step.class]! : {};
        const count = Object.hasOwn(out, step.location) ? out[step.location]! : 0;
        return { status: step.step <= count ? 200 : 503, body: "" };
      }
    }
    const given = /^Bearer (\S+)$/.exec(headers.authorization ?? "")?.[1] ?? "";
    if (!isSameSecret(given, token)) return refusal(401, "token-wrong");
    if (url !== "/word") return refusal(404, "not-found");
    if (method === "GET") return { status: 200, body: JSON.stringify(word) };
    if (method !== "PUT") return refusal(405, "not-found");
    const next = switchWord.safeParse(await bodyOf(request));
    if (!next.success) return refusal(400, "bad-shape");
    const may = mayReplace(word, next.data);
    if (may !== "yes") return { status: 409, body: JSON.stringify({ code: may, version: word!.version }) };
    if (JSON.stringify(word) === JSON.stringify(next.data)) return { status: 204, body: "" };
    try {
      kept.write(JSON.stringify(next.data));
    } catch {
      return refusal(507, "disk");
    }
    word = next.data;
    options.took(word);
    return { status: 204, body: "" };
  };

  const reply = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      const { status, body, code } = await answer(request);
      if (code !== undefined) refused(code);
      // What comes after a word that is too long is not read.
      const close = status === 400 ? { connection: "close" } : {};
      response.writeHead(status, { "content-type": "application/json", ...close }).end(body);
    } catch {
      // Whoever hung up waits for nothing.
      response.destroy();
    }
  };
  const listener: RequestListener = (request, response) => void reply(request, response);
  // Route 53's checkers speak TLS 1.2 and 1.3, whatever is newest of both.
  const door = await openDoor({ ...options, minVersion: "TLSv1.2", listener });
  return { ...door, word: () => word };
}

/** `code` is of a refusal. */
type Answer = { readonly status: number; readonly body: string; readonly code?: string };

const refusal = (status: number, code: string): Answer => ({ status, body: JSON.stringify({ code }), code });

/** Null: it was told nothing yet. What can't be used must not seem to say that all are in. */
function takeUp(kept: LearntStore): SwitchWord | null {
  const text = kept.read();
  if (text === null) return null;
  try {
    return switchWord.parse(JSON.parse(text));
  } catch (error) {
    throw new CallerError({
      code: "file-unreadable",
      message: "what this switch was told last can't be read",
      hint: "take the file away: it begins with everybody in, and hears the newest word within seconds",
      cause: error,
    });
  }
}

/** Null: that is no JSON, or more of it than any word has. */
async function bodyOf(request: IncomingMessage): Promise<unknown> {
  try {
    return JSON.parse(
      await boundedText(request, { bytes: BODY_BYTES_MAX, tooLong: () => new SyntaxError("too long") }),
    );
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** A hundred locations in each of ten classes. */
const BODY_BYTES_MAX = 65_536;
