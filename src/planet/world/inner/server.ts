import { createServer, type Socket } from "node:net";
import { answerText, readMessage, toRequest, type InnerAnswer, type InnerRequest } from "./message.ts";

export type InnerHandler = (request: InnerRequest, from: string) => InnerAnswer | Promise<InnerAnswer>;
export type InnerServer = { readonly address: string; readonly port: number; stop(): Promise<void> };

/** Callers keep a few dozen connections each; more than this is a leak, and is refused. */
const CONNECTIONS_MAX = 2000;

/** A service's front door: one request at a time on each connection, which stays open. */
export function innerServer(options: {
  readonly address: string;
  readonly port: number;
  readonly handle: InnerHandler;
}): Promise<InnerServer> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    // A caller that gave up is its own affair.
    socket.on("error", () => socket.destroy());
    converse(socket, options.handle);
  });
  server.maxConnections = CONNECTIONS_MAX;
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.address, () => {
      const bound = server.address();
      resolve({
        address: options.address,
        port: typeof bound === "object" && bound ? bound.port : options.port,
        stop: () =>
          new Promise((done) => {
            server.close(() => done());
            for (const socket of sockets) socket.destroy();
          }),
      });
    });
  });
}

function converse(socket: Socket, handle: InnerHandler): void {
  let waiting: Buffer | null = null;
  let busy = false;
  const from = socket.remoteAddress ?? "";

  const send = (answer: InnerAnswer): void => {
    busy = false;
    if (socket.destroyed) return;
    socket.write(answerText(answer));
    if (waiting !== null) next();
  };
  const fail = (error: unknown): void => {
    send({
      status: 500,
      body: JSON.stringify({ code: "internal", detail: error instanceof Error ? error.message : String(error) }),
    });
  };
  const next = (): void => {
    if (busy || waiting === null) return;
    const message = readMessage(waiting);
    if (message === "more") return;
    const request = message === "broken" ? null : toRequest(message);
    if (message === "broken" || request === null) {
      socket.destroy();
      return;
    }
    waiting = message.bytes === waiting.length ? null : waiting.subarray(message.bytes);
    busy = true;
    try {
      const answer = handle(request, from);
      if (answer instanceof Promise) answer.then(send, fail);
      else send(answer);
    } catch (error) {
      fail(error);
    }
  };
  socket.on("data", (data: Buffer) => {
    waiting = waiting === null ? data : Buffer.concat([waiting, data]);
    next();
  });
}
