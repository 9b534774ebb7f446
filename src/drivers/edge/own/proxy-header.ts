import { addressBytes } from "../../dns/zone-lookup.ts";

/**
 * The PROXY protocol, version 2 (haproxy.org/download/2.8/doc/proxy-protocol.txt, section 2.2): what a load balancer that does not read
 * HTTP says first on each connection, so that the one behind it knows who the user is.
 */
export type ProxyHeader =
  /** It may still become one. */
  | { readonly kind: "more" }
  | { readonly kind: "bad"; readonly why: string }
  /**
   * `from` null: the balancer speaks for itself, as when it looks whether we live. `isHandedOn`: another edge of ours wrote it. `bytes` is
   * what the header took.
   */
  | { readonly kind: "header"; readonly from: Endpoint | null; readonly isHandedOn: boolean; readonly bytes: number };

export type Endpoint = { readonly address: string; readonly port: number };

const SIGNATURE = Buffer.from("0d0a0d0a000d0a515549540a", "hex");
const HEAD_BYTES = 16;
/** Addresses of sockets are the longest that the protocol has (216 bytes); what balancers add in TLVs stays well below this. */
const BODY_BYTES_MAX = 2048;
/** A TLV of ours (0xE0 to 0xEF are every application's own, section 2.2.8): an edge handed it on, and it is to stay where it comes. */
const HANDED_ON = Buffer.from([0xe0, 0, 2, 0x72, 0x70]);

export function readProxyHeader(bytes: Buffer): ProxyHeader {
  const seen = Math.min(bytes.length, SIGNATURE.length);
  if (bytes.compare(SIGNATURE, 0, seen, 0, seen) !== 0) return { kind: "bad", why: "not-proxy-v2" };
  if (bytes.length < HEAD_BYTES) return { kind: "more" };
  const command = bytes[12]!;
  if (command >> 4 !== 2) return { kind: "bad", why: "proxy-version" };
  const length = bytes.readUInt16BE(14);
  if (length > BODY_BYTES_MAX) return { kind: "bad", why: "proxy-too-long" };
  const whole = HEAD_BYTES + length;
  if (bytes.length < whole) return { kind: "more" };
  const header = (from: Endpoint | null, addressBytes: number): ProxyHeader => ({
    kind: "header",
    from,
    isHandedOn: saysHandedOn(bytes.subarray(HEAD_BYTES + addressBytes, whole)),
    bytes: whole,
  });
  if ((command & 15) === 0) return { kind: "header", from: null, isHandedOn: false, bytes: whole };
  if ((command & 15) !== 1) return { kind: "bad", why: "proxy-command" };
  switch (bytes[13]!) {
    case 0x11:
      return length < 12 ? SHORT : header(endpoint(bytes, 4, 24), 12);
    case 0x21:
      return length < 36 ? SHORT : header(endpoint(bytes, 16, 48), 36);
    case 0x00:
      // UNSPEC: nobody is named.
      return header(null, 0);
    default:
      return { kind: "bad", why: "proxy-family" };
  }
}

const SHORT: ProxyHeader = { kind: "bad", why: "proxy-too-short" };

function endpoint(bytes: Buffer, size: 4 | 16, portAt: number): Endpoint {
  const part = bytes.subarray(HEAD_BYTES, HEAD_BYTES + size);
  const address =
    size === 4
      ? part.join(".")
      : Array.from({ length: 8 }, (_, index) => part.readUInt16BE(index * 2).toString(16)).join(":");
  return { address, port: bytes.readUInt16BE(portAt) };
}

function saysHandedOn(added: Buffer): boolean {
  for (let at = 0; at + 3 <= added.length; at += 3 + added.readUInt16BE(at + 1))
    if (added.subarray(at, at + HANDED_ON.length).equals(HANDED_ON)) return true;
  return false;
}

/** For a connection from `from` that came in at `to`, and that is handed on to another edge of ours, or to a server; of two families the addresses are told as none. */
export function proxyHeader(from: Endpoint, to: Endpoint, whom: "edge" | "server"): Buffer {
  const added = whom === "edge" ? HANDED_ON : Buffer.alloc(0);
  const [source, destination] = [addressBytes(from.address), addressBytes(to.address)];
  if (source === null || destination === null || source.length !== destination.length)
    return Buffer.concat([SIGNATURE, Buffer.from([0x21, 0x00, 0, added.length]), added]);
  const ports = Buffer.alloc(4);
  ports.writeUInt16BE(from.port, 0);
  ports.writeUInt16BE(to.port, 2);
  const length = source.length * 2 + 4 + added.length;
  const head = Buffer.from([0x21, source.length === 4 ? 0x11 : 0x21, length >> 8, length & 255]);
  return Buffer.concat([SIGNATURE, head, source, destination, ports, added]);
}
