import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import { chromium, type Browser, type Page } from "playwright-core";

/** A real browser on the real console, for its tests. */

const root = join(import.meta.dirname, "..", "..");
const CHROMIUM = "/usr/bin/chromium";
/** As root and without a screen; and it asks nobody for anything of its own. */
const ARGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export async function startBrowser(): Promise<Browser> {
  if (!existsSync(CHROMIUM))
    throw new Error(`${CHROMIUM} is missing; fix: apt-get install chromium (npm test does it)`);
  const built = spawnSync(process.execPath, [join(root, "scripts", "build-console.js")], { encoding: "utf8" });
  if (built.status !== 0) throw new Error(`the console could not be built:\n${built.stderr}`);
  return chromium.launch({ executablePath: CHROMIUM, args: ARGS });
}

/** Colours know nothing of the width and the layout nothing of the colours: two looks see all of the style sheet. */
export const LOOKS = [
  { width: 1280, scheme: "light" },
  { width: 360, scheme: "dark" },
] as const;

/** What a page did that it should not: calls to others, errors, whatever its console complains of. */
export type Watched = { readonly page: Page; readonly troubles: string[] };

export async function openPage(
  browser: Browser,
  url: string,
  options: {
    readonly width?: number;
    readonly height?: number;
    readonly scheme?: "light" | "dark";
    /** The person whom the record names; null: not asked yet. */
    readonly person?: string | null;
    /** Of the browser's clock; absent: the machine's. */
    readonly timeZone?: string;
    /** Before anything is loaded. */
    readonly prepare?: (page: Page) => Promise<void>;
  } = {},
): Promise<Watched> {
  const { width = 1280, height = 800, scheme = "light", person = "alice", timeZone } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    ...(timeZone === undefined ? {} : { timezoneId: timeZone }),
  });
  if (person !== null) await context.addInitScript(`localStorage.setItem("houston-person", ${JSON.stringify(person)})`);
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const troubles: string[] = [];
  const { origin } = new URL(url);
  page.on("request", (request) => {
    if (!request.url().startsWith(`${origin}/`)) troubles.push(`asks ${request.url()}`);
  });
  page.on("pageerror", (error) => void troubles.push(`throws ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") troubles.push(`says ${message.text()}`);
  });
  await options.prepare?.(page);
  await page.goto(url);
  return { page, troubles };
}

/** To another address as a click leads there, without loading the page again; until nothing of it is on its way any more. */
export async function goTo(page: Page, path: string): Promise<void> {
  const address = JSON.stringify(path);
  await page.evaluate(`history.pushState(null, "", ${address}), dispatchEvent(new PopStateEvent("popstate"))`);
  await isShown(page);
}

/** Until what the address names is there, and nothing of it is on its way any more. */
export async function isShown(page: Page): Promise<void> {
  await page.locator("main :is(.card, h2)").first().waitFor();
  await page.locator(".waiting, [aria-busy=true]").first().waitFor({ state: "detached" });
}

/** What axe finds wrong with the page, and whatever hangs out of it: a page that has to be pushed sideways hides half of itself. */
export async function faultsOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate<readonly string[]>(`axe.run().then(({ violations }) =>
    violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html.slice(0, 200)).join(" | ")))`);
  const [is, may] = await page.evaluate<[number, number]>("[document.documentElement.scrollWidth, innerWidth]");
  return is > may ? [...found, `${is} px wide in ${may}`] : found;
}

/** A door in front of Houston that can be shut, or let nothing through without saying so. */
export type Door = { readonly url: string; shut(): void; stall(): void; open(): void; stop(): Promise<void> };

export async function doorTo(url: string): Promise<Door> {
  const { port, hostname } = new URL(url);
  let state: "open" | "shut" | "stalled" = "open";
  const sockets = new Set<Socket>();
  const server = createServer((outside) => {
    if (state === "shut") {
      outside.destroy();
      return;
    }
    const inside = connect(Number(port), hostname);
    for (const [from, to] of [
      [outside, inside],
      [inside, outside],
    ] as const) {
      sockets.add(from);
      from.on("data", (data) => (state === "stalled" ? undefined : to.write(data)));
      from.on("error", () => to.destroy());
      from.on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    shut() {
      state = "shut";
      for (const socket of sockets) socket.destroy();
    },
    stall: () => (state = "stalled"),
    open: () => (state = "open"),
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
