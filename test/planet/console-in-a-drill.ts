// The console while a real drill runs: each view and order on a planet that is in trouble, and the pictures that the documents show.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DrillReport } from "../../src/api/contract.ts";
import type { Planet } from "../../src/planet/up.ts";
import { openPage, startBrowser, type Watched } from "../console/browser.ts";
import { drawnIn, keepPicture } from "../console/pictures.ts";
import { rehearse, timeoutMs } from "./rehearsal.ts";

/** Houston asks, a person answers, and its users come out while health checks stay green; meanwhile each view is looked at, and orders are given. */
const GRAY = { name: "gray", location: "us-east-1", seconds: 75 };

/** Tests on a planet that serves and is warm; they end in mode act, with us-east-1 evacuated. */
export function consoleInADrill(planet: () => Planet): void {
  describe("the console in a drill", () => {
    let browser: Browser;
    let console: Watched;
    let drill: Promise<DrillReport>;

    beforeAll(async () => {
      browser = await startBrowser();
    });
    afterAll(() => browser?.close());

    test("before anything: all locations are well, and the console says so", { timeout: 180_000 }, async () => {
      console = await openPage(browser, `${planet().api}/#token=${planet().token}`);
      const calm = firstLine(console.page).filter({ hasText: "All 15 locations serve and are healthy" });
      await calm.waitFor({ timeout: 150_000 });
    });

    test(
      "in mode approve a fault asks before anyone is moved, and a key answers",
      { timeout: timeoutMs(GRAY) },
      async () => {
        const { page } = console;
        await mode(page, "approve");
        drill = rehearse(planet(), GRAY);
        // Looked at later: what fails here must not leave it behind unheard.
        drill.catch(() => {});
        await page.getByText("A question waits:").waitFor({ timeout: 120_000 });
        await page.keyboard.press("1");
        await dialog(page)
          .getByText(/you answer 1: approve/)
          .waitFor();
        await dialog(page).getByLabel("Type us-east-1 to confirm").fill("us-east-1");
        await dialog(page).getByRole("button", { name: "Answer 1" }).click();
        await page.getByText(/Answer 1 to question-.*: accepted/).waitFor();
        await page.getByRole("button", { name: "Dismiss" }).click();
      },
    );

    test("an evacuation as people see it, light and dark", { timeout: timeoutMs(GRAY) }, async () => {
      const { page } = console;
      const card = page.getByRole("article").first();
      await card.waitFor({ timeout: 120_000 });
      await firstLine(page).filter({ hasText: "us-east-1" }).waitFor();
      await page.getByRole("progressbar").first().waitFor({ timeout: 60_000 });
      // Some of it under way: the picture shows the move itself.
      await page.locator(".flow").first().waitFor({ state: "attached", timeout: 60_000 });
      await page.mouse.move(0, 0);
      for (const scheme of ["light", "dark"] as const) {
        await drawnIn(page, scheme);
        const png = await page.screenshot();
        await keepPicture(browser, { name: `console-evacuation-${scheme}.png`, png, alike: ALIKE });
      }
      await page.emulateMedia({ colorScheme: "light" });
      expect(await card.getByRole("term").allTextContents()).toEqual([
        "Users",
        "Why",
        "Certain",
        "Doing",
        "Not doing",
        "You need to",
      ]);
      const row = page
        .getByRole("table", { name: /^Locations/ })
        .getByRole("row")
        .nth(1);
      expect(await row.textContent()).toContain("us-east-1");
    });

    test("each view while it goes on", { timeout: timeoutMs(GRAY) }, async () => {
      const { page } = console;
      await page.goto(`${planet().api}/location/us-east-1`);
      await page.getByRole("heading", { name: "us-east-1", exact: true }).waitFor();
      await page
        .getByText(/dynamodb/i)
        .first()
        .waitFor();
      await page.goto(`${planet().api}/plan?without=eu-west-1`);
      await page
        .getByText(/If eu-west-1 went now/)
        .first()
        .waitFor();
      await page.goto(`${planet().api}/timeline?filter=us-east-1`);
      await page.locator(".words li").first().waitFor();
      await page.goto(`${planet().api}/drills`);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.goto(`${planet().api}/trace`);
      await page.getByRole("heading", { level: 1 }).waitFor();
      expect(unexpected(console)).toEqual([]);
    });

    test("orders while it goes on: a small part for a while, then hold and release", { timeout: 180_000 }, async () => {
      const { page } = console;
      await page.goto(`${planet().api}/location/ap-south-1`);
      await page.getByRole("button", { name: "Evacuate", exact: true }).click();
      await dialog(page).getByLabel("Share, %").fill("5");
      await dialog(page).getByLabel("For how long").selectOption("600");
      await dialog(page)
        .getByText(/moves .* rps of /)
        .first()
        .waitFor();
      await dialog(page).getByRole("button", { name: "Evacuate 5 % of ap-south-1 for 10 min" }).click();
      await page.getByText(/Evacuate 5 % of ap-south-1 for 10 min: accepted/).waitFor();
      await page.getByRole("button", { name: "Undo: Restore ap-south-1" }).click();
      await dialog(page).getByRole("button", { name: "Restore ap-south-1" }).click();
      await page.getByText(/Restore ap-south-1: accepted/).waitFor();
      await page.keyboard.press("h");
      await page.keyboard.press("h");
      await page
        .getByText(/Held by alice/)
        .first()
        .waitFor();
      await page.getByRole("button", { name: "Release" }).first().click();
      await dialog(page).getByRole("button", { name: "Release", exact: true }).click();
      await page
        .getByText(/Held by alice/)
        .first()
        .waitFor({ state: "detached" });
      expect(unexpected(console)).toEqual([]);
    });

    test(
      "the mode while it goes on: a person is asked no more, and one undo asks again",
      { timeout: 120_000 },
      async () => {
        const { page } = console;
        await mode(page, "act");
        await page.getByRole("button", { name: "Undo: Mode approve" }).click();
        await dialog(page).getByRole("button", { name: "Mode approve" }).click();
        await page.getByText(/Mode approve: accepted/).waitFor();
        await page.getByText("mode approve").first().waitFor();
        await mode(page, "act");
        expect(unexpected(console)).toEqual([]);
      },
    );

    test(
      "afterwards: all of its users came out, and what happened is replayed from its permalink",
      { timeout: timeoutMs(GRAY) },
      async () => {
        const { page } = console;
        const { certainAt, decidedAt, more, checkouts } = await drill;
        expect(certainAt).not.toBeNull();
        expect(decidedAt).not.toBeNull();
        expect(more.movedOutAt).not.toBeNull();
        expect(more.receivers.length).toBeGreaterThan(0);
        expect(checkouts).toMatchObject({ lost: 0, doubled: 0 });
        await page.goto(`${planet().api}/?at=${decidedAt! + 15_000}`);
        await page.getByText(/You look at/).waitFor();
        await page
          .getByRole("row")
          .filter({ hasText: "us-east-1" })
          .filter({ hasText: /failing|shaky|draining|evacuated/ })
          .waitFor();
        await page.getByRole("button", { name: "Back to now" }).click();
        await page.getByText(/You look at/).waitFor({ state: "detached" });
        expect(unexpected(console)).toEqual([]);
      },
    );
  });
}

