// The views of one location, the plan, a request and the drills in a real browser: before the real API of a made Houston, and
// with made answers where a Houston of five places has too little to show.
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { madeDrills } from "../../console/src/made-data/drills.ts";
import { madeFullPlan, madePlan, madeView } from "../../console/src/made-data/plan.ts";
import { MADE_AT, madeDetail, madeLargeEstate, madeWhy, madeWorld } from "../../console/src/made-data/stack.ts";
import { madeTrace } from "../../console/src/made-data/trace.ts";
import { aDrillReport } from "../../src/api/drill-report.testing.ts";
import { MADE_START, startMadeApi, type MadeApi } from "../../src/api/made-api.testing.ts";
import { goTo, LOOKS, openPage, startBrowser, type Watched } from "./browser.ts";

let browser: Browser;
let api: MadeApi;
const world = { goesOn: true };
let gone: Promise<void>;
let opened: Watched[] = [];
/** A browser complains when Houston refuses something, as it should. */
let refusalIsWanted = false;

beforeAll(async () => {
  browser = await startBrowser();
  api = await startMadeApi({
    illSeconds: 3,
    api: {
      trace: async (id) => (id === "order-7" ? madeTrace : { id, journal: null, hops: [], silent: ["west"], kept: [] }),
    },
  });
  // The made clock goes on as ours does, so that the page is never stale; east stays ill.
  gone = (async () => {
    while (world.goesOn) {
      await api.houston.second(["east"]);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  })();
});

afterAll(async () => {
  world.goesOn = false;
  await gone;
  await browser?.close();
  await api?.stop();
});

afterEach(async () => {
  for (const { page } of opened) await page.context().close();
  // Nobody else was asked, nothing was thrown, and the page's own rules about scripts and styles were kept.
  const troubles = opened
    .flatMap((each) => each.troubles)
    .filter((trouble) => !refusalIsWanted || !trouble.includes("Failed to load resource"));
  [opened, refusalIsWanted] = [[], false];
  expect(troubles).toEqual([]);
});

async function open(
  path: string,
  options: {
    readonly width?: number;
    readonly scheme?: "light" | "dark";
    /** Answers instead of those of the made Houston, by their address. */
    readonly made?: Readonly<Record<string, unknown>>;
  } = {},
): Promise<Page> {
  const { made = {}, ...look } = options;
  const prepare = async (page: Page): Promise<void> => {
    for (const [address, body] of Object.entries(made))
      await page.route(`**/api/${address}`, (route) => route.fulfill({ json: body }));
    if (made["view"] === undefined) return;
    await page.clock.install();
    const body = `event: view\ndata: ${JSON.stringify(made["view"])}\n\n`;
    await page.route("**/api/stream", (route) => route.fulfill({ contentType: "text/event-stream", body }));
  };
  const watched = await openPage(browser, `${api.url}${path}`, { ...look, prepare });
  opened.push(watched);
  return watched.page;
}

/** A larger world than the made Houston has: us-east-1 suffers from its dynamodb. */
const LARGE = {
  world: madeWorld,
  view: madeView,
  "locations/*": madeDetail,
  "why/*": madeWhy,
  "plan*": madePlan,
  "trace/*": madeTrace,
  drills: { drills: madeDrills },
};

const viewOf = (page: Page) => page.locator(".view");
const addressOf = (page: Page): string => page.url().slice(api.url.length);
const allAnswered = (page: Page) =>
  viewOf(page)
    .getByRole("status")
    .filter({ hasText: / could (?:not )?go / });

/** What is there after a click is there when its address is opened in a page of its own, too. */
async function isKept(page: Page, says: (page: Page) => Promise<void>): Promise<void> {
  await says(page);
  await says(await open(addressOf(page), { made: LARGE }));
}

describe("before a real API", () => {
  test("a sick location shows its stack, with the cause marked by shape and words", async () => {
    const page = await open("/location/east");
    const view = viewOf(page);
    await view.getByText(/east is failing: likely dynamodb \(90 % of the evidence\)/).waitFor();
    const cause = view.getByRole("button", { name: /dynamodb ?, resource; likely cause 90 %/ });
    await cause.waitFor();
    expect(await cause.locator("svg").count()).toBe(1);
    await view.getByText("10 % of requests fail", { exact: true }).waitFor();
    await view.getByText("Can't do without it: browse").waitFor();
    await view
      .getByText(/is left, canary first/)
      .first()
      .waitFor();
  });

  test("at a past moment it shows what was thought then, and says so", async () => {
    const page = await open(`/location/east?at=${MADE_START + 3000}`);
    const view = viewOf(page);
    await view.getByText("As it was then.").waitFor();
    await view.getByText(/^What each service did then/).waitFor();
    await page.getByRole("button", { name: "1 min earlier" }).click();
    await expect.poll(() => new URL(page.url()).searchParams.get("at")).toBe(String(MADE_START + 3000 - 60_000));
    await view.getByText("Nothing had been noted of it by then.").waitFor();
  });

  test("the plan says who would go where, and choosing another place asks again, by a link that can be kept", async () => {
    const page = await open("/plan?without=west");
    await viewOf(page)
      .getByText(/^If west went now: .* rps to .*; everyone fits\.$/)
      .waitFor();
    await page.getByLabel("Without").selectOption("north");
    await viewOf(page)
      .getByText(/^If north went now: /)
      .waitFor();
    expect(new URL(page.url()).search).toBe("?without=north");
  });

  test("whether any one location could go is answered for all of them, when asked", async () => {
    const page = await open("/plan");
    await page.getByRole("button", { name: "Check 5 locations" }).click();
    await page.getByText(/^Any one of the 5 could go now; everyone fits\.$/).waitFor();
    await page
      .getByRole("row", { name: /middle/ })
      .getByRole("link")
      .click();
    await viewOf(page)
      .getByText(/^If middle went now: /)
      .waitFor();
  });

  test("what Houston refuses is shown with its code and the fix", async () => {
    refusalIsWanted = true;
    const page = await open("/plan?without=wset");
    const problem = viewOf(page).getByRole("alert");
    await problem.getByText("unknown-location").waitFor();
    expect(await problem.textContent()).toMatch(/west/);
  });

  test("a request is found by typing its name; one that nobody remembers says who was silent", async () => {
    const page = await open("/trace");
    await page.getByLabel("Request, order or key").fill("order-7");
    await page.keyboard.press("Enter");
    await viewOf(page)
      .getByText(/went on elsewhere: us-east-1 → us-east-2/)
      .waitFor();
    expect(new URL(page.url()).pathname).toBe("/trace/order-7");
    await viewOf(page).getByText("us-east-1 did not answer: what it knows is missing here.").waitFor();
    await viewOf(page)
      .getByText(/went on here at \+2,283 ms, from us-east-1/)
      .waitFor();
    await page.getByLabel("Request, order or key").fill("nobody/knows this");
    await page.getByRole("button", { name: "Show its way" }).click();
    await viewOf(page).getByText("Nobody remembers a request nobody/knows this.").waitFor();
    await viewOf(page)
      .getByText(/west did not answer/)
      .waitFor();
  });

  test("drills are empty first, and a report that comes in is shown with what it cost", async () => {
    const page = await open("/drills");
    await viewOf(page).getByText("No drill has been run against this Houston yet.").waitFor();
    await fetch(`${api.url}/api/drills`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${api.token}` },
      body: JSON.stringify(aDrillReport()),
    });
    await page.reload();
    const row = viewOf(page).getByRole("row", { name: /hard-down/ });
    await row.getByText("60 (6.7 %)").waitFor();
    await row.getByText("west 2.5 s").waitFor();
    await row.getByRole("button", { name: "hard-down" }).click();
    await viewOf(page).getByText("east is lost").waitFor();
  });
});

describe("with made answers", () => {
  test("the stack is walked with the arrow keys, and the chosen part is told beside it", async () => {
    const page = await open("/location/us-east-1", { made: LARGE });
    const cause = page.getByRole("button", { name: /dynamodb ?, resource/ });
    await cause.focus();
    await page.keyboard.press("ArrowUp");
    const focused = await page.evaluate<string>(`document.activeElement.getAttribute("data-node")`);
    expect(focused).toMatch(/^service:/);
    expect(focused).not.toBe("service:dynamodb");
    await page.getByRole("region", { name: `About ${focused.replace("service:", "")}` }).waitFor();
    // One stop of the Tab key for the whole picture.
    expect(await page.locator('.stack-drawing [tabindex="0"]').count()).toBe(1);
  });

  test("of 2,000 services some forty are drawn, and any of the others can be looked for", async () => {
    const estate = { ...madeWorld.estate, ...madeLargeEstate(2000) };
    const page = await open("/location/us-east-1", { made: { ...LARGE, world: { ...madeWorld, estate } } });
    const drawn = page.locator(".stack-drawing .node");
    await drawn.first().waitFor();
    expect(await drawn.count()).toBeLessThan(50);
    await page.getByRole("button", { name: /more of layer service/ }).click();
    await page.getByLabel("Look for one").fill("tier2-service-123");
    await page.getByRole("button", { name: "tier2-service-123", exact: true }).click();
    await page.locator('[data-node="service:tier2-service-123"]').waitFor();
  });

  describe("whatever is opened has an address, and Back and Forward lead through what was opened", () => {
    test("a drill's report", async () => {
      const page = await open("/drills", { made: LARGE });
      const [gray, hardDown] = madeDrills.map(({ report }) => `/drills/${report.drill}-${report.faultAt}`);
      const button = (name: string) => page.getByRole("button", { name, exact: true });
      await button("gray").click();
      await isKept(page, (shown) => viewOf(shown).getByText("drill: gray us-east-1").waitFor());
      expect(addressOf(page)).toBe(gray);
      await button("hard-down").click();
      expect(addressOf(page)).toBe(hardDown);
      await page.goBack();
      await viewOf(page).getByText("drill: gray us-east-1").waitFor();
      await page.goBack();
      await viewOf(page).getByText("drill: gray us-east-1").waitFor({ state: "detached" });
      expect(addressOf(page)).toBe("/drills");
      await page.goForward();
      await button("gray").and(page.locator("[aria-expanded=true]")).waitFor();
      // Shut is no report open.
      await button("gray").click();
      expect(addressOf(page)).toBe("/drills");
      await goTo(page, "/drills/gray-5");
      await viewOf(page).getByText("The drill gray-5 is not among the last 4 ones.").waitFor();
    });

    test("the table of every loss", async () => {
      const page = await open("/plan", { made: LARGE });
      await page.getByRole("button", { name: /^Check \d+ locations$/ }).click();
      await isKept(page, (shown) => allAnswered(shown).waitFor());
      expect(addressOf(page)).toBe("/plan/every-loss");
      await page.getByRole("table").getByRole("link", { name: "us-east-1" }).click();
      expect(addressOf(page)).toBe("/plan?without=us-east-1");
      await page.getByLabel("Without").selectOption("eu-west-1");
      expect(addressOf(page)).toBe("/plan?without=eu-west-1");
      await page.goBack();
      expect(await page.getByLabel("Without").inputValue()).toBe("us-east-1");
      await page.goBack();
      await allAnswered(page).waitFor();
      await page.goBack();
      await page.getByRole("button", { name: /^Check/ }).waitFor();
    });

    test("a box of the stack, drawn from the first or looked for", async () => {
      const estate = { ...madeWorld.estate, ...madeLargeEstate(2000) };
      const made = { ...LARGE, world: { ...madeWorld, estate } };
      const page = await open("/location/us-east-1", { made });
      const about = (name: string) => page.getByRole("region", { name: `About ${name}`, exact: true });
      await page.getByRole("button", { name: /dynamodb ?, resource/ }).click();
      await about("dynamodb").waitFor();
      expect(addressOf(page)).toBe("/location/us-east-1?part=service%3Adynamodb");
      await page.getByRole("button", { name: /more of layer service/ }).click();
      await page.getByRole("region", { name: "More of layer service" }).waitFor();
      // The arrow keys wander: they leave no step behind.
      await page.getByRole("button", { name: /dynamodb ?, resource/ }).click();
      for (const key of ["ArrowUp", "ArrowLeft", "ArrowRight"]) await page.keyboard.press(key);
      expect(addressOf(page)).not.toMatch(/dynamodb/);
      await page.goBack();
      await page.getByRole("region", { name: "More of layer service" }).waitFor();
      await page.goBack();
      await about("dynamodb").waitFor();
      await page.goBack();
      await about("dynamodb").waitFor({ state: "detached" });
      await page.goForward();
      await about("dynamodb").waitFor();
      // One of two thousand that would not be drawn by itself.
      const other = await open("/location/us-east-1?part=service%3Atier2-service-123", { made });
      await other.getByRole("region", { name: "About tier2-service-123" }).waitFor();
      await other.locator('[data-node="service:tier2-service-123"][aria-pressed=true]').waitFor();
      await goTo(other, "/location/us-east-1?part=service%3Anone");
      await other.getByText("There is no service:none in this stack.").waitFor();
    });

    test("a request's way", async () => {
      const page = await open("/trace", { made: LARGE });
      await page.getByLabel("Request, order or key").fill("order-7");
      await page.keyboard.press("Enter");
      await isKept(page, (shown) =>
        viewOf(shown)
          .getByText(/went on elsewhere: us-east-1 → us-east-2/)
          .waitFor(),
      );
      expect(addressOf(page)).toBe("/trace/order-7");
      await page.goBack();
      await expect.poll(() => page.getByLabel("Request, order or key").inputValue()).toBe("");
      await page.goForward();
      await expect.poll(() => page.getByLabel("Request, order or key").inputValue()).toBe("order-7");
    });
  });

  test("a Houston that answers, and for long has had nothing new to show, is said not to decide", async () => {
    const page = await open("/", { made: LARGE });
    await page.getByRole("heading", { level: 1 }).filter({ hasText: "us-east-1" }).waitFor();
    await page.clock.fastForward(12_000);
    await page.getByText(/^Houston answers, and has decided nothing since/).waitFor();
    await expect.poll(() => page.title()).toBe("? Houston: not deciding");
  });

  test("who finds no place is said by class, and a receiver at the guard is marked in words", async () => {
    const page = await open("/plan?without=us-east-1", { made: { ...LARGE, "plan*": madeFullPlan } });
    await viewOf(page).getByText("PUBLIC 190 rps: no place that law allows has room").waitFor();
    expect(await viewOf(page).getByText("at the guard").count()).toBe(2);
  });

  test("names from outside are shown as they are and never become markup", async () => {
    const hostile = '<img src=x onerror="document.title=`hurt`">';
    const verdict = {
      ...madeDetail.view.verdict,
      causes: [{ layer: "resource", name: hostile, share: 0.8 }],
      because: [{ service: hostile, signal: hostile, nats: 12, says: `${hostile}; ${hostile}` }],
    };
    const page = await open("/location/us-east-1", {
      made: {
        ...LARGE,
        world: {
          ...madeWorld,
          estate: { ...madeWorld.estate, services: { [hostile]: { layer: "resource", dependsOn: [] } } },
        },
        "locations/*": { ...madeDetail, view: { ...madeDetail.view, verdict } },
        "why/*": {
          ...madeWhy,
          verdict,
          decisions: [
            { at: MADE_AT, event: "tick", effects: [], reasons: [{ code: hostile, says: hostile }], evidence: null },
          ],
          words: [{ at: MADE_AT, level: "info", what: hostile }],
        },
        "trace/*": { ...madeTrace, hops: [{ at: MADE_AT, location: hostile, kind: hostile }], silent: [hostile] },
      },
    });
    await viewOf(page).getByText(hostile).first().waitFor();
    await page.goto(`${api.url}/trace/%3Cimg%20src%3Dx%3E`);
    await viewOf(page).getByText(`${hostile} did not answer: what it knows is missing here.`).waitFor();
    expect(await page.locator("img").count()).toBe(0);
    expect(await page.title()).not.toBe("hurt");
  });

  const PATHS = ["/location/us-east-1", "/plan?without=us-east-1", "/trace/order-7", "/drills"];
  test.each(LOOKS)(
    "at $width px, $scheme, no view has a fault that axe finds, and none scrolls sideways",
    async ({ width, scheme }) => {
      const page = await open("/", { width, scheme, made: LARGE });
      await page.evaluate(axe.source);
      for (const path of PATHS) {
        await goTo(page, path);
        if (path === "/drills") await page.getByRole("button", { name: "two-down" }).click();
        for (const summary of await page.locator(".view summary").all()) await summary.click();
        const found = await page.evaluate<string[]>(`axe.run(".view").then(({ violations }) =>
          violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html).join(" ")))`);
        expect([path, found]).toEqual([path, []]);
        const wide = await page.evaluate<string[]>(`[...document.querySelectorAll(".view *")]
          .filter((element) => element.getBoundingClientRect().right > innerWidth)
          .map(({ className, tagName }) => tagName + " " + className)`);
        expect([path, wide]).toEqual([path, []]);
      }
    },
  );
});
