/**
 * The numbers of DNS on the wire (RFC 1035, 6891, 7871, 9460), as far as an authoritative server of addresses needs them.
 * Queries are read and answers written by hand here and in query.ts and response.ts: the question must go back byte for
 * byte (0x20, odd labels), and only a question and an OPT record have to be understood of what strangers send. Tests hold
 * it against dns-packet.
 */
export const TYPE = { A: 1, NS: 2, CNAME: 5, SOA: 6, AAAA: 28, OPT: 41, HTTPS: 65, ANY: 255 } as const;
/** Transfers and other meta types that are not questions for data (RFC 6895); ANY is. */
export const META_TYPE_FIRST = 128;
export const META_TYPE_LAST = 254;

export const CLASS_IN = 1;
export const CLASS_ANY = 255;

export const RCODE = { ok: 0, formatError: 1, nameError: 3, notImplemented: 4, refused: 5, badVersion: 16 } as const;
export type Rcode = (typeof RCODE)[keyof typeof RCODE];

export const FLAG = { response: 0x8000, authoritative: 0x0400, truncated: 0x0200, recursionDesired: 0x0100 } as const;
export const OPCODE_MASK = 0x7800;

export const HEADER_BYTES = 12;
export const NAME_BYTES_MAX = 255;
export const LABEL_BYTES_MAX = 63;

export const EDNS_CLIENT_SUBNET = 8;
/** What a client without EDNS can take in one datagram. */
export const UDP_BYTES_PLAIN = 512;
/** Fits every path without fragments (DNS flag day 2020). */
export const UDP_BYTES_MAX = 1232;
/** What the two length bytes of TCP can say. */
export const TCP_BYTES_MAX = 65_535;
