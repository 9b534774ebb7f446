/** What browsers may know before they connect (RFC 9460): one record for each name, of the same places as its A and AAAA. */
export type HttpsSettings = {
  /** Protocols in the order of preference: `h3`, `h2`. */
  readonly alpn: readonly string[];
  /** Absent: 443. */
  readonly port?: number | undefined;
  /** Names that only say where else to look (AliasMode), such as a domain's top that can't be a CNAME. */
  readonly aliases: Readonly<Record<string, string>>;
};

/** Keys of RFC 9460, section 14.3.2; they are written in ascending order. */
const KEY = { alpn: 1, port: 3, ipv4hint: 4, ipv6hint: 6 } as const;

/** The parameters as they go on the wire; a hint without addresses is left out, for an empty one is malformed. */
export function serviceParams(
  { alpn, port }: Pick<HttpsSettings, "alpn" | "port">,
  hints: { readonly v4: readonly Uint8Array[]; readonly v6: readonly Uint8Array[] },
): Buffer {
  const parts = [
    param(
      KEY.alpn,
      alpn.map((each) => Buffer.concat([Buffer.of(each.length), Buffer.from(each, "latin1")])),
    ),
  ];
  if (port !== undefined) parts.push(param(KEY.port, [Buffer.of(port >> 8, port & 0xff)]));
  if (hints.v4.length > 0) parts.push(param(KEY.ipv4hint, hints.v4));
  if (hints.v6.length > 0) parts.push(param(KEY.ipv6hint, hints.v6));
  return Buffer.concat(parts);
}

function param(key: number, values: readonly Uint8Array[]): Buffer {
  const value = Buffer.concat(values);
  const head = Buffer.alloc(4);
  head.writeUInt16BE(key, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value]);
}
