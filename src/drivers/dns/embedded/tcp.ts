import { createServer, type Server, type Socket } from "node:net";
import type { NameServerCounters } from "./counters.ts";
import { TCP_BYTES_MAX } from "./wire.ts";

export type TcpLimits = {
  readonly connectionsMax: number;
  /** A whole query must come within this time of the last one; a byte now and then does not count. */
  readonly idleMs: number;
};

/** Ten seconds is what resolvers keep (RFC 7766, section 6.2.3 asks for a few). */
export const TCP_LIMITS_USUAL: TcpLimits = { connectionsMax: 256, idleMs: 10_000 };

/** A client that asks and never reads is let go with this much unread. */
const UNSENT_BYTES_MAX = 4 * TCP_BYTES_MAX;

/** DNS over TCP: two bytes of length before each message, several queries on a connection (RFC 7766). */
export function makeTcpServer(options: {
  readonly limits: TcpLimits;
  readonly respond: (query: Buffer, from: string) => Buffer | null;
  readonly counters: NameServerCounters;
}): { readonly server: Server; closeAll(): void } {
  const { limits, respond, counters } = options;
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    counters.tcpConnections++;
    socket.on("error", () => socket.destroy());
    if (open.size >= limits.connectionsMax) {
      counters.tcpClosed++;
      socket.destroy();
      return;
    }
    open.add(socket);
    const from = socket.remoteAddress ?? "";
    const giveUp = (): void => {
      counters.tcpClosed++;
      socket.destroy();
    };
    const deadline = setTimeout(giveUp, limits.idleMs);
    socket.on("close", () => {
      clearTimeout(deadline);
      open.delete(socket);
    });
    let pending: Buffer = Buffer.alloc(0);
    socket.on("data", (chunk: Buffer) => {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      while (pending.length >= 2) {
        const length = pending.readUInt16BE(0);
        if (pending.length < 2 + length) break;
        const response = respond(pending.subarray(2, 2 + length), from);
        pending = pending.subarray(2 + length);
        deadline.refresh();
        if (response === null) return giveUp();
        socket.write(framed(response));
        if (socket.writableLength > UNSENT_BYTES_MAX) return giveUp();
      }
    });
  });
  // The kernel's own queue is short; beyond our limit new connections are closed at once, see above.
  server.on("error", () => counters.tcpClosed++);
  return {
    server,
    closeAll() {
      for (const socket of open) socket.destroy();
    },
  };
}

function framed(message: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(2 + message.length);
  bytes.writeUInt16BE(message.length, 0);
  message.copy(bytes, 2);
  return bytes;
}
