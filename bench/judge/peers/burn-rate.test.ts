import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { alertOf, episodesIn, PAGES, TICKETS } from "./burn-rate.ts";
import { writeOpenMetrics } from "./prometheus.ts";

test("the pages are the workbook's, on failures and on slowness", () => {
  expect(alertOf(PAGES, 1).split(" or ")).toEqual([
    "(rate(failed_total[1h]) / rate(requests_total[1h]) > 0.0144 and rate(failed_total[5m]) / rate(requests_total[5m]) > 0.0144)",
    "(rate(failed_total[6h]) / rate(requests_total[6h]) > 0.006 and rate(failed_total[30m]) / rate(requests_total[30m]) > 0.006)",
    "(rate(slow_total[1h]) / rate(requests_total[1h]) > 0.144 and rate(slow_total[5m]) / rate(requests_total[5m]) > 0.144)",
    "(rate(slow_total[6h]) / rate(requests_total[6h]) > 0.06 and rate(slow_total[30m]) / rate(requests_total[30m]) > 0.06)",
  ]);
});

test("a ticket is one burn rate over three days and six hours", () => {
  expect(alertOf(TICKETS, 1)).toContain(
    "rate(failed_total[3d]) / rate(requests_total[3d]) > 0.001 and rate(failed_total[6h])",
  );
});

test("an alert that stands for hours is counted each hour", () => {
  expect(episodesIn([30, 60, 90, 3600, 3630, 7260, 7290])).toBe(3);
  expect(episodesIn([])).toBe(0);
});

test("a counter says how far it is after each scrape", () => {
  const folder = mkdtempSync(join(tmpdir(), "burn-rate-"));
  try {
    const file = join(folder, "scrapes.om");
    writeOpenMetrics(
      file,
      new Map([
        [
          "here",
          [
            [100, 1, 0],
            [50, 0, 2],
          ],
        ],
      ]),
    );
    expect(readFileSync(file, "utf8").split("\n")).toEqual([
      'requests_total{place="here"} 100 1700000040',
      'requests_total{place="here"} 150 1700000070',
      'failed_total{place="here"} 1 1700000040',
      'failed_total{place="here"} 1 1700000070',
      'slow_total{place="here"} 0 1700000040',
      'slow_total{place="here"} 2 1700000070',
      "# EOF",
      "",
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
