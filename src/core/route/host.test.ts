import * as fc from "fast-check";
import { expect, test } from "vitest";
import { damage, DAMAGED_CASES, DAMAGED_WITHIN_MS } from "../../../test/damage.ts";
import { crc32 } from "./crc32.ts";
import { bucketOfHost, chunkToHost, hostToChunk } from "./host.ts";

test("is the CRC-32 of zlib: its check value, and a division bit by bit", () => {
  expect(crc32("123456789")).toBe(0xcbf43926);
  fc.assert(fc.property(fc.domain(), (text) => crc32(text) === slowCrc32(text)));
});

test("hashes a host, whatever its case", () => {
  fc.assert(
    fc.property(fc.domain(), (host) => {
      const bucket = slowCrc32(host.toLowerCase()) % 256;
      expect(bucketOfHost(host)).toBe(bucket);
      expect(hostToChunk(host.toUpperCase())).toEqual({ class: "public", bucket });
    }),
  );
});

test("every chunk has a name that leads back to it, in any case, with port and last dot", () => {
  for (const className of ["public", "editor", "internal"]) {
    for (let bucket = 0; bucket < 256; bucket++) {
      const chunk = { class: className, bucket };
      const host = chunkToHost(chunk)!;
      expect(hostToChunk(host)).toEqual(chunk);
      expect(hostToChunk(`${host.toUpperCase()}.:8080`)).toEqual(chunk);
      expect(hostToChunk(chunkToHost(chunk, "example.org")!, "example.org")).toEqual(chunk);
    }
  }
});

test.each([
  ["shop.planet.test", { class: "public", bucket: 228 }],
  ["b0F.shop.planet.test", { class: "public", bucket: 15 }],
  ["bff.internal.planet.test", { class: "internal", bucket: 255 }],
  ["bg0.shop.planet.test", null],
  ["b000.shop.planet.test", null],
  ["b0.shop.planet.test", null],
  ["b00.chat.planet.test", null],
  ["editor.planet.test", null],
  ["planet.test", null],
  ["a.b00.shop.planet.test", null],
  ["", null],
  [":8080", null],
  ["no spaces here", null],
  ["x".repeat(254), null],
])("%s", (host, chunk) => expect(hostToChunk(host)).toEqual(chunk));

test("garbage is a chunk of 256 buckets and three classes, or no host at all", { timeout: DAMAGED_WITHIN_MS }, () => {
  const { text, below } = damage(3);
  const good = ["shop.planet.test:8080", "b0f.editor.planet.test.", "www.bakery.example", "b00.internal.planet.test"];
  let refused = 0;
  for (let each = 0; each < DAMAGED_CASES; each++) {
    const host = text(good[below(good.length)]!);
    const chunk = hostToChunk(host);
    if (chunk === null) {
      refused++;
      continue;
    }
    if (!["public", "editor", "internal"].includes(chunk.class) || !(chunk.bucket >= 0 && chunk.bucket < 256))
      throw new Error(JSON.stringify({ host, chunk }));
    if (!/^[\w.-]+(?::.*)?$/s.test(host)) throw new Error(`no host name: ${JSON.stringify(host)}`);
  }
  expect(refused).toBeGreaterThan(DAMAGED_CASES / 10);
  expect(refused).toBeLessThan(DAMAGED_CASES);
});

/** Long division by the polynomial, one bit at a time. */
function slowCrc32(text: string): number {
  let rest = 0xffffffff;
  for (let i = 0; i < text.length; i++) {
    rest ^= text.charCodeAt(i);
    for (let bit = 0; bit < 8; bit++) rest = (rest & 1) === 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  }
  return ~rest >>> 0;
}
