/**
 * The name that a TLS client asks for (server_name, RFC 6066), read from its first record without answering it (RFC 8446, 4.1.2), so that the
 * connection can be handed on as it is. With Encrypted Client Hello it is the outer name.
 */
export type ServerName =
  | { readonly kind: "more" }
  /** Null: a hello that names nobody. */
  | { readonly kind: "name"; readonly name: string | null }
  | { readonly kind: "bad" };

const RECORD_HEAD = 5;
/** A record is at most so long; a hello that needs more than one is nobody's. */
const RECORD_BYTES_MAX = 16_384;
const HANDSHAKE = 22;
const CLIENT_HELLO = 1;
const SERVER_NAME = 0;

export function serverName(bytes: Buffer): ServerName {
  if (bytes.length > 0 && bytes[0] !== HANDSHAKE) return BAD;
  if (bytes.length < RECORD_HEAD) return { kind: "more" };
  const length = bytes.readUInt16BE(3);
  if (bytes[1] !== 3 || length > RECORD_BYTES_MAX || length < 4) return BAD;
  if (bytes.length < RECORD_HEAD + length) return { kind: "more" };
  const hello = reader(bytes.subarray(RECORD_HEAD, RECORD_HEAD + length));
  if (hello.number(1) !== CLIENT_HELLO) return BAD;
  const body = hello.part(3);
  // Version and random.
  body.skip(34);
  body.part(1);
  body.part(2);
  body.part(1);
  const extensions = body.part(2);
  let name: string | null = null;
  while (extensions.left() > 0 && !extensions.isBad()) {
    const type = extensions.number(2);
    const extension = extensions.part(2);
    if (type !== SERVER_NAME || name !== null) continue;
    const list = extension.part(2);
    if (list.number(1) !== 0) return BAD;
    name = list.text(2);
  }
  if (body.isBad() || extensions.isBad() || (name !== null && !NAME.test(name))) return BAD;
  return { kind: "name", name: name?.toLowerCase() ?? null };
}

const BAD: ServerName = { kind: "bad" };
const NAME = /^[A-Za-z0-9_.-]{1,253}$/;

type Reader = {
  left(): number;
  isBad(): boolean;
  skip(bytes: number): void;
  number(bytes: number): number;
  /** What follows a length of so many bytes. */
  part(lengthBytes: number): Reader;
  text(lengthBytes: number): string;
};

/** Reading past the end gives nothing, and is remembered. */
function reader(bytes: Buffer, wasBad = false): Reader {
  let at = 0;
  let isBad = wasBad;
  const take = (count: number): Buffer => {
    if (at + count > bytes.length) isBad = true;
    const taken = isBad ? bytes.subarray(0, 0) : bytes.subarray(at, at + count);
    at += taken.length;
    return taken;
  };
  const number = (count: number): number => take(count).reduce((sum, byte) => sum * 256 + byte, 0);
  const partBytes = (lengthBytes: number): Buffer => take(number(lengthBytes));
  return {
    left: () => bytes.length - at,
    isBad: () => isBad,
    skip: (count) => void take(count),
    number,
    part: (lengthBytes) => reader(partBytes(lengthBytes), isBad),
    text: (lengthBytes) => partBytes(lengthBytes).toString("latin1"),
  };
}
