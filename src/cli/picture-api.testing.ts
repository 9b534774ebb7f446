import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ControlView } from "../core/control-contract.ts";
import type { TimelineEntry } from "../drivers/chat/timeline.ts";
import { statusFor } from "./made-views.testing.ts";

/** A Houston of pictures made by hand, for tests of the faces: it shows what it is told to show. */
export type PictureApi = {
  readonly api: string;
  show(view: ControlView): void;
  say(entry: TimelineEntry): void;
  /** The orders that came. */
  readonly orders: unknown[];
  /** Every other answer, by path without the query. */
  readonly answers: Map<string, unknown>;
  /** Breaks every connection, and each new one at once, until `back()`. The port stays ours: another test might take it. */
  die(): void;
  back(): void;
  /** How many came while it was dead. */
  readonly tries: () => number;
  stop(): Promise<void>;
  readonly readers: () => number;
};

export async function pictureApi(first: ControlView): Promise<PictureApi> {
  let view = first;
  const entries: TimelineEntry[] = [];
  const readers = new Set<ServerResponse>();
  const orders: unknown[] = [];
  const answers = new Map<string, unknown>();
  const send = (event: string, data: unknown): void => {
    for (const reader of readers) reader.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };

  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://houston");
    const answer = (status: number, body: unknown): void =>
      void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (pathname === "/api/stream") {
      response.writeHead(200, { "content-type": "text/event-stream" });
      readers.add(response);
      response.on("close", () => readers.delete(response));
      response.write(`event: view\ndata: ${JSON.stringify(view)}\n\n`);
    } else if (pathname === "/api/orders") {
      new Response(request as unknown as ReadableStream).json().then(
        (body) => {
          orders.push(body);
          return answer(200, { accepted: true, words: [{ at: view.at, level: "info", what: "held" }], reasons: [] });
        },
        () => request.destroy(),
      );
    } else if (pathname === "/api/status") answer(200, statusFor(view));
    else if (pathname === "/api/view") answer(200, view);
    else if (pathname === "/api/timeline") {
      const since = Number(searchParams.get("since") ?? 0);
      answer(200, { entries: entries.filter(({ at }) => at >= since) });
    } else if (answers.has(pathname)) answer(200, answers.get(pathname));
    else answer(404, { code: "not-found", says: `${pathname} is not served here`, hint: "see GET /" });
  });
  let dead = false;
  let tries = 0;
  server.on("connection", (socket) => {
    if (!dead) return;
    tries += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;

  return {
    api: `http://127.0.0.1:${port}`,
    orders,
    answers,
    readers: () => readers.size,
    show(next) {
      view = next;
      send("view", view);
    },
    say(entry) {
      entries.push(entry);
      send("words", entry);
    },
    die() {
      dead = true;
      tries = 0;
      server.closeAllConnections();
    },
    back: () => void (dead = false),
    tries: () => tries,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
