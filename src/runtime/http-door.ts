import type { Server } from "node:http";
import type { Duplex } from "node:stream";

/**
 * How Houston's own plain HTTP ports (API, nodes, processes' admin) meet what is no honest request: headers and bodies
 * that drip in, too many connections, bytes that are no HTTP. It is refused as everything else is, `{code, says, hint}`,
 * told to a counter by its code, and hung up on. The edges, which users meet, have limits of their own.
 */
export const HTTP_DOOR = {
  maxHeaderSize: 8192,
  /** Slow-loris: headers within this, the whole request within the other. Callers are on loopback or next door. */
  headersTimeout: 5000,
  requestTimeout: 10_000,
  /** How often both are looked at; Node's usual half a minute would add that to either. */
  connectionsCheckingInterval: 1000,
  /** Node would refuse this in its own words. */
  requireHostHeader: false,
} as const;

/** Each holds a descriptor and some memory; consoles, commands, scrapers and browsers' beacons together are fewer. */
const CONNECTIONS_MAX = 512;

/** How every call is refused that is not carried out. */
export type Refusal = { readonly status: number; readonly code: string; readonly says: string; readonly hint: string };

/** For a server of node:http that was made with `HTTP_DOOR`. */
export function guardDoor(server: Server, refused: (code: string) => void): void {
  limitConnections(server, refused);
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => hangUp(error, socket, refused));
}

export function limitConnections(server: Server, refused: (code: string) => void): void {
  server.maxConnections = CONNECTIONS_MAX;
  server.on("drop", () => refused("too-many-connections"));
}

/** Answers what the HTTP parser or its clock refused, and closes the connection. */
export function hangUp(error: NodeJS.ErrnoException, socket: Duplex, refused: (code: string) => void): void {
  // Who has gone was not refused.
  if (error.code === "ECONNRESET" || error.code === "EPIPE" || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, ...body } = nonsense(error.code ?? "");
  refused(body.code);
  const text = JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_WORDS[status]}`,
    "Connection: close",
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(text)}`,
  ];
  // Ours to close: whoever drips would otherwise keep its half open.
  socket.end(`${head.join("\r\n")}\r\n\r\n${text}`, () => socket.destroy());
}

const STATUS_WORDS: Readonly<Record<number, string>> = {
  400: "Bad Request",
  408: "Request Timeout",
  431: "Request Header Fields Too Large",
};

function nonsense(code: string): Refusal {
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") {
    return { status: 408, code: "too-slow", says: "the request did not arrive in time", hint: "send it at once" };
  }
  if (code === "HPE_HEADER_OVERFLOW") {
    return {
      status: 431,
      code: "headers-too-large",
      says: `at most ${HTTP_DOOR.maxHeaderSize} bytes of headers`,
      hint: "send fewer or shorter headers",
    };
  }
  return { status: 400, code: "not-http", says: "this is not HTTP/1.1", hint: "send a request as curl does" };
}
