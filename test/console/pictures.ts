import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { expect } from "vitest";

/** Pictures of the console that the documents show: kept in docs/images, and compared with what it looks like now. */

const IMAGES = join(import.meta.dirname, "..", "..", "docs", "images");

/** The canvases take on the other colours after the style sheet has. */
export async function drawnIn(page: Page, scheme: "light" | "dark"): Promise<void> {
  await page.emulateMedia({ colorScheme: scheme });
  await page.evaluate(`new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))`);
  expect(await page.evaluate(`matchMedia("(prefers-color-scheme: ${scheme})").matches`)).toBe(true);
}

/**
 * Kept when REWRITE=1 asks for it. What is kept must be as large as what is seen, and from afar, where figures and
 * names can't be read any more, of the same colours at the same places; what it says is checked in the page itself.
 */
export async function keepPicture(
  browser: Browser,
  picture: { readonly name: string; readonly png: Buffer; readonly alike: number },
): Promise<void> {
  const { name, png, alike } = picture;
  const path = join(IMAGES, name);
  if (process.env["REWRITE"] === "1") {
    mkdirSync(IMAGES, { recursive: true });
    writeFileSync(path, png);
    return;
  }
  expect(existsSync(path), `${name} is not kept; fix: keep it by REWRITE=1, and look at it`).toBe(true);
  const kept = readFileSync(path);
  expect([name, ...sizeOf(png)]).toEqual([name, ...sizeOf(kept)]);
  const differs = await difference(browser, png, kept);
  expect(differs, `${name} looks otherwise than it is kept; fix: look at it, and keep it by REWRITE=1`).toBeLessThan(
    alike,
  );
}

/** Width and height stand in a PNG's first chunk. */
export function sizeOf(png: Buffer): readonly [width: number, height: number] {
  return [png.readUInt32BE(16), png.readUInt32BE(20)];
}

/** So many points of a picture become one. */
const AFAR = 40;

/** Mean difference of colours, 0..1, between two pictures seen from afar: a browser knows how to make one smaller. */
async function difference(browser: Browser, one: Buffer, other: Buffer): Promise<number> {
  const [width, height] = sizeOf(one).map((points) => Math.round(points / AFAR));
  const page = await browser.newPage();
  try {
    return await page.evaluate<number>(`(async () => {
      const pixels = async (base64) => {
        const image = new Image();
        image.src = "data:image/png;base64," + base64;
        await image.decode();
        const context = new OffscreenCanvas(${width}, ${height}).getContext("2d");
        context.imageSmoothingQuality = "high";
        context.drawImage(image, 0, 0, ${width}, ${height});
        return context.getImageData(0, 0, ${width}, ${height}).data;
      };
      const [a, b] = [await pixels("${one.toString("base64")}"), await pixels("${other.toString("base64")}")];
      return a.reduce((sum, value, index) => sum + Math.abs(value - b[index]), 0) / a.length / 255;
    })()`);
  } finally {
    await page.close();
  }
}
