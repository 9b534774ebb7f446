import type { Browser } from "playwright-core";

export type Smoothness = {
  readonly framesPerSecond: number;
  /** What an empty page has in the same browser. */
  readonly framesPerSecondEmpty: number;
  /** How long the page could not answer a person at most, milliseconds. */
  readonly longestTaskMs: number;
  /** Tasks of more than 50 ms: what a browser calls long, for a person begins to feel it. */
  readonly longTasks: number;
  readonly seconds: number;
};

/** The page's own loading is measured by the first view. */
const SETTLED_MS = 3000;

export async function smoothness(wish: {
  readonly browser: Browser;
  readonly url: string;
  readonly seconds: number;
}): Promise<Smoothness> {
  const { browser, url, seconds } = wish;
  const empty = await watched(browser, { url: "about:blank", seconds: Math.min(3, seconds) });
  const seen = await watched(browser, { url, seconds });
  return {
    framesPerSecond: seen.framesPerSecond,
    framesPerSecondEmpty: empty.framesPerSecond,
    longestTaskMs: Math.round(Math.max(0, ...seen.tasksMs)),
    longTasks: seen.tasksMs.length,
    seconds,
  };
}

async function watched(browser: Browser, wish: { readonly url: string; readonly seconds: number }) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  try {
    const page = await context.newPage();
    await page.goto(wish.url);
    await page.waitForTimeout(SETTLED_MS);
    const { frames, ms, tasksMs } = await page.evaluate<{ frames: number; ms: number; tasksMs: number[] }>(`
      new Promise((done) => {
        const tasksMs = [];
        const observer = new PerformanceObserver((list) => tasksMs.push(...list.getEntries().map((task) => task.duration)));
        observer.observe({ type: "longtask" });
        const began = performance.now();
        let frames = 0;
        const frame = () => {
          frames += 1;
          const ms = performance.now() - began;
          if (ms < ${wish.seconds * 1000}) requestAnimationFrame(frame);
          else done({ frames, ms, tasksMs });
        };
        requestAnimationFrame(frame);
      })`);
    return { framesPerSecond: Math.round((10_000 * frames) / ms) / 10, tasksMs };
  } finally {
    await context.close();
  }
}
