// The console in a real browser, before the real API and a made world: what people see and do, told as they would.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { startMadeApi, type MadeApi } from "../../src/api/made-api.testing.ts";
import { failing, type MadeName } from "../../src/runtime/made-houston.testing.ts";
import { summaryOf } from "../../src/runtime/summary.testing.ts";
import { doorTo, faultsOf, goTo, LOOKS, openPage, startBrowser, type Door, type Watched } from "./browser.ts";

let browser: Browser;
let api: MadeApi;
let ill: readonly MadeName[] = [];
let goesOn = Promise.resolve();
let isOver = false;
/** Until then the world goes as fast as it can: nobody is there to see it. */
let hurriesUntil = 0;
let opened: Watched[] = [];

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser?.close());

// A world of its own for each test, ten times as fast as ours.
beforeEach(async () => {
  [ill, isOver, hurriesUntil, opened] = [[], false, 0, []];
  api = await startMadeApi({ calmSeconds: 12 });
  goesOn = (async () => {
    for (;;) {
      if (isOver) return;
      await api.houston.second(ill);
      await sleep(api.clock.now() < hurriesUntil ? 1 : 100);
    }
  })();
});
afterEach(async () => {
  isOver = true;
  await goesOn;
  for (const { page } of opened) await page.context().close();
  await api.stop();
});

async function open(path = "/", options: Parameters<typeof openPage>[2] & { readonly mayOrder?: boolean } = {}) {
  const { mayOrder = true } = options;
  const watched = await openPage(browser, `${api.url}${path}${mayOrder ? `#token=${api.token}` : ""}`, options);
  opened.push(watched);
  return watched;
}

const firstLine = (page: Page) => page.getByRole("heading", { level: 1 });
const hasText = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();
const places = (page: Page) => page.getByRole("table", { name: /^Locations/ });
const dialog = (page: Page) => page.getByRole("dialog");
const hold = () => api.houston.controller.view().hold;
const stateOf = (name: string) => api.houston.controller.view().locations.find((each) => each.name === name)?.state;

/** So much of the made world's time later. */
async function later(ms: number): Promise<void> {
  hurriesUntil = api.clock.now() + ms;
  await until(() => api.clock.now() >= hurriesUntil, `${ms} ms later`);
}

async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let look = 0; look < 1200; look += 1) {
    if (await holds()) return;
    await sleep(50);
  }
  throw new Error(`not within a minute: ${what}`);
}

test("calm: the first line says so, the map has every location, and nobody else is asked for anything", async () => {
  const { page, troubles } = await open();
  await hasText(page, "All 5 locations serve and are healthy. You need to do nothing.");
  await page.getByText("500 rps", { exact: true }).waitFor();
  for (const name of ["east", "west", "north", "south", "middle"]) {
    await page.getByRole("link", { name: `${name}: healthy`, exact: false }).waitFor();
    await page.getByRole("row").filter({ hasText: name }).waitFor();
  }
  await page.getByText("mode act").waitFor();
  await page
    .getByText("Requests: 4 in flight, 2 resumed elsewhere (west 2), 1 parked (east 1), 1 of them in doubt")
    .waitFor();
  expect(await page.title()).toBe("Houston: all well");
  // The continents come from the program's own files, and cover a good part of the canvas: users' zones alone are a few dots.
  await until(
    () =>
      page.evaluate<boolean>(`{
        const canvas = document.querySelector("canvas");
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        data.filter((alpha, index) => index % 4 === 3 && alpha > 0).length > data.length / 4 / 8
      }`),
    "land on the map",
  );
  expect(await page.locator("canvas").count()).toBeGreaterThan(5);
  expect(troubles).toEqual([]);
});

