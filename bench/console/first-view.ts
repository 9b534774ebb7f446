import type { Browser } from "playwright-core";

export type FirstViews = {
  /** From the navigation's start to the first line's first frame, median, milliseconds. */
  readonly medianMs: number;
  readonly worstMs: number;
  /** The same browser's time for the smallest answer of the same server: no console can be sooner. */
  readonly limitMs: number;
  readonly loads: number;
};

/** Each load with nothing kept from those before. In turns with the limit, so that a busy moment of the machine hits both. */
export async function firstViews(wish: {
  readonly browser: Browser;
  readonly url: string;
  readonly loads: number;
}): Promise<FirstViews> {
  const { browser, url, loads } = wish;
  const [shown, limits]: [number[], number[]] = [[], []];
  for (let load = 0; load < loads; load += 1) {
    limits.push(await loadMs(browser, `${url}/nothing`, "body"));
    // The line stands there only when Houston has answered; before, it is asked.
    shown.push(await loadMs(browser, `${url}/`, ".first-line h1 .hidden"));
  }
  return { medianMs: median(shown), worstMs: Math.round(Math.max(...shown)), limitMs: median(limits), loads };
}

async function loadMs(browser: Browser, url: string, awaited: string): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  try {
    const page = await context.newPage();
    await page.addInitScript(`{
      let isSeen = false;
      const look = () => {
        if (isSeen || document.querySelector(${JSON.stringify(awaited)}) === null) return;
        isSeen = true;
        requestAnimationFrame(() => setTimeout(() => (globalThis.shownAfterMs = performance.now())));
      };
      new MutationObserver(look).observe(document, { childList: true, subtree: true });
      addEventListener("DOMContentLoaded", look);
    }`);
    await page.goto(url);
    await page.waitForFunction("globalThis.shownAfterMs !== undefined");
    return await page.evaluate<number>("globalThis.shownAfterMs");
  } finally {
    await context.close();
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return Math.round(sorted[Math.floor(sorted.length / 2)] ?? NaN);
}
