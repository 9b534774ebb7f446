import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

/** The server's end of a WebSocket (RFC 6455), as much of it as Slack's Socket Mode uses: text, ping, pong and close. */
export type MadeSocket = {
  send(value: unknown): void;
  /** Goes away without a word, as a network does. */
  drop(): void;
};

export function acceptSocket(
  request: IncomingMessage,
  socket: Duplex,
  on: { readonly text: (text: string) => void; readonly closed: () => void },
): MadeSocket {
  const key = request.headers["sec-websocket-key"] ?? "";
  const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
  socket.write(
    [
      "HTTP/1.1 101 Switching Protocols",
      "Upgrade: websocket",
      "Connection: Upgrade",
      `Sec-WebSocket-Accept: ${accept}`,
      "\r\n",
    ].join("\r\n"),
  );
  let held = Buffer.alloc(0);
  socket.on("data", (chunk: Buffer) => {
    held = Buffer.concat([held, chunk]);
    for (;;) {
      const frame = frameOf(held);
      if (frame === null) return;
      held = held.subarray(frame.bytes);
      if (frame.opcode === TEXT) on.text(frame.payload.toString("utf8"));
      if (frame.opcode === PING) socket.write(framed(PONG, frame.payload));
      if (frame.opcode === CLOSE) socket.end(framed(CLOSE, frame.payload));
    }
  });
  socket.on("error", () => {}).on("close", on.closed);
  return {
    send: (value) => void socket.write(framed(TEXT, Buffer.from(JSON.stringify(value)))),
    drop: () => void socket.destroy(),
  };
}

const [TEXT, CLOSE, PING, PONG] = [1, 8, 9, 10];

function framed(opcode: number, payload: Uint8Array): Buffer {
  const { length } = payload;
  const head =
    length < 126
      ? Buffer.from([0x80 | opcode, length])
      : length < 65_536
        ? Buffer.from([0x80 | opcode, 126, length >> 8, length & 255])
        : Buffer.concat([Buffer.from([0x80 | opcode, 127, 0, 0, 0, 0]), uint32(length)]);
  return Buffer.concat([head, payload]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** The first whole frame of what has come; clients mask what they send. */
function frameOf(bytes: Buffer): { readonly opcode: number; readonly payload: Buffer; readonly bytes: number } | null {
  if (bytes.length < 2) return null;
  const short = bytes[1]! & 127;
  const extra = short === 126 ? 2 : short === 127 ? 8 : 0;
  const start = 2 + extra + 4;
  if (bytes.length < start) return null;
  const length = extra === 0 ? short : extra === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  if (bytes.length < start + length) return null;
  const mask = bytes.subarray(start - 4, start);
  const payload = Buffer.from(bytes.subarray(start, start + length)).map((byte, index) => byte ^ mask[index % 4]!);
  return { opcode: bytes[0]! & 15, payload: Buffer.from(payload), bytes: start + length };
}
