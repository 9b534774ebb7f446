import { connect } from "node:net";

export type ServerAddress = { readonly host: string; readonly port: number };

const DNS_PORT = 53;

/** `192.0.2.53`, `192.0.2.53:5353`, `[2001:db8::53]:5353`. */
export function readServerAddress(text: string): ServerAddress {
  const found = /^(?:\[(?<v6>[^\]]+)\]|(?<v4>[^:]+))(?::(?<port>\d+))?$/.exec(text)?.groups;
  return { host: found?.["v6"] ?? found?.["v4"] ?? text, port: Number(found?.["port"] ?? DNS_PORT) };
}

/** A zone's answers about our names are a few kB; a server that sends on and on is not listened to for ever. */
const BYTES_MAX = 16 * 1024 * 1024;
/** Its length has two bytes (RFC 1035, 4.2.2). */
export const MESSAGE_BYTES_MAX = 65_535;
/** Servers close a connection that asks much at once. */
const IN_FLIGHT_MAX = 32;

/**
 * Asks a server several things over one connection (RFC 7766), and gives the answers in their order, each by its id. Throws when
 * the connection fails, closes early, or `signal` ends it.
 */
export async function overTcp(
  server: ServerAddress,
  messages: readonly Buffer[],
  signal: AbortSignal,
): Promise<readonly Buffer[]> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<readonly Buffer[]>();
  const waiting = new Map(messages.map((message, index) => [message.readUInt16BE(0), index]));
  const answers: Buffer[] = [];
  const chunks: Buffer[] = [];
  let bytes = 0;
  let sent = 0;
  let got = 0;
  const socket = connect(server);
  const fail = (error: Error): void => {
    socket.destroy();
    reject(error);
  };
  const abort = (): void => fail(signal.reason instanceof Error ? signal.reason : new Error("aborted"));
  const send = (): void => {
    while (sent < messages.length && sent - got < IN_FLIGHT_MAX) {
      const message = messages[sent++]!;
      const length = Buffer.alloc(2);
      length.writeUInt16BE(message.length);
      socket.write(Buffer.concat([length, message]));
    }
  };
  const take = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (bytes > BYTES_MAX) return fail(new Error(`more than ${BYTES_MAX} bytes were answered`));
    let rest = Buffer.concat([...chunks.splice(0), chunk]);
    while (rest.length >= 2 && rest.length >= 2 + rest.readUInt16BE(0)) {
      const message = rest.subarray(2, 2 + rest.readUInt16BE(0));
      rest = rest.subarray(2 + message.length);
      const index = message.length < 2 ? undefined : waiting.get(message.readUInt16BE(0));
      if (index === undefined) continue;
      waiting.delete(message.readUInt16BE(0));
      answers[index] = message;
      got += 1;
    }
    if (rest.length > 0) chunks.push(rest);
    if (waiting.size > 0) return send();
    resolve(answers);
    socket.end();
  };
  signal.addEventListener("abort", abort, { once: true });
  socket.setNoDelay(true);
  socket.on("connect", send);
  socket.on("data", take);
  socket.on("error", fail);
  socket.on("close", () => reject(new Error(`${server.host} closed the connection before it had answered`)));
  try {
    return await promise;
  } finally {
    signal.removeEventListener("abort", abort);
    socket.destroy();
  }
}