test("a location that fails: what, users, why, certain, doing, not doing, you need to, in this order", async () => {
  const { page, troubles } = await open();
  await hasText(page, "All 5 locations serve");
  ill = ["east"];
  const card = page.getByRole("article").first();
  await card.waitFor();
  expect(await card.getByRole("term").allTextContents()).toEqual([
    "Users",
    "Why",
    "Certain",
    "Doing",
    "Not doing",
    "You need to",
  ]);
  for (const says of await card.getByRole("definition").allTextContents()) expect(says).not.toBe("");
  await until(async () => /out/.test((await firstLine(page).textContent()) ?? ""), "the first line tells of the move");
  const incident = api.houston.controller.view().incidents[0]!;
  expect(await firstLine(page).textContent()).toContain(incident.brief.slice(0, 12));
  await page
    .getByRole("link", { name: /^east .*: failing, (?:draining|evacuated)/ })
    .first()
    .waitFor();
  const row = places(page).getByRole("row").nth(1);
  expect(await row.textContent()).toContain("east");
  expect(await row.textContent()).toContain("likely dynamodb");
  await page.locator(".flow").first().waitFor({ state: "attached" });
  expect(await page.title()).toMatch(/^!/);
  expect(await page.locator('link[rel="icon"]').getAttribute("href")).toMatch(/change|urgent/);
  await card.getByRole("progressbar").waitFor();
  expect(troubles).toEqual([]);
});

test("without the token it only reads, and says how one may order; the token never stays in the address", async () => {
  const reader = await open("/", { mayOrder: false });
  await reader.page.getByRole("button", { name: "Read-only" }).click();
  await dialog(reader.page).getByText("houston console").waitFor();
  await reader.page.keyboard.press("Escape");
  await dialog(reader.page).waitFor({ state: "detached" });
  expect(await reader.page.getByRole("button", { name: /Evacuate/ }).count()).toBe(0);
  await reader.page.keyboard.press("h");
  await dialog(reader.page).getByText("houston hold").waitFor();
  await reader.page.keyboard.press("h");
  await sleep(500);
  expect(hold()).toBeNull();
  await dialog(reader.page).getByLabel("Or the token itself, for this tab").fill(api.token);
  await dialog(reader.page).getByRole("button", { name: "Use it" }).click();
  await reader.page.getByRole("button", { name: "Order ..." }).waitFor();
  expect(reader.page.url()).toBe(`${api.url}/`);

  const { page } = await open("/timeline?filter=east");
  await page.getByRole("button", { name: "Order ..." }).waitFor();
  expect(page.url()).toBe(`${api.url}/timeline?filter=east`);
  await page.reload();
  await page.getByRole("button", { name: "Order ..." }).waitFor();
});

test("evacuate: it shows what it would do, wants the name typed, asks who orders, and offers the way back", async () => {
  const { page, troubles } = await open("/", { person: null });
  await page.getByRole("button", { name: "Evacuate west" }).click();
  await dialog(page)
    .getByText(/moves 100 rps of PUBLIC/)
    .waitFor();
  await dialog(page).getByRole("table", { name: "Who would take it" }).waitFor();
  const go = dialog(page).getByRole("button", { name: "Evacuate west" });
  expect(await go.isDisabled()).toBe(true);
  await dialog(page).getByLabel("Type west to confirm").fill("wset");
  await dialog(page).getByLabel("Your name, for the record").fill("alice");
  expect(await go.isDisabled()).toBe(true);
  await dialog(page).getByLabel("Type west to confirm").fill("west");
  await go.click();
  await page.getByText("Evacuate west: accepted.").waitFor();
  await until(() => stateOf("west") !== "serving", "west is left");
  expect(api.houston.words.some(({ what }) => what.includes("alice"))).toBe(true);

  await page.getByRole("button", { name: "Undo: Restore west" }).click();
  await dialog(page).getByRole("heading", { name: "Restore west" }).waitFor();
  // The name was asked once.
  expect(await dialog(page).getByLabel("Your name, for the record").count()).toBe(0);
  const typed = dialog(page).getByLabel("Type west to confirm");
  const restore = dialog(page).getByRole("button", { name: "Restore west" });
  await until(async () => (await typed.count()) > 0 || (await restore.isEnabled()), "what a restore would do");
  if ((await typed.count()) > 0) await typed.fill("west");
  await restore.click();
  await page.getByText("Restore west: accepted.").waitFor();
  await until(() => stateOf("west") === "serving" || stateOf("west") === "restoring", "west comes back");
  expect(troubles).toEqual([]);
});

