import ipaddr from "ipaddr.js";
import type { LocationName } from "../../../core/estate.ts";
import { assert } from "../../../core/errors.ts";
import { bucketsToRow } from "../../../core/route/rows.ts";
import type { ZoneRow } from "../host-rows.ts";

/**
 * The route table as a Lua program that PowerDNS runs for each question, so that it answers as our own server does: zone by longest
 * matching subnet, bucket by the same hash, location by the same row. Like a timetable that is handed over: who reads it needs
 * nobody to ask. Written and read with PowerDNS 4.7 (https://doc.powerdns.com/authoritative/lua-records/).
 *
 * 1. The program stands once in a DNS zone, beside the hosts; a host's own record only says which one it wants. With
 *    `enable-lua-records=shared` it is read once for each change, and not for each question.
 * 2. It is cut at spaces only, for PowerDNS joins the pieces with a space, and holds neither quotes nor backslashes.
 */
export type LuaTable = {
  /** Stands in the program and in each host's record: a newer one is read anew. */
  readonly digest: string;
  readonly zones: readonly { readonly subnets: readonly string[] }[];
  /** An index into `zones`. */
  readonly otherwise: number;
  readonly locations: readonly {
    readonly name: LocationName;
    readonly v4: readonly string[];
    readonly v6: readonly string[];
  }[];
  readonly classes: readonly LuaClass[];
  /** Asked of each location by PowerDNS itself, to follow the contingency; null: it follows none. */
  readonly healthUrl: string | null;
};

export type LuaClass = {
  readonly name: string;
  /** In the order of `zones`. */
  readonly rows: readonly ZoneRow[];
  /** The rows once this location is lost, in the order of `zones`; by its index. */
  readonly withoutLocation: ReadonlyMap<number, readonly ZoneRow[]>;
};

/** The program of one DNS zone, as the content of its record: `LUA "..." "..."`. `key` keeps several on one server apart. */
export function tableContent(key: string, table: LuaTable): string {
  return quoted("LUA", tableProgram(key, table));
}

export type LuaHost = {
  readonly key: string;
  readonly digest: string;
  readonly tableLabel: string;
  readonly class: string;
  /** A number: the host is one bucket's, whoever asks. `name`: each name below a `*.` has its own. */
  readonly bucket: number | "name" | "network";
};

/** A host's record of one family: it reads the program if it does not know it yet, and asks it. */
export function hostContent(host: LuaHost, type: "A" | "AAAA"): string {
  const { key, digest, tableLabel, bucket } = host;
  const how = typeof bucket === "number" ? String(bucket) : text(bucket);
  const family = type === "A" ? "v4" : "v6";
  const known = `houston and houston[${text(key)}]`;
  return quoted(
    type,
    `;if not ( ${known} and houston[${text(key)}].digest == ${text(digest)} ) then include(${text(tableLabel)}) end ` +
      `return houston[${text(key)}].answer( ${text(host.class)} , ${how} , ${text(family)} )`,
  );
}

function tableProgram(key: string, table: LuaTable): string {
  const rows = new Map<string, number>();
  const rowOf = ({ buckets }: ZoneRow): number => {
    let end = 0;
    // Each run as where it ends and whose it is, counted from 1 as Lua does.
    const runs = bucketsToRow(buckets).flatMap(([location, count]) => [(end += count), location + 1]);
    const words = `{ ${runs.join(", ")} }`;
    if (!rows.has(words)) rows.set(words, rows.size + 1);
    return rows.get(words)!;
  };
  const classes = table.classes.map(({ name, rows: zones, withoutLocation }) => {
    const lost = [...withoutLocation].map(([location, without]) => `[${location + 1}] = ${list(without.map(rowOf))}`);
    return `[${text(name)}] = { rows = ${list(zones.map(rowOf))}, lost = { ${lost.join(", ")} } }`;
  });
  const places = table.locations.map(({ v4, v6 }) => `{ v4 = ${texts(v4)}, v6 = ${texts(v6)} }`);
  const { v4, v6 } = subnetsByLength(table.zones.map(({ subnets }) => subnets));
  return [
    "houston = houston or { }",
    "local band, bxor, shift = bit.band, bit.bxor, bit.rshift",
    `local crc = ${list(CRC_TABLE)}`,
    `local rows = { ${[...rows.keys()].join(", ")} }`,
    `local classes = { ${classes.join(", ")} }`,
    `local places = { ${places.join(", ")} }`,
    `local subnets = { v4 = ${v4}, v6 = ${v6} }`,
    `local otherwise = ${table.otherwise + 1}`,
    FUNCTIONS,
    table.healthUrl === null ? UNWATCHED : WATCHED.replace("HEALTH_URL", text(table.healthUrl)),
    `houston[${text(key)}] = { digest = ${text(table.digest)}, answer = answer }`,
  ].join(" ");
}

