import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import { listening } from "./asked-edge.testing.ts";

/**
 * The application of a location in a test: it says where it is and what it was sent; for `/slowly` its answer begins at once and ends a second
 * later; an event stream says one thing, a WebSocket what it is told, and both stay open.
 */
export type AskedApplication = {
  readonly port: number;
  /** How it answers from now on; whatever it does, it has carried out what it was asked. */
  behave(how: Behaviour): void;
  /** Methods and bodies that it was sent since this was last asked, in order. */
  takeCarriedOut(): readonly string[];
  stop(): Promise<void>;
};

export type Behaviour = "well" | "errs" | "silent";

/** Longer than a table takes to be applied. */
const SLOWLY_MS = 1000;
/** RFC 6455, 1.3. */
const WEBSOCKET = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

export async function askedApplication(location: string, address: string): Promise<AskedApplication> {
  let behaviour: Behaviour = "well";
  const carriedOut: string[] = [];
  const open = new Set<Duplex>();
  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(incoming);
    carriedOut.push(`${incoming.method}${body === "" ? "" : ` ${body}`}`);
    if (behaviour === "silent") return;
    response.statusCode = behaviour === "errs" ? 500 : 200;
    if (incoming.headers.accept === "text/event-stream" && behaviour === "well") {
      response.setHeader("content-type", "text/event-stream");
      return void response.write("data: 1\n\n");
    }
    response.setHeader("content-type", "application/json");
    const says = JSON.stringify({ location, headers: incoming.headers, from: incoming.socket.remoteAddress });
    if (incoming.url !== "/slowly") return void response.end(says);
    response.flushHeaders();
    setTimeout(() => response.end(says), SLOWLY_MS);
  };
  // Who asks may break off.
  const server = createServer((incoming, response) => void answer(incoming, response).catch(() => {}));
  server.on("upgrade", (incoming, socket) => {
    open.add(socket.on("error", () => {}));
    const accept = createHash("sha1").update(`${incoming.headers["sec-websocket-key"]}${WEBSOCKET}`).digest("base64");
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`,
    );
    socket.on("data", (data: Buffer) => void socket.write(data));
  });
  return {
    port: await listening(server, address),
    behave: (how) => void (behaviour = how),
    takeCarriedOut: () => carriedOut.splice(0),
    async stop() {
      server.closeAllConnections();
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => void server.close(resolve));
    },
  };
}
