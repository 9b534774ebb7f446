import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type Listening, listening } from "../own/listening.ts";
import { isSameSecret } from "../../same-secret.ts";

/**
 * Where applications ask for the route document. Who has the newest waits until there is a newer one, so a change is with everybody in a moment, and
 * whoever asks says what he has: so it is known who has taken it.
 */
export type RouteDesk = {
  readonly port: number;
  /** `tag` names this document among all; `text` is its JSON. */
  put(document: { readonly tag: string; readonly text: string }): void;
  /** By name: each application that asked lately, and the tag that it had. */
  askers(): ReadonlyMap<string, string>;
  /** Resolves when one of them has said something new. */
  heard(signal: AbortSignal): Promise<void>;
  readonly stop: () => Promise<void>;
};

/** Shorter than proxies cut what is silent. */
const HOLDS_MS = 25_000;
/** Who has not asked for so long is gone. */
const FORGOTTEN_MS = 60_000;
const ASKERS_MAX = 2000;
const NAME = /^[\w.:-]{1,80}$/;

export async function routeDesk(options: {
  readonly host: string;
  readonly port: number;
  readonly token: string;
}): Promise<RouteDesk> {
  let held: { readonly tag: string; readonly text: string } | null = null;
  const asked = new Map<string, { tag: string; at: number }>();
  const waiting = new Set<() => void>();
  const listeners = new Set<() => void>();
  const wanted = `Bearer ${options.token}`;

  const answer = (response: ServerResponse, tag: string | null): void => {
    if (response.writableEnded) return;
    if (held === null) response.writeHead(404).end();
    else if (held.tag === tag) response.writeHead(304, { etag: `"${held.tag}"` }).end();
    else response.writeHead(200, { "content-type": "application/json", etag: `"${held.tag}"` }).end(held.text);
  };
  const receive = (request: IncomingMessage, response: ServerResponse): void => {
    if (!isSameSecret(request.headers.authorization ?? "", wanted)) return void response.writeHead(401).end();
    if (request.method !== "GET" || request.url !== "/route") return void response.writeHead(404).end();
    const tag = /^"([\w.]{1,64})"$/.exec(request.headers["if-none-match"] ?? "")?.[1] ?? null;
    const name = String(request.headers["x-edge"] ?? "");
    if (NAME.test(name) && (asked.has(name) || asked.size < ASKERS_MAX)) {
      asked.set(name, { tag: tag ?? "", at: performance.now() });
      for (const each of listeners) each();
    }
    if (held?.tag !== tag) return answer(response, tag);
    const done = (): void => {
      clearTimeout(timer);
      waiting.delete(done);
      answer(response, tag);
    };
    const timer = setTimeout(done, HOLDS_MS);
    waiting.add(done);
    response.once("close", () => {
      clearTimeout(timer);
      waiting.delete(done);
    });
  };
  const server: Listening = await listening(createServer(receive), options);
  return {
    port: server.port,
    put(document) {
      held = document;
      for (const done of waiting) done();
    },
    askers() {
      const now = performance.now();
      for (const [name, { at }] of asked) if (now - at > FORGOTTEN_MS) asked.delete(name);
      return new Map([...asked].map(([name, { tag }]) => [name, tag]));
    },
    heard: (signal) =>
      new Promise((resolve) => {
        const done = (): void => {
          listeners.delete(done);
          signal.removeEventListener("abort", done);
          resolve();
        };
        listeners.add(done);
        signal.addEventListener("abort", done, { once: true });
      }),
    stop: server.stop,
  };
}
