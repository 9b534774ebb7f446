// Each view on made data at a made moment: what it looks like is kept for the documents, light and dark, and axe finds nothing in it.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { madeDrills } from "../../console/src/made-data/drills.ts";
import { MADE_AT } from "../../console/src/made-data/stack.ts";
import { faultsOf, isShown, openPage, startBrowser, type Watched } from "./browser.ts";
import { startMadeConsole, type MadeConsole } from "./made-console.ts";
import { drawnIn, keepPicture } from "./pictures.ts";

let browser: Browser;
let made: MadeConsole;

beforeAll(async () => {
  browser = await startBrowser();
  made = await startMadeConsole();
});
afterAll(async () => {
  await browser?.close();
  await made?.stop();
});

const HEIGHT = 700;
const BYTES_MAX = 60_000;
/** The clock stands still there, so that every figure is the same each time. */
const NOW = MADE_AT + 80_000;

const { report } = madeDrills.find((kept) => kept.report.drill === "two-down")!;
const DRILL = `/drills/${report.drill}-${report.faultAt}`;

type View = {
  readonly name: string;
  readonly path: string;
  readonly scene: string;
  readonly width: number;
  /** The part that the picture shows, and how much of it is worth its bytes. */
  readonly part: string;
  readonly height: number;
};

const VIEWS: readonly View[] = [
  {
    name: "stack",
    path: "/location/us-east-1?part=service%3Acart",
    scene: "evacuation",
    width: 1000,
    part: ".stack-and-list > .card",
    height: 600,
  },
  {
    name: "plan",
    path: "/plan?without=us-east-1",
    scene: "calm",
    width: 1000,
    part: ".plan-view",
    height: 340,
  },
  { name: "losses", path: "/plan/every-loss", scene: "calm", width: 1000, part: ".plan-view", height: 300 },
  {
    name: "timeline",
    path: `/timeline?at=${NOW - 40_000}`,
    scene: "evacuation",
    width: 720,
    part: ".timeline",
    height: 380,
  },
  { name: "trace", path: "/trace/order-7", scene: "calm", width: 1000, part: ".trace-view", height: 380 },
  { name: "drills", path: DRILL, scene: "calm", width: 1000, part: ".drills-view", height: 380 },
];

test.each(VIEWS)("$name: as it is kept, light and dark, and without a fault, on a phone too", async (view) => {
  const { page, troubles } = await open(view);
  const found: string[] = [];
  for (const scheme of ["light", "dark"] as const) {
    await drawnIn(page, scheme);
    const png = await pictureOf(page, view);
    expect(png.length).toBeLessThan(BYTES_MAX);
    await keepPicture(browser, { name: `console-${view.name}-${scheme}.png`, png, alike: ALIKE });
    for (const width of [view.width, 360]) {
      await page.setViewportSize({ width, height: HEIGHT });
      found.push(...(await faultsOf(page)).map((fault) => `${scheme}, ${width} px: ${fault}`));
    }
    await page.setViewportSize({ width: view.width, height: HEIGHT });
  }
  expect(found).toEqual([]);
  expect(troubles).toEqual([]);
  await page.context().close();
});

/**
 * All figures are the same each time, so only another smoothing of letters may differ: half of the least that was measured between
 * two of these views (0.021; light and dark: 0.61), from so far away that letters can't be read.
 */
const ALIKE = 0.01;

async function open({ path, scene, width }: Pick<View, "path" | "scene" | "width">): Promise<Watched> {
  const watched = await openPage(browser, `${made.url}${path}#scene=${scene}&age=80`, {
    width,
    height: HEIGHT,
    timeZone: "UTC",
    prepare: (page) => page.clock.setFixedTime(NOW),
  });
  await isShown(watched.page);
  return watched;
}

async function pictureOf(page: Page, { part, height }: View): Promise<Buffer> {
  const box = (await page.locator(part).first().boundingBox())!;
  const clip = { ...box, height: Math.min(box.height, height) };
  return page.screenshot({ clip, fullPage: true, animations: "disabled", caret: "hide" });
}

test.each(["calm", "evacuation", "everywhere", "no-room", "held", "blind", "stopped", "observe", "silent", "hostile"])(
  "the Now view without a fault, light and dark, wide and on a phone: %s",
  async (scene) => {
    const { page, troubles } = await open({ path: "/", scene, width: 1400 });
    const found: string[] = [];
    for (const [width, colours] of [
      [1400, "light"],
      [360, "light"],
      [360, "dark"],
      [1400, "dark"],
    ] as const) {
      await drawnIn(page, colours);
      await page.setViewportSize({ width, height: HEIGHT });
      found.push(...(await faultsOf(page)).map((fault) => `${colours}, ${width} px: ${fault}`));
    }
    expect(found).toEqual([]);
    expect(troubles).toEqual([]);
    await page.context().close();
  },
);
