import ipaddr from "ipaddr.js";
import type { LocationName } from "../../../core/estate.ts";
import type { SteeringContext } from "../../steering-context.ts";
import type { MapEntry } from "../haproxy/route-entries.ts";
import { HOPS_MAX } from "../passport.ts";

/**
 * The part of Envoy's routes that says where a request belongs, as a script of its Lua filter: Envoy's own route table can match headers, but
 * no addresses ("Route table can only match on request headers") and no hashes. The script writes `x-rp-to`, by which the routes go.
 *
 * Like a porter who reads the label, looks it up, and chalks the gate on the suitcase; the belts go by the chalk.
 *
 * 1. What another edge passed on has no gate, and so has what passed this edge or HOPS_MAX others, a probe, and a host that nobody steers.
 * 2. Who asks is the last in `X-Forwarded-For`, where Envoy itself writes the address it hears from, or as many before as are trusted.
 * 3. Bucket, zone and place are the core's own, held against it in LuaJIT, which is what Envoy embeds (chunk-script.test.ts).
 * 4. A stranger's `x-rp-to` and `Forwarded` go nowhere.
 */
export type ChunkScript = Pick<SteeringContext, "hosts" | "subnets" | "otherwise"> & {
  readonly here: LocationName;
  /** Where the other locations' relays come from. */
  readonly edges: readonly string[];
  readonly trustedHops: number;
  /** Key and place: `apart/public/2F`, `table/public/us-east/`, and so on with one or two digits of a bucket (haproxy/route-entries.ts). */
  readonly entries: readonly MapEntry[];
};

/** The header by which Envoy's routes go. */
export const TO_HEADER = "x-rp-to";

export function chunkScript({ here, hosts, subnets, otherwise, edges, trustedHops, entries }: ChunkScript): string {
  const zones = Object.entries(subnets).flatMap(([zone, each]) => each.map((subnet) => [subnet, zone] as const));
  return `local HERE, OTHERWISE, TRUSTED_HOPS, HOPS_MAX = ${quoted(here)}, ${quoted(otherwise)}, ${trustedHops}, ${HOPS_MAX}
local HOSTS = {
${hosts.map(({ name, class: of, bucketBy }) => `[${quoted(name)}]={${quoted(of)},${quoted(bucketBy)}},\n`).join("")}}
-- Prefix length -> the prefix in hexadecimal digits -> zone; lengths from the longest on.
${subnetTables("ZONES", zones)}
${subnetTables(
  "EDGES",
  edges.map((address) => [address, "edge"] as const),
)}
local PLACES = {
${entries.map(([key, place]) => `[${quoted(key)}]=${quoted(place)},\n`).join("")}}
${PROGRAM}`;
}

/** JSON's escapes are Lua's for what can be in a name; anything else is written as its bytes. */
const quoted = (text: string): string =>
  `"${[...Buffer.from(text, "utf8")].map((byte) => (SAFE.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : `\\${String(byte).padStart(3, "0")}`)).join("")}"`;

const SAFE = /^[\w.*/!:-]$/;

function subnetTables(name: string, subnets: readonly (readonly [subnet: string, value: string])[]): string {
  const byLength = { ipv4: new Map<number, string[]>(), ipv6: new Map<number, string[]>() };
  for (const [subnet, value] of subnets) {
    const [address, bits] = subnet.includes("/") ? ipaddr.parseCIDR(subnet) : whole(ipaddr.parse(subnet));
    const digits = prefixDigits(address.toByteArray(), bits);
    const lines = byLength[address.kind()].get(bits) ?? [];
    lines.push(`["${digits}"]=${quoted(value)}`);
    byLength[address.kind()].set(bits, lines);
  }
  return `local ${name} = {
[4]={${lengthLines(byLength.ipv4)}},
[16]={${lengthLines(byLength.ipv6)}}}`;
}

const lengthLines = (lengths: ReadonlyMap<number, readonly string[]>): string =>
  [...lengths]
    .toSorted(([one], [other]) => other - one)
    .map(([bits, lines]) => `{${bits},{${lines.join(",")}}}`)
    .join(",\n");

const whole = (address: ipaddr.IPv4 | ipaddr.IPv6): [ipaddr.IPv4 | ipaddr.IPv6, number] => [
  address,
  address.kind() === "ipv4" ? 32 : 128,
];