test("a part of a class for a while, and a change of the order changes what it would do", async () => {
  const { page } = await open("/location/west");
  await page.getByRole("button", { name: "Evacuate" }).click();
  await dialog(page)
    .getByText(/moves 100 rps/)
    .waitFor();
  await dialog(page).getByLabel("Share, %").fill("20");
  await dialog(page).getByLabel("Traffic").selectOption("public");
  await dialog(page).getByLabel("For how long").selectOption("600");
  await dialog(page)
    .getByText(/moves 20 rps of PUBLIC/)
    .waitFor();
  await dialog(page).getByRole("button", { name: "Evacuate 20 % of PUBLIC of west for 10 min" }).click();
  await page.getByText(/Evacuate 20 % of PUBLIC of west for 10 min: accepted/).waitFor();
});

test("H H holds everything at once; Enter does it as well; where somebody writes, H is a letter", async () => {
  const { page, troubles } = await open("/drills", { person: null });
  await hasText(page, "Houston");
  await page.keyboard.press("h");
  await page.keyboard.press("h");
  await until(() => hold() !== null, "held");
  expect(hold()?.by).toBe("somebody at the console");
  await hasText(page, /Held by somebody at the console/);
  // A third H finds it held and offers the other way.
  await page.keyboard.press("h");
  await dialog(page).getByText("Everything is held already").waitFor();
  await dialog(page).getByRole("button", { name: "Release ..." }).click();
  await dialog(page).getByLabel("Your name, for the record").fill("hilda holmes");
  expect(await dialog(page).getByLabel("Your name, for the record").inputValue()).toBe("hilda holmes");
  await dialog(page).getByRole("button", { name: "Release", exact: true }).click();
  await until(() => hold() === null, "released");
  await dialog(page).waitFor({ state: "detached" });

  await page.getByText(/Held by/).waitFor({ state: "detached" });
  await page.keyboard.press("H");
  await page.keyboard.press("Enter");
  await until(() => hold() !== null, "held again");
  expect(hold()?.by).toBe("hilda holmes");
  expect(troubles).toEqual([]);
});

test("in mode approve a question waits with its deadline and default; a key and a click answer it", async () => {
  const { page } = await open();
  await page.getByRole("button", { name: "Order ..." }).click();
  await dialog(page).getByRole("combobox", { name: "Order", exact: true }).selectOption("mode");
  await dialog(page).getByRole("combobox", { name: "Mode", exact: true }).selectOption("approve");
  await dialog(page)
    .getByText(/the mode is act and becomes approve/)
    .waitFor();
  await dialog(page).getByRole("button", { name: "Mode approve" }).click();
  await page.getByText("mode approve: asks a person before it moves").waitFor();
  ill = ["east"];
  await page.getByText("A question waits:").waitFor();
  await page
    .getByText(/No answer in \d+:\d\d/)
    .first()
    .waitFor();
  expect(await page.getByText(/: I do 2, deny\./).count()).toBeGreaterThan(0);
  expect(await page.title()).toMatch(/^!! /);
  // A click shows what the other answer would do, and leaves it.
  await page
    .getByRole("button", { name: /^2 deny/ })
    .first()
    .click();
  await dialog(page)
    .getByText(/you answer 2: deny/)
    .waitFor();
  await page.keyboard.press("Escape");
  await dialog(page).waitFor({ state: "detached" });
  expect(stateOf("east")).toBe("serving");
  await page.keyboard.press("1");
  await dialog(page)
    .getByText(/you answer 1: approve/)
    .waitFor();
  await dialog(page).getByLabel("Type east to confirm").fill("east");
  await dialog(page).getByRole("button", { name: "Answer 1" }).click();
  await page.getByText(/Answer 1 to question-.*: accepted/).waitFor();
  await until(() => stateOf("east") !== "serving", "east is left");
});

