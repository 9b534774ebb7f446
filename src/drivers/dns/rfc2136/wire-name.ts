import { assert } from "../../../core/errors.ts";

const LABEL_BYTES_MAX = 63;
const NAME_BYTES_MAX = 255;

/** A name as it goes over the wire: in small letters, nothing compressed (RFC 1035, 3.1). */
export function nameBytes(name: string): Buffer {
  const labels = name === "" ? [] : name.toLowerCase().split(".");
  const parts = labels.map((label) => Buffer.from(label, "ascii"));
  assert(
    parts.every((part) => part.length > 0 && part.length <= LABEL_BYTES_MAX),
    `${name}: a label of no or more than ${LABEL_BYTES_MAX} bytes`,
  );
  const bytes = Buffer.concat([...parts.flatMap((part) => [Buffer.of(part.length), part]), Buffer.of(0)]);
  assert(bytes.length <= NAME_BYTES_MAX, `${name}: longer than ${NAME_BYTES_MAX} bytes`);
  return bytes;
}

/** Where what follows a name begins. A pointer ends it. Throws `RangeError` past the end of the message. */
export function skipName(message: Buffer, at: number): number {
  for (;;) {
    const length = message.readUInt8(at);
    if (length >= 0xc0) return at + 2;
    if (length === 0) return at + 1;
    at += 1 + length;
  }
}
