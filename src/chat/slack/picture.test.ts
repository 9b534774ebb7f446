import { inflateSync } from "node:zlib";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { OPENED_AT } from "../made-incident.testing.ts";
import { madeFrames } from "./made-slack-world.testing.ts";
import { trafficPicture } from "./picture.ts";
import { painter, unpackWoff } from "./png.ts";

const input = {
  frames: madeFrames(OPENED_AT - 120_000),
  location: "us-east-1",
  receivers: ["us-east-2", "ca-central-1"],
  openedAt: OPENED_AT,
};

/** The y of a line's first and last point: what falls has the greater one at its end. */
function ends(svg: string, index: number): readonly [number, number] {
  const [, d = ""] = [...svg.matchAll(/<path d="([^"]+)"/g)][index] ?? [];
  const points = d.split(/[ML]/).filter((each) => each !== "");
  return [Number(points[0]!.split(" ")[1]), Number(points.at(-1)!.split(" ")[1])];
}

test("what is left falls, what takes it rises, and each is named with its figure", () => {
  const { svg, alt } = trafficPicture(input)!;
  // The left one is drawn last, over the others.
  const [falls, rises] = [ends(svg, 2), ends(svg, 1)];
  expect(falls[1]).toBeGreaterThan(falls[0]);
  expect(rises[1]).toBeLessThan(rises[0]);
  expect(svg).toContain(">us-east-2<");
  expect(svg).toContain(">1,468 rps<");
  expect(svg).toContain(">opened<");
  expect(alt).toBe(
    "Served requests a second: us-east-1 from 1,240 to 0, us-east-2 from 700 to 1,468, ca-central-1 from 310 to 782",
  );
});

test("a name can't be more than text in it, and nothing is drawn of nothing", () => {
  const evil = '</text><script>alert("x")</script><image href="https://evil.example/x.png"/>';
  const { svg } = trafficPicture({ ...input, location: evil })!;
  expect(svg).not.toMatch(/<script|<image|href="/);
  expect(trafficPicture({ ...input, frames: [] })).toBeNull();
  expect(trafficPicture({ ...input, frames: input.frames.slice(0, 1) })).toBeNull();
});

test("it becomes a PNG with letters in it on a machine without fonts", async () => {
  const brush = painter();
  const png = Buffer.from(await brush.paint(trafficPicture(input)!.svg));
  const blank = Buffer.from(await brush.paint(trafficPicture(input)!.svg.replaceAll(/<text.*?<\/text>/g, "")));
  brush.stop();
  expect(png.subarray(1, 4).toString()).toBe("PNG");
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1440, 720]);
  // Letters are ink: the picture without its texts has less of it.
  expect(dark(png)).toBeGreaterThan(dark(blank) + 2000);
  expect(png.length).toBeLessThan(200_000);
}, 60_000);

/** How many bytes of its pixels are not white. */
function dark(png: Buffer): number {
  const pieces: Buffer[] = [];
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    if (png.toString("latin1", at + 4, at + 8) === "IDAT") pieces.push(png.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  // Rows are filtered against each other: zero means as before, so what is drawn shows as anything else.
  return inflateSync(Buffer.concat(pieces)).filter((byte) => byte !== 0 && byte !== 255).length;
}

test("the font is unpacked table by table, and what is no font is refused", () => {
  const require = createRequire(import.meta.url);
  const ttf = Buffer.from(
    unpackWoff(readFileSync(require.resolve("@fontsource/b612/files/b612-latin-400-normal.woff"))),
  );
  expect(ttf.readUInt32BE(0)).toBe(0x00010000);
  const tables = Array.from({ length: ttf.readUInt16BE(4) }, (_, index) => {
    const at = 12 + index * 16;
    return {
      tag: ttf.toString("latin1", at, at + 4),
      offset: ttf.readUInt32BE(at + 8),
      length: ttf.readUInt32BE(at + 12),
    };
  });
  expect(tables.map(({ tag }) => tag)).toEqual(expect.arrayContaining(["cmap", "glyf", "head", "hmtx", "loca"]));
  expect(tables.every(({ offset, length }) => offset % 4 === 0 && offset + length <= ttf.length)).toBe(true);
  expect(() => unpackWoff(new TextEncoder().encode("wOF2 and more"))).toThrow("no WOFF");
});
