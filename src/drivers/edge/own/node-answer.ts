import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { HOP_BY_HOP } from "../hop-headers.ts";
import type { Answering, Flow } from "./lines.ts";

/** A relayed answer, to a user of node:http; `close` is asked once, as its head goes out. */
export function toResponse(request: IncomingMessage, response: ServerResponse, close: () => boolean): Answering {
  let flow: Flow | null = null;
  return {
    head(status, headers, its) {
      flow = its;
      const isChunked = request.httpVersion === "1.1" && request.method !== "HEAD" && !NO_BODY.has(status);
      const kept = answerHeaders(headers, isChunked);
      if (close()) kept.push("connection", "close");
      response.writeHead(status, kept);
    },
    data(chunk) {
      if (response.write(chunk)) return true;
      response.once("drain", () => flow?.resume());
      return false;
    },
    end(trailers) {
      const names = Object.entries(trailers);
      // Node sends them after chunks only, and a length that is known leaves no place for them.
      if (names.length > 0)
        response.addTrailers(names.map(([name, value]) => [name, String(value)] as [string, string]));
      response.end();
    },
    // Half an answer must not look like a whole one.
    broken: () => void response.destroy(),
  };
}

/** What the other side said instead of switching, to a socket that Node has let go of. */
export function toSocket(socket: Duplex): Answering {
  let flow: Flow | null = null;
  return {
    head(status, headers, its) {
      flow = its;
      const lines = [`HTTP/1.1 ${status} `, "connection: close"];
      const kept = answerHeaders(headers, false);
      for (let at = 0; at < kept.length; at += 2) lines.push(`${kept[at]!}: ${kept[at + 1]!}`);
      socket.write(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
    },
    data(chunk) {
      if (socket.write(chunk)) return true;
      socket.once("drain", () => flow?.resume());
      return false;
    },
    end: () => void socket.end(),
    broken: () => void socket.destroy(),
  };
}

/** Fetch, "null body status". */
export const NO_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/** Names and values in turn. `Trailer` goes on where trailers can: with chunks. Node throws at it elsewhere. */
export function answerHeaders(headers: IncomingHttpHeaders, isChunked: boolean): string[] {
  const kept: string[] = [];
  for (const name in headers) {
    if (HOP_BY_HOP.has(name) && (name !== "trailer" || !isChunked || headers["content-length"] !== undefined)) continue;
    const value = headers[name];
    if (typeof value === "string") kept.push(name, value);
    else for (const each of value ?? []) kept.push(name, each);
  }
  return kept;
}