test("an order that Houston refuses says why, and the fix", async () => {
  const { page } = await open();
  await page.getByRole("button", { name: "Order ..." }).click();
  await dialog(page).getByRole("combobox", { name: "Order", exact: true }).selectOption("restore");
  await dialog(page).getByLabel("Location").selectOption("north");
  const alert = dialog(page).getByRole("alert");
  await alert.waitFor();
  expect(await alert.textContent()).toMatch(/north.*refused-.*Fix: /s);
  expect(await dialog(page).getByRole("button", { name: "Restore north" }).isDisabled()).toBe(true);
});

test("a wrong token is said at the order, with the way to a right one", async () => {
  const watched = await openPage(browser, `${api.url}/#token=wrong`);
  opened.push(watched);
  const { page } = watched;
  await hasText(page, "All 5 locations");
  await page.keyboard.press("h");
  await page.keyboard.press("h");
  await dialog(page).getByText("this is not the token of this Houston").waitFor();
  await dialog(page).getByText("token-wrong").waitFor();
  expect(hold()).toBeNull();
});

test("a line that breaks is said, and what was missed is there once it is back", async () => {
  const door = await doorTo(api.url);
  try {
    const { page } = await openThrough(door);
    await hasText(page, "All 5 locations");
    door.shut();
    await page.clock.fastForward(3000);
    await page.getByText(/^Stale: last word/).waitFor();
    await page.locator(".stale-data").waitFor();
    expect(await page.title()).toBe("? Houston: no word");
    ill = ["east"];
    await until(() => api.houston.controller.view().incidents.length > 0, "east fails");
    expect(await firstLine(page).textContent()).toContain("All 5 locations");
    door.open();
    await page.clock.fastForward(10_000);
    await page.getByRole("article").first().waitFor();
    await page.getByText(/^Stale/).waitFor({ state: "detached" });
    await page
      .getByText(/east: healthy -> failing/)
      .first()
      .waitFor();
  } finally {
    await door.stop();
  }
});

test("a line that is silent without breaking is noticed too", async () => {
  const door = await doorTo(api.url);
  try {
    const { page } = await openThrough(door);
    await hasText(page, "All 5 locations");
    door.stall();
    await page.clock.fastForward(7000);
    await page.getByText(/^Stale: last word/).waitFor();
    door.open();
    await page.clock.fastForward(4000);
    await page.getByText(/^Stale/).waitFor({ state: "detached" });
  } finally {
    await door.stop();
  }
});

/** With a clock that the test can put forward: how long it waits is told by the live store's own tests. */
async function openThrough(door: Door): Promise<Watched> {
  const watched = await openPage(browser, `${door.url}/`, { prepare: (page) => page.clock.install() });
  opened.push(watched);
  return watched;
}

test("no text from outside becomes markup: causes, services, people, addresses", async () => {
  const hostile = '<img src=x onerror="window.owned=1">';
  const { page, troubles } = await open();
  await hasText(page, "All 5 locations");
  ill = ["east"];
  await until(() => api.houston.controller.view().incidents.length > 0, "an incident");
  const at = api.clock.now();
  const summary = failing(summaryOf("east", { seq: at + 1, at }));
  const say = (): void =>
    api.houston.say("east", {
      summaries: [
        {
          ...summary,
          seq: api.clock.now() + 1,
          at: api.clock.now(),
          own: {
            ...summary.own,
            evidenceNats: 80,
            causes: [{ layer: "resource", name: hostile, share: 0.9 }],
            because: [{ service: hostile, signal: "requests", nats: 80, says: `${hostile} fails` }],
          },
        },
      ],
    });
  await until(async () => {
    say();
    return (await page.getByText(hostile).count()) > 0;
  }, "the hostile name is shown as it is");
  void api.houston.controller.order(hostile, { kind: "hold" });
  await page.getByText(`Held by ${hostile}`).waitFor();
  await page.goto(`${api.url}/location/${encodeURIComponent(hostile)}`);
  await page.getByText(`There is no location ${hostile}`).waitFor();
  await page.goto(`${api.url}/timeline?filter=${encodeURIComponent(hostile)}&at=1e9`);
  await hasText(page, "What Houston said");
  expect(await page.evaluate("[globalThis.owned, document.querySelectorAll('img').length]")).toEqual([undefined, 0]);
  expect(troubles).toEqual([]);
});