/** CRC-32 (IEEE 802.3), as src/core/route/crc32.ts has it; a bucket is its last byte. */
const FUNCTIONS = `
local function bucketof(bytes) local sum = -1
for at = 1, #bytes do sum = bxor( shift( sum, 8 ), crc[ band( bxor( sum, bytes:byte( at ) ), 255 ) + 1 ] ) end
return band( bit.bnot( sum ), 255 ) end
local function network() local bytes = bestwho:getRaw() local kept = 6 if #bytes == 4 then kept = 3 end
return bytes:sub( 1, kept ) .. string.char( 0 ):rep( #bytes - kept ) end
local function zone() local known = subnets.v6 if bestwho:isIPv4() then known = subnets.v4 end
local told = 128 if ecswho then told = ecswho:getBits() end
local who = newCA( bestwho:toString() )
for _, each in ipairs( known ) do if each.bits <= told then who:truncate( each.bits )
local found = each.of[ who:toString() ] if found then return found end end end
return otherwise end
local function placeat( row, bucket ) for at = 1, #row, 2 do if bucket < row[ at ] then return row[ at + 1 ] end end end
local function bucketby( how ) if type( how ) == 'number' then return how end
if how == 'name' then return bucketof( qname:toStringNoDot():lower() ) end return bucketof( network() ) end`
  .replaceAll("\n", " ")
  .trim();

const UNWATCHED = `
local function answer( class, how, family ) return places[ placeat( rows[ classes[ class ].rows[ zone() ] ], bucketby( how ) ) ][ family ] end`
  .replaceAll("\n", " ")
  .trim();

/**
 * The first address that answers its health URL says whose turn it is: the planned location's, or its contingency's; where neither
 * answers it is the watcher that is suspect, and nobody moves.
 */
const WATCHED = `
local function answer( class, how, family ) local own = classes[ class ] local at = zone() local bucket = bucketby( how )
local planned = placeat( rows[ own.rows[ at ] ], bucket ) local lost = own.lost[ planned ] local here = places[ planned ][ family ]
if not lost then return here end
local next = placeat( rows[ lost[ at ] ], bucket ) if next == planned then return here end
local there = places[ next ][ family ]
local up = ifurlup( HEALTH_URL , { here, there }, { selector = 'all', backupSelector = 'all' } )
for _, each in ipairs( there ) do if up[ 1 ] == each then return there end end
return here end`
  .replaceAll("\n", " ")
  .trim();

const CRC_TABLE = Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});

/** By how many bits, the longest first: `{ { bits = 24, of = { ['198.18.7.0'] = 1 } } }`. */
function subnetsByLength(zones: readonly (readonly string[])[]): Readonly<Record<"v4" | "v6", string>> {
  const lengths = { v4: new Map<number, string[]>(), v6: new Map<number, string[]>() };
  zones.forEach((subnets, zone) => {
    for (const subnet of subnets) {
      const [address, bits] = ipaddr.parseCIDR(subnet);
      const family = lengths[address.kind() === "ipv4" ? "v4" : "v6"];
      const first =
        address.kind() === "ipv4"
          ? ipaddr.IPv4.networkAddressFromCIDR(subnet)
          : ipaddr.IPv6.networkAddressFromCIDR(subnet);
      family.set(bits, [...(family.get(bits) ?? []), `[${text(first.toString())}] = ${zone + 1}`]);
    }
  });
  return { v4: lengthsText(lengths.v4), v6: lengthsText(lengths.v6) };
}

function lengthsText(of: ReadonlyMap<number, readonly string[]>): string {
  const longestFirst = [...of].toSorted(([a], [b]) => b - a);
  return `{ ${longestFirst.map(([bits, each]) => `{ bits = ${bits}, of = { ${each.join(", ")} } }`).join(", ")} }`;
}

const list = (numbers: readonly number[]): string => `{ ${numbers.join(", ")} }`;
const texts = (all: readonly string[]): string => `{ ${all.map(text).join(", ")} }`;

/** Text as Lua writes it. Names, addresses and URLs have neither quotes nor backslashes nor spaces. */
function text(value: string): string {
  assert(!/['"\\\s]/.test(value), `${value}: can't stand in a Lua record`);
  return `'${value}'`;
}

/** A string of a record has at most 255 bytes (RFC 1035, 3.3). */
const PIECE_BYTES_MAX = 250;

function quoted(type: string, program: string): string {
  const pieces: string[] = [];
  let piece = "";
  for (const word of program.split(/\s+/)) {
    if (piece !== "" && piece.length + 1 + word.length > PIECE_BYTES_MAX) {
      pieces.push(piece);
      piece = word;
    } else piece = piece === "" ? word : `${piece} ${word}`;
  }
  return `${type} ${[...pieces, piece].map((each) => `"${each}"`).join(" ")}`;
}
