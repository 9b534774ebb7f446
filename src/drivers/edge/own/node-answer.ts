import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { HOP_BY_HOP } from "../hop-headers.ts";
import type { Answering, Flow } from "./lines.ts";

/** A relayed answer, to a user of node:http; `close` is asked once, as its head goes out. */
export function toResponse(response: ServerResponse, close: () => boolean): Answering {
  let flow: Flow | null = null;
  return {
    head(status, headers, its) {
      flow = its;
      const kept = answerHeaders(headers);
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
  return {
    head(status, headers) {
      const lines = [`HTTP/1.1 ${status} `, "connection: close"];
      const kept = answerHeaders(headers);
      for (let at = 0; at < kept.length; at += 2) lines.push(`${kept[at]!}: ${kept[at + 1]!}`);
      socket.write(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
    },
    data: (chunk) => (socket.write(chunk), true),
    end: () => void socket.end(),
    broken: () => void socket.destroy(),
  };
}

/** Names and values in turn. `Trailer` goes on, for trailers do, where they can: with chunks. */
export function answerHeaders(headers: IncomingHttpHeaders): string[] {
  const kept: string[] = [];
  for (const name in headers) {
    if (HOP_BY_HOP.has(name) && (name !== "trailer" || headers["content-length"] !== undefined)) continue;
    const value = headers[name];
    if (typeof value === "string") kept.push(name, value);
    else for (const each of value ?? []) kept.push(name, each);
  }
  return kept;
}
