import { crc32 as zlibCrc32 } from "node:zlib";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { bucketOfHost, chunkToHost, hostToChunk } from "./host.ts";

test("hashes as zlib does, whatever the case", () => {
  fc.assert(
    fc.property(fc.domain(), (host) => {
      const bucket = zlibCrc32(host.toLowerCase()) % 256;
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
  ["shop.planet.test", { class: "public", bucket: zlibCrc32("shop.planet.test") % 256 }],
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
