// Fifty locations, two thousand zones and as many services, on made data: all of it is there and can be used.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openPage, startBrowser } from "./browser.ts";
import { startMadeConsole, type MadeConsole } from "./made-console.ts";

let browser: Browser;
let made: MadeConsole;
let url: string;

beforeAll(async () => {
  browser = await startBrowser();
  made = await startMadeConsole();
  ({ url } = made);
});
afterAll(async () => {
  await browser?.close();
  await made?.stop();
});

const LARGE = "locations=50&zones=2000&services=2000&age=80";

test("an evacuation among 50 locations and 2,000 zones: the worst first, every place on the map, all usable", async () => {
  const { page, troubles } = await openPage(browser, `${url}/#scene=evacuation&${LARGE}`);
  await page.getByRole("heading", { level: 1 }).filter({ hasText: "Leaving us-east-1" }).waitFor();
  const rows = page.getByRole("table", { name: /^Locations/ }).getByRole("row");
  await rows.nth(50).waitFor();
  expect(await rows.count()).toBe(51);
  expect(await rows.nth(1).textContent()).toContain("us-east-1");
  const map = page.getByRole("group", { name: "Locations on the map" });
  expect(await map.getByRole("link").count()).toBe(50);
  await page.getByRole("group", { name: "Where it moves, closer" }).waitFor();
  await page.getByRole("button", { name: "Fails" }).click();
  await page.getByRole("columnheader", { name: /Fails/ }).and(page.locator("[aria-sort=descending]")).waitFor();
  await rows.filter({ hasText: "us-east-1" }).getByRole("link").click();
  await page.getByRole("heading", { name: "us-east-1", exact: true, level: 2 }).waitFor();
  expect(troubles).toEqual([]);
  await page.context().close();
});

test("every scene of the made world can be looked at without trouble", async () => {
  const { page, troubles } = await openPage(browser, `${url}/#scene=calm`);
  for (const [scene, says] of [
    ["calm", "All 15 locations serve"],
    ["everywhere", "Bad everywhere, not a place"],
    ["no-room", "450 rps have no place"],
    ["held", "Held by alice"],
    ["blind", "BLIND: I hear too few locations"],
    ["stopped", "All moves stopped"],
    ["observe", "mode observe"],
    ["silent", "us-west-2 is silent"],
    ["hostile", "<img src=x"],
  ] as const) {
    await page.goto(`${url}/#scene=${scene}`);
    await page.reload();
    await page.getByText(says).first().waitFor();
    expect([scene, troubles]).toEqual([scene, []]);
  }
  await page.context().close();
});