test("the past: the slider goes back and shows the world as it was; its address is a permalink", async () => {
  const { page, troubles } = await open("/timeline");
  await hasText(page, "What Houston said");
  await later(40_000);
  ill = ["east"];
  await until(() => stateOf("east") !== "serving", "east is left");
  const failedAt = api.clock.now();
  await later(30_000);
  await page.goto(`${api.url}/timeline?at=${failedAt - 20_000}`);
  await page.getByText(/You look at/).waitFor();
  await hasText(page, /locations served and were healthy/);
  expect(await places(page).getByRole("row").filter({ hasText: "east" }).textContent()).toContain("healthy");
  // Forward with the keyboard, until the map shows what happened.
  const slider = page.getByRole("slider", { name: "Moment to look at" });
  await slider.focus();
  await until(async () => {
    await page.keyboard.press("ArrowRight");
    return (await places(page).getByRole("row").filter({ hasText: "east" }).textContent())!.includes("failing");
  }, "the slider comes to the failure");
  expect(page.url()).toMatch(/at=\d+/);
  await page.getByRole("button", { name: "Back to now" }).click();
  await page.getByText(/You look at/).waitFor({ state: "detached" });
  expect(page.url()).toBe(`${api.url}/timeline`);
  await page.getByRole("combobox", { name: /Only about/ }).selectOption("east");
  expect(page.url()).toBe(`${api.url}/timeline?filter=east`);
  await until(async () => (await page.locator(".words li").count()) > 0, "words about east");
  for (const said of await page.locator(".words li").allTextContents()) expect(said).toContain("east");
  await page.goBack();
  expect(page.url()).toBe(`${api.url}/timeline`);
  // However far it was dragged, Back leads to where one was before, and Forward to the past again.
  await page.goto(`${api.url}/`);
  await hasText(page, "Houston's last words");
  await slider.focus();
  for (let step = 0; step < 5; step += 1) await page.keyboard.press("ArrowLeft");
  const past = page.url();
  expect(past).toMatch(/at=\d+/);
  await page.goBack();
  await page.getByText(/You look at/).waitFor({ state: "detached" });
  await page.goForward();
  await page.getByText(/You look at/).waitFor();
  expect(page.url()).toBe(past);
  // Long before anything was kept: the slider leads on.
  await page.goto(`${api.url}/?at=1000`);
  await page.getByText(/No picture is kept of that moment/).waitFor();
  await slider.focus();
  await page.keyboard.press("End");
  await page.getByText(/You look at/).waitFor({ state: "detached" });
  // A step back from now keeps the keyboard at the slider.
  await page.keyboard.press("ArrowLeft");
  await page.getByText(/You look at/).waitFor();
  await expect.poll(() => page.locator(".waiting, [aria-busy=true]").count()).toBe(0);
  expect(await page.evaluate("document.activeElement.type")).toBe("range");
  expect(troubles).toEqual([]);
});

