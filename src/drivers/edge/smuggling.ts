import type { IncomingMessage } from "node:http";

/**
 * What two servers in a row may read differently, so that one sees a request where the other sees a body: the kind of it, by which it is
 * refused and counted; null: there is one way to read it. Node's parser refuses most before this (two lengths, length and chunks, folded
 * lines, bare line feeds, codings that do not end in `chunked`); these it lets through. Chunk extensions are read and never passed on.
 */
export function ambiguity(
  request: Pick<IncomingMessage, "url" | "httpVersion" | "headers" | "rawHeaders">,
): string | null {
  const coding = request.headers["transfer-encoding"];
  if (coding !== undefined) {
    if (coding.toLowerCase() !== "chunked") return "transfer-encoding";
    if (request.httpVersion !== "1.1") return "chunks-before-http-1.1";
    if (request.headers["content-length"] !== undefined) return "two-lengths";
  }
  // `GET http://one/` with `Host: two`: which of them was meant is told differently by different servers.
  if (!request.url?.startsWith("/") && request.url !== "*") return "absolute-target";
  return timesOf("host", request.rawHeaders) > 1 ? "two-hosts" : null;
}

function timesOf(name: string, rawHeaders: readonly string[]): number {
  let times = 0;
  for (let at = 0; at < rawHeaders.length; at += 2)
    if (rawHeaders[at]!.length === name.length && rawHeaders[at]!.toLowerCase() === name) times += 1;
  return times;
}
