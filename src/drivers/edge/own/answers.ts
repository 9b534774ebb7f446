import type { ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { problem, type EdgeAnswer } from "../exchange.ts";
import { RETRY_AFTER_SECONDS } from "../refusals.ts";

/** What the edge says itself. */
export const setApart = (): EdgeAnswer =>
  problem({
    status: 503,
    code: "set-apart",
    title: "Not served for now",
    detail: "This part of the traffic is set apart and not served anywhere for now.",
    hint: `try again in ${RETRY_AFTER_SECONDS} s`,
    headers: { "retry-after": String(RETRY_AFTER_SECONDS) },
  });

export function reply(response: ServerResponse, location: string, { status, headers, body }: EdgeAnswer): void {
  if (response.headersSent || response.destroyed) return;
  response
    .writeHead(status, { ...headers, "x-location": location, "content-length": Buffer.byteLength(body) })
    .end(body);
}

export const responseOf = (location: string, { status, headers, body }: EdgeAnswer): Response =>
  new Response(String(body), { status, headers: { ...headers, "x-location": location } });

/** To a socket that switched, or whose bytes never became a request. */
export function refuseSocket(socket: Duplex, status: string): void {
  if (!socket.writable) return void socket.destroy();
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`, () => socket.destroy());
}

/** Of what Node's parser gave up on, by its code. */
export function nonsenseStatus(code: string): string {
  if (code === "HPE_HEADER_OVERFLOW") return "431 Request Header Fields Too Large";
  return code === "ERR_HTTP_REQUEST_TIMEOUT" ? "408 Request Timeout" : "400 Bad Request";
}