/** As many hexadecimal digits as it takes to hold the prefix, bits after it 0. */
function prefixDigits(bytes: readonly number[], bits: number): string {
  const masked = bytes.map((byte, index) => byte & (0xff00 >> Math.min(8, Math.max(0, bits - 8 * index))));
  const digits = masked.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.slice(0, Math.ceil(bits / 4));
}

/** Lua 5.1 with LuaJIT's `bit`. */
const PROGRAM = `local CRC = {}
for byte = 0, 255 do
  local sum = byte
  for _ = 1, 8 do
    local low = bit.band(sum, 1)
    sum = bit.rshift(sum, 1)
    if low == 1 then sum = bit.bxor(sum, 0xEDB88320) end
  end
  CRC[byte] = sum
end

local function bucket_of(text)
  local sum = bit.bnot(0)
  for at = 1, #text do
    sum = bit.bxor(bit.rshift(sum, 8), CRC[bit.band(bit.bxor(sum, text:byte(at)), 255)])
  end
  return string.format("%02X", bit.band(bit.bnot(sum), 255))
end

-- 4 or 16 bytes; nil: no address.
local function bytes_of(text)
  local a, b, c, d = text:gsub("^::ffff:", ""):match("^(%d+)%.(%d+)%.(%d+)%.(%d+)$")
  if a then return string.char(a, b, c, d) end
  if not text:match("^[%x:]+$") then return nil end
  local function groups(part)
    local found = {}
    for group in part:gmatch("%x+") do
      local value = tonumber(group, 16)
      if value > 65535 then return nil end
      found[#found + 1] = string.char(bit.rshift(value, 8), bit.band(value, 255))
    end
    return found
  end
  local before, after = text:match("^(.-)::(.*)$")
  local first = groups(before or text)
  local last = groups(after or "")
  if not first or not last then return nil end
  local missing = 8 - #first - #last
  if (before and missing < 1) or (not before and missing ~= 0) then return nil end
  return table.concat(first) .. string.rep("\\0\\0", missing) .. table.concat(last)
end

local function find(tables, bytes)
  local digits = bytes:gsub(".", function(char) return string.format("%02x", char:byte()) end)
  for _, each in ipairs(tables[#bytes]) do
    local length, prefixes = each[1], each[2]
    local full, rest = math.floor(length / 4), length % 4
    local key = digits:sub(1, full)
    if rest > 0 then
      local digit = tonumber(digits:sub(full + 1, full + 1), 16)
      key = key .. string.format("%x", digit - digit % 2 ^ (4 - rest))
    end
    if prefixes[key] then return prefixes[key] end
  end
  return nil
end

local function words_of(text)
  local words = {}
  for word in (text or ""):gmatch("[^,%s]+") do words[#words + 1] = word end
  return words
end

local function rule_of(host)
  local name = (host or ""):lower():gsub(":%d+$", ""):gsub("%.$", "")
  return HOSTS[name] or HOSTS[name:gsub("^[^.]*", "*", 1)], name
end

local function network_of(bytes)
  if #bytes == 4 then return bytes:sub(1, 3) .. "\\0" end
  return bytes:sub(1, 6) .. string.rep("\\0", 10)
end

local function place_of(headers, user)
  local rule, name = rule_of(headers:get(":authority"))
  if not rule or not user then return nil end
  local class = rule[1]
  local bucket = bucket_of(rule[2] == "network" and network_of(user) or name)
  local row = "table/" .. class .. "/" .. (find(ZONES, user) or OTHERWISE) .. "/"
  return PLACES["apart/" .. class .. "/" .. bucket] or PLACES[row .. bucket] or PLACES[row .. bucket:sub(1, 1)] or PLACES[row]
end

local function has_passed(hops)
  for _, hop in ipairs(hops) do
    if hop == HERE then return true end
  end
  return #hops >= HOPS_MAX
end

function envoy_on_request(handle)
  local headers = handle:headers()
  headers:remove("${TO_HEADER}")
  local way = words_of(headers:get("x-forwarded-for"))
  local peer = bytes_of(way[#way] or "")
  if peer and find(EDGES, peer) then return end
  local address = way[#way - TRUSTED_HOPS] or ""
  local user = bytes_of(address)
  local shown = address:find(":", 1, true) and "[" .. address .. "]" or address
  headers:replace("forwarded", 'for="' .. shown .. '";by=' .. HERE .. ";proto=" .. (headers:get("x-forwarded-proto") or "http"))
  if headers:get("x-probe") or has_passed(words_of(headers:get("x-hops"))) then return end
  local place = place_of(headers, user)
  if place and place ~= HERE then headers:add("${TO_HEADER}", place) end
end
`;
