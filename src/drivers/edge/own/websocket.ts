/**
 * Follows a WebSocket's frames (RFC 6455, section 5.2) as bytes stream by, so that a close of our own can be put between two of them. It reads
 * the lengths and nothing else: payloads pass as they are.
 */
export type FrameFollower = {
  passed(bytes: Uint8Array): void;
  /** Nothing of a frame is under way. */
  readonly isBetween: boolean;
};

/** Extended lengths and a mask: a frame's head is 2 to 14 bytes. */
const LENGTH_16 = 126;
const LENGTH_64 = 127;

export function frameFollower(): FrameFollower {
  const head: number[] = [];
  let payloadLeft = 0;
  return {
    get isBetween() {
      return head.length === 0 && payloadLeft === 0;
    },
    passed(bytes) {
      for (let at = 0; at < bytes.length;) {
        if (payloadLeft > 0) {
          const taken = Math.min(payloadLeft, bytes.length - at);
          payloadLeft -= taken;
          at += taken;
          continue;
        }
        head.push(bytes[at++]!);
        const length = payloadLength(head);
        if (length === null) continue;
        head.length = 0;
        payloadLeft = length;
      }
    },
  };
}

/** Null: the head is not whole yet. */
function payloadLength(head: readonly number[]): number | null {
  if (head.length < 2) return null;
  const short = head[1]! & 0x7f;
  const lengthBytes = short === LENGTH_16 ? 2 : short === LENGTH_64 ? 8 : 0;
  const maskBytes = head[1]! & 0x80 ? 4 : 0;
  if (head.length < 2 + lengthBytes + maskBytes) return null;
  if (lengthBytes === 0) return short;
  let length = 0;
  for (let at = 2; at < 2 + lengthBytes; at += 1) length = length * 256 + head[at]!;
  return length;
}

/** A close as a server sends it, without a mask; the reason is at most 123 bytes of UTF-8. */
export function closeFrame(code: number, reason: string): Buffer {
  const text = Buffer.from(reason).subarray(0, 123);
  const frame = Buffer.alloc(4 + text.length);
  frame[0] = 0x88;
  frame[1] = 2 + text.length;
  frame.writeUInt16BE(code, 2);
  text.copy(frame, 4);
  return frame;
}