test("by keyboard alone: skip link, map by arrows, keys, help, and back by Escape", async () => {
  const { page } = await open();
  await hasText(page, "All 5 locations");
  await page.keyboard.press("Tab");
  expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to the content");
  await page.keyboard.press("Enter");
  expect(await page.evaluate("document.activeElement.id")).toBe("main");
  await page.locator(".map-sheet a[tabindex='0']").first().focus();
  const focused = () => page.evaluate<string>(`document.activeElement.getAttribute("aria-label") ?? ""`);
  const seen = new Set([await focused()]);
  for (const key of ["ArrowLeft", "ArrowLeft", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowDown", "ArrowUp"]) {
    await page.keyboard.press(key);
    seen.add(await focused());
  }
  expect(seen.size).toBeGreaterThan(2);
  const name = (await focused()).split(":")[0]!;
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name, level: 2 }).waitFor();
  expect(page.url()).toBe(`${api.url}/location/${name}`);
  const keys = page.getByRole("button", { name: "Keys" });
  await keys.focus();
  await page.keyboard.press("Enter");
  await dialog(page).getByText("hold everything; H again or Enter does it").waitFor();
  await dialog(page).getByRole("button", { name: "Close" }).press("Enter");
  await dialog(page).waitFor({ state: "detached" });
  expect(await focused()).toBe("Keys");
  await page.keyboard.press("?");
  // The brake is in reach from there as well.
  await page.keyboard.press("h");
  await dialog(page).getByRole("heading", { name: "Hold everything" }).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await dialog(page).waitFor({ state: "detached" });
  for (const [key, path] of [
    ["t", "/timeline"],
    ["p", "/plan"],
    ["r", "/trace"],
    ["d", "/drills"],
    ["n", "/"],
  ] as const) {
    await page.keyboard.press(key);
    expect(page.url()).toBe(`${api.url}${path}`);
  }
  await page.goBack();
  expect(page.url()).toBe(`${api.url}/drills`);
});

test("colours as the system says, until a person says otherwise; times local and UTC", async () => {
  const { page } = await open("/", { scheme: "dark" });
  const background = () => page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
  const dark = await background();
  const colours = page.getByRole("button", { name: /^Colours/ });
  await colours.click();
  expect(await background()).toBe(dark);
  await colours.click();
  expect(await background()).not.toBe(dark);
  await page.reload();
  expect(await background()).not.toBe(dark);
  await page.getByRole("button", { name: /show times in UTC/ }).click();
  await page.getByRole("button", { name: /UTC.*show times in local/ }).waitFor();
  expect(await page.locator("time").first().getAttribute("title")).toMatch(/UTC$/);
});

test("axe finds no violation: wide and light, narrow and dark, calm and in trouble, with a dialog open", async () => {
  const found: string[] = [];
  let checked = 0;
  const check = async (page: Page, name: string): Promise<void> => {
    for (const fault of await faultsOf(page)) found.push(`${name}: ${fault}`);
    checked += 1;
  };
  const pages: Page[] = [];
  for (const look of LOOKS) pages.push((await open("/", look)).page);
  for (const [index, page] of pages.entries()) {
    await hasText(page, "All 5 locations");
    await check(page, `calm ${index} /`);
    await page.keyboard.press("h");
    await dialog(page).getByText("nothing moves by itself").first().waitFor();
    await check(page, `calm ${index} hold`);
    await page.keyboard.press("Escape");
    await dialog(page).waitFor({ state: "detached" });
    await goTo(page, "/location/east");
    await check(page, `calm ${index} /location/east`);
  }
  ill = ["east"];
  await until(() => stateOf("east") !== "serving", "east is left");
  const past = `/timeline?at=${api.clock.now() - 5000}`;
  for (const [index, page] of pages.entries()) {
    for (const path of ["/", "/location/east", past, "/plan", "/trace", "/drills"]) {
      await goTo(page, path);
      if (path === "/") await page.getByRole("article").first().waitFor();
      await check(page, `trouble ${index} ${path}`);
    }
  }
  expect(found).toEqual([]);
  expect(checked).toBe(18);
}, 300_000);

/** All of the script together, whether a person opens every view or not; compressed as gzip does, which every browser takes. */
const SCRIPT_BYTES_MAX = 350_000;

test("all script together is small, and none of the made data is in it", () => {
  const folder = join(import.meta.dirname, "../../console/dist/assets");
  const bytes = readdirSync(folder)
    .filter((name) => name.endsWith(".js.gz"))
    .map((name) => readFileSync(join(folder, name)).length)
    .reduce((sum, each) => sum + each, 0);
  expect(bytes).toBeGreaterThan(50_000);
  expect(bytes).toBeLessThan(SCRIPT_BYTES_MAX);
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".js"))) {
    expect(readFileSync(join(folder, name), "utf8")).not.toContain("this is a made Houston");
  }
});
