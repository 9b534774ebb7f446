/**
 * How soon the console shows its first line, how much script it is, and how smooth it stays with 50 locations, 2,000 zones and
 * 2,000 services, in the machine's own Chromium: `node --conditions=reactive-production:source bench/console/bench.ts [--loads 10]
 * [--seconds 20] [--json]`. The first line's limit is the same browser's time for the smallest answer of the same server.
 */
import { parseArgs } from "node:util";
import { startMadeApi } from "../../src/api/made-api.testing.ts";
import { startBrowser } from "../../test/console/browser.ts";
import { startMadeConsole } from "../../test/console/made-console.ts";
import { firstViews } from "./first-view.ts";
import { scriptBytes } from "./script-bytes.ts";
import { smoothness } from "./smoothness.ts";

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    loads: { type: "string", default: "10" },
    seconds: { type: "string", default: "20" },
  },
});

const browser = await startBrowser();
const api = await startMadeApi({ calmSeconds: 12 });
const made = await startMadeConsole();
try {
  const firstLine = await firstViews({ browser, url: api.url, loads: Number(values.loads) });
  const views = [
    { name: "now", path: "/" },
    { name: "location", path: "/location/us-east-1" },
    { name: "timeline", path: "/timeline" },
  ];
  const smooth = [];
  for (const { name, path } of views) {
    const url = `${made.url}${path}#scene=evacuation&locations=50&zones=2000&services=2000&age=20`;
    smooth.push({ view: name, ...(await smoothness({ browser, url, seconds: Number(values.seconds) })) });
  }
  const report = { firstLine, script: scriptBytes(), smooth, browser: browser.version() };
  if (values.json) console.log(JSON.stringify(report));
  else {
    console.table([firstLine]);
    console.table([report.script]);
    console.table(smooth);
  }
} finally {
  await browser.close();
  await Promise.all([api.stop(), made.stop()]);
}
