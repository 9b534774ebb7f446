import { createHmac, timingSafeEqual } from "node:crypto";
import { nameBytes, skipName } from "./wire-name.ts";

/** A shared key of RFC 8945. */
export type TsigKey = {
  readonly name: string;
  readonly algorithm: "hmac-sha256" | "hmac-sha384" | "hmac-sha512";
  readonly secret: Uint8Array;
};

/** A signed message, and the MAC that its answer is signed over. */
export type Signed = { readonly message: Buffer; readonly mac: Buffer };

/** What an answer's signature says. `error` is the server's own word (RFC 8945, 5.2). */
export type Verified =
  | { readonly kind: "good" }
  | { readonly kind: "error"; readonly error: "BADSIG" | "BADKEY" | "BADTIME" | "BADTRUNC" }
  | { readonly kind: "unsigned" }
  | { readonly kind: "bad"; readonly says: string };

const TYPE_TSIG = 250;
const CLASS_ANY = 255;
/** As BIND's nsupdate: clocks may differ by so much. */
const FUDGE_SECONDS = 300;
const HEADER_BYTES = 12;

/** Signs a message (RFC 8945, 4.3 and 5.1). */
export function sign(message: Buffer, key: TsigKey, seconds: number): Signed {
  const mac = macOf(
    [message, variables(key, { seconds, fudge: FUDGE_SECONDS, error: 0, other: Buffer.alloc(0) })],
    key,
  );
  const fixed = Buffer.alloc(16);
  fixed.writeUIntBE(seconds, 0, 6);
  fixed.writeUInt16BE(FUDGE_SECONDS, 6);
  fixed.writeUInt16BE(mac.length, 8);
  const tail = Buffer.alloc(6);
  message.copy(tail, 0, 0, 2);
  const data = Buffer.concat([nameBytes(key.algorithm), fixed.subarray(0, 10), mac, tail]);
  const head = Buffer.alloc(10);
  head.writeUInt16BE(TYPE_TSIG, 0);
  head.writeUInt16BE(CLASS_ANY, 2);
  head.writeUInt16BE(data.length, 8);
  const signed = Buffer.concat([message, nameBytes(key.name), head, data]);
  signed.writeUInt16BE(message.readUInt16BE(10) + 1, 10);
  return { message: signed, mac };
}

/** Checks an answer to a signed message (RFC 8945, 5.3). Takes whatever came over the wire. */
export function verify(
  answer: Buffer,
  { key, mac, seconds }: { readonly key: TsigKey; readonly mac: Buffer; readonly seconds: number },
): Verified {
  const found = findTsig(answer);
  if (found === null) return { kind: "unsigned" };
  const { at, record } = found;
  const error = ERRORS.get(record.error);
  // A server that doesn't know the key, or takes the signature for a wrong one, can't sign its answer.
  if (error === "BADKEY" || error === "BADSIG") return { kind: "error", error };
  const unsigned = Buffer.from(answer.subarray(0, at));
  unsigned.writeUInt16BE(unsigned.readUInt16BE(10) - 1, 10);
  unsigned.writeUInt16BE(record.originalId, 0);
  const macLength = Buffer.alloc(2);
  macLength.writeUInt16BE(mac.length);
  const expected = macOf([macLength, mac, unsigned, variables(key, record)], key);
  if (expected.length !== record.mac.length || !timingSafeEqual(expected, record.mac))
    return { kind: "bad", says: "its signature is not made with our key" };
  if (error !== undefined) return { kind: "error", error };
  if (Math.abs(record.seconds - seconds) > record.fudge) return { kind: "bad", says: "it was signed at another time" };
  return { kind: "good" };
}

const ERRORS: ReadonlyMap<number, "BADSIG" | "BADKEY" | "BADTIME" | "BADTRUNC"> = new Map([
  [16, "BADSIG"],
  [17, "BADKEY"],
  [18, "BADTIME"],
  [22, "BADTRUNC"],
]);

type Variables = { readonly seconds: number; readonly fudge: number; readonly error: number; readonly other: Buffer };
type TsigRecord = Variables & { readonly mac: Buffer; readonly originalId: number };

/** RFC 8945, 4.3.3: names in small letters, nothing compressed. */
function variables(key: TsigKey, { seconds, fudge, error, other }: Variables): Buffer {
  const head = Buffer.alloc(6);
  head.writeUInt16BE(CLASS_ANY, 0);
  const fixed = Buffer.alloc(12);
  fixed.writeUIntBE(seconds, 0, 6);
  fixed.writeUInt16BE(fudge, 6);
  fixed.writeUInt16BE(error, 8);
  fixed.writeUInt16BE(other.length, 10);
  return Buffer.concat([nameBytes(key.name), head, nameBytes(key.algorithm), fixed, other]);
}

function macOf(parts: readonly Buffer[], { algorithm, secret }: TsigKey): Buffer {
  const hmac = createHmac(algorithm.slice("hmac-".length), secret);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
}

/** The signature is the last record (RFC 8945, 5.1). Null: there is none, or the message ends too early. */
function findTsig(answer: Buffer): { readonly at: number; readonly record: TsigRecord } | null {
  try {
    let at = HEADER_BYTES;
    for (let left = answer.readUInt16BE(4); left > 0; left--) at = skipName(answer, at) + 4;
    let records = answer.readUInt16BE(6) + answer.readUInt16BE(8) + answer.readUInt16BE(10);
    if (answer.readUInt16BE(10) === 0) return null;
    for (; records > 1; records--) {
      at = skipName(answer, at);
      at += 10 + answer.readUInt16BE(at + 8);
    }
    const fixed = skipName(answer, at);
    if (answer.readUInt16BE(fixed) !== TYPE_TSIG) return null;
    const data = skipName(answer, fixed + 10);
    const macBytes = answer.readUInt16BE(data + 8);
    const tail = data + 10 + macBytes;
    const record = {
      seconds: answer.readUIntBE(data, 6),
      fudge: answer.readUInt16BE(data + 6),
      mac: answer.subarray(data + 10, tail),
      originalId: answer.readUInt16BE(tail),
      error: answer.readUInt16BE(tail + 2),
      other: answer.subarray(tail + 6, tail + 6 + answer.readUInt16BE(tail + 4)),
    };
    return { at, record };
  } catch (error) {
    // Reading past the end of what came.
    if (error instanceof RangeError) return null;
    throw error;
  }
}
