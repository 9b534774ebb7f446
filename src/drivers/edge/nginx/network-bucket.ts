import { BUCKETS } from "../../../core/estate.ts";
import { crc32OfBytes } from "../../../core/route/crc32.ts";

/**
 * The bucket of a user's network (core/route/host.ts) as maps of nginx's, which can't count: `$rp_network` is `00` to `FF`.
 *
 * Like a table of logarithms: what can't be worked out on the spot is looked up and put together. CRC-32 of a message is the exclusive or of
 * what each of its bytes adds by itself (https://en.wikipedia.org/wiki/Cyclic_redundancy_check#Properties), and of the sum only the last byte
 * is wanted: so there is a map of what each byte of the network adds, in two hexadecimal digits, and one that puts two digits together.
 *
 * 1. IPv4 has three bytes (/24), IPv6 six (/48); an IPv4 address that came over IPv6 is an IPv4 one.
 * 2. The first byte brings along what a message of nothing but zeros has.
 */
export function networkBucketMaps(): string {
  const bytes = BYTES.flatMap((_, position) => [byteMap(position), ...DIGITS.map((digit) => added(position, digit))]);
  const sums = BYTES.slice(1).flatMap((_, index) => DIGITS.map((digit) => sum(index + 1, digit)));
  const last = BYTES.length - 1;
  return [
    "# The bucket of a user's network: crc32 of it, mod 256. Made by `houston edge nginx --location LOCATION --files`.",
    ...GROUPS.map(groupMap),
    ...bytes,
    ...sums,
    `map $rp_sum${last}h $rp_network { default "$rp_sum${last}h$rp_sum${last}l"; }\n`,
  ].join("\n");
}

/** Positions of the network's bytes: the first three are those of IPv4 too. */
const BYTES = [0, 1, 2, 3, 4, 5];
const V4_BYTES = 3;
/** Of a byte's two hexadecimal digits: the high one, the low one. */
const DIGITS = ["h", "l"] as const;

/** The first three groups of an IPv6 address, as nginx writes it: without zeros in front, its longest run of zero groups as `::`. */
const GROUPS: readonly (readonly [regex: string, value: string])[][] = [
  [["^(?<rp_group0>[0-9a-f]+):", "$rp_group0"]],
  [["^[0-9a-f]+:(?<rp_group1>[0-9a-f]+)", "$rp_group1"]],
  [
    // The one way in which the run of zeros ends before the third group.
    ["^::(?<rp_group2a>[0-9a-f]+)(?::[0-9a-f]+){5}$", "$rp_group2a"],
    ["^[0-9a-f]+:[0-9a-f]+:(?<rp_group2b>[0-9a-f]+)", "$rp_group2b"],
  ],
];

const groupMap = (lines: (typeof GROUPS)[number], group: number): string =>
  map("$remote_addr", `$rp_g${group}`, [
    ["default", "0"],
    ...lines.map(([regex, value]): Line => [`"~${regex}"`, value]),
  ]);

/** `4:` and a decimal number, or `6:` and a hexadecimal one of one or two digits. */
function byteMap(position: number): string {
  const group = `$rp_g${Math.floor(position / 2)}`;
  const v6 = position % 2 === 0 ? `~^(?<rp_x${position}>..?)..$` : `~(?<rp_x${position}>..?)$`;
  const inV6 = map(group, `$rp_v6byte${position}`, [
    ["default", '"6:0"'],
    [`"${v6}"`, `"6:$rp_x${position}"`],
  ]);
  const parts = Array.from({ length: 4 }, (_, at) => (at === position ? `(?<rp_d${position}>\\d+)` : "\\d+"));
  const v4 = position < V4_BYTES ? `"4:$rp_d${position}"` : '"4:0"';
  const own = map("$remote_addr", `$rp_byte${position}`, [
    ["default", `$rp_v6byte${position}`],
    [`"~^(?:::ffff:)?${parts.join("\\.")}$"`, v4],
  ]);
  return `${inV6}\n${own}`;
}

function added(position: number, digit: "h" | "l"): string {
  const lines: Line[] = [["default", "0"]];
  const values = Array.from({ length: BUCKETS }, (_, byte) => byte);
  const of = (length: number, byte: number): string => digitOf(adds({ length, position, byte }), digit);
  if (position < V4_BYTES) lines.push(...values.map((byte): Line => [`4:${byte}`, of(4, byte)]));
  for (const byte of values) {
    lines.push([`6:${byte.toString(16)}`, of(16, byte)]);
    if (byte < 16) lines.push([`6:0${byte.toString(16)}`, of(16, byte)]);
  }
  return map(`$rp_byte${position}`, nameOf(position, digit), lines);
}

function sum(position: number, digit: "h" | "l"): string {
  const lines = Array.from({ length: BUCKETS }, (_, both): Line => {
    const [one, other] = [both >> 4, both & 15];
    return [one.toString(16) + other.toString(16), (one ^ other).toString(16).toUpperCase()];
  });
  const before = position === 1 ? nameOf(0, digit) : `$rp_sum${position - 1}${digit}`;
  return map(`"${before}${nameOf(position, digit)}"`, `$rp_sum${position}${digit}`, lines);
}

const nameOf = (position: number, digit: "h" | "l"): string => `$rp_add${position}${digit}`;

/** What a byte adds to the last byte of the sum, at a position of a message that is all zeros otherwise. */
function adds({ length, position, byte }: { length: number; position: number; byte: number }): number {
  const message = new Uint8Array(length);
  const zeros = position === 0 ? 0 : crc32OfBytes(message);
  message[position] = byte;
  return (crc32OfBytes(message) ^ zeros) & 0xff;
}

const digitOf = (byte: number, digit: "h" | "l"): string => (digit === "h" ? byte >> 4 : byte & 15).toString(16);

type Line = readonly [key: string, value: string];

const map = (source: string, name: string, lines: readonly Line[]): string =>
  `map ${source} ${name} {\n${lines.map(([key, value]) => `  ${key} ${value};\n`).join("")}}`;