/**
 * Spare connections that a browser opens and leaves unused for 5 s are hung up on with 408. On two cores that a planet keeps busy, one
 * may be used in that very moment: then it asks again.
 */
const unexpected = ({ troubles }: Watched) => troubles.filter((trouble) => !trouble.includes("status of 408"));

const firstLine = (page: Page) => page.getByRole("heading", { level: 1 });
const dialog = (page: Page) => page.getByRole("dialog");

async function mode(page: Page, wanted: "act" | "approve"): Promise<void> {
  await page.getByRole("button", { name: "Order ..." }).click();
  await dialog(page).getByRole("combobox", { name: "Order", exact: true }).selectOption("mode");
  await dialog(page).getByRole("combobox", { name: "Mode", exact: true }).selectOption(wanted);
  await dialog(page).getByText(`becomes ${wanted}`).waitFor();
  // With a fault that stands, to act is to move: that is typed.
  if (wanted === "act") await dialog(page).getByLabel("Type act to confirm").fill("act");
  await dialog(page)
    .getByRole("button", { name: `Mode ${wanted}` })
    .click();
  await page.getByText(`mode ${wanted}`).first().waitFor();
}

/** Of one view in different troubles 0.013 to 0.023 were measured, of two views 0.029 and more, of light and dark 0.59. */
const ALIKE = 0.025;
