import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import { renderAsync } from "@resvg/resvg-js";
import { FONT, WIDTH } from "./picture.ts";

/**
 * SVG to PNG without a browser. A bare machine has no fonts, so one comes along: B612, made for displays in cockpits (SIL Open
 * Font License). It is packed for browsers (WOFF); the renderer reads TrueType, so it is unpacked into a folder of ours.
 */
export type Painter = { paint(svg: string): Promise<Uint8Array>; stop(): void };

/** Twice the shown width. */
const PIXELS = WIDTH * 2;

export function painter(): Painter {
  const require = createRequire(import.meta.url);
  const folder = mkdtempSync(join(tmpdir(), "houston-font-"));
  const fontFiles = ["400", "700"].map((weight) => {
    const file = join(folder, `${FONT}-${weight}.ttf`);
    writeFileSync(
      file,
      unpackWoff(readFileSync(require.resolve(`@fontsource/b612/files/b612-latin-${weight}-normal.woff`))),
    );
    return file;
  });
  return {
    async paint(svg) {
      const image = await renderAsync(svg, {
        font: { loadSystemFonts: false, fontFiles, defaultFontFamily: FONT },
        fitTo: { mode: "width", value: PIXELS },
      });
      return image.asPng();
    },
    stop: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A WOFF 1 file as the TrueType file that is in it (W3C, "WOFF File Format 1.0", sections 3 to 5). */
export function unpackWoff(woff: Uint8Array): Uint8Array {
  const bytes = Buffer.from(woff);
  if (bytes.toString("latin1", 0, 4) !== "wOFF") throw new Error("this is no WOFF file");
  const count = bytes.readUInt16BE(12);
  const tables = Array.from({ length: count }, (_, index) => {
    const at = WOFF_HEADER + index * WOFF_ENTRY;
    const [offset, packed, length] = [
      bytes.readUInt32BE(at + 4),
      bytes.readUInt32BE(at + 8),
      bytes.readUInt32BE(at + 12),
    ];
    const data = bytes.subarray(offset, offset + packed);
    return {
      tag: bytes.subarray(at, at + 4),
      sum: bytes.readUInt32BE(at + 16),
      data: packed < length ? inflateSync(data) : data,
    };
  });
  const head = Buffer.alloc(SFNT_HEADER + count * SFNT_ENTRY);
  const power = 2 ** Math.floor(Math.log2(count));
  head.writeUInt32BE(bytes.readUInt32BE(4), 0);
  head.writeUInt16BE(count, 4);
  head.writeUInt16BE(power * 16, 6);
  head.writeUInt16BE(Math.log2(power), 8);
  head.writeUInt16BE((count - power) * 16, 10);
  let offset = head.length;
  tables.forEach(({ tag, sum, data }, index) => {
    const at = SFNT_HEADER + index * SFNT_ENTRY;
    tag.copy(head, at);
    head.writeUInt32BE(sum, at + 4);
    head.writeUInt32BE(offset, at + 8);
    head.writeUInt32BE(data.length, at + 12);
    offset += padded(data.length);
  });
  return Buffer.concat([
    head,
    ...tables.flatMap(({ data }) => [data, Buffer.alloc(padded(data.length) - data.length)]),
  ]);
}

const WOFF_HEADER = 44;
const WOFF_ENTRY = 20;
const SFNT_HEADER = 12;
const SFNT_ENTRY = 16;

const padded = (length: number): number => Math.ceil(length / 4) * 4;
