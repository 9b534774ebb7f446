import { expect, test } from "vitest";
import {
  CELL,
  FROM_NUMBERS,
  newRecent,
  oldestUnlearnt,
  openRow,
  rowAgo,
  ROWS_MOST,
  SAMPLE_EACH,
  sampleNewest,
  timeOf,
  toldAt,
  wait,
} from "./recent.ts";

const AT = 1_700_000_000_000;
const YOUNG_MS = 10_000;

const told = (logMs: number) => ({ from: ["elsewhere"], logMs: [logMs] });

/** Looks at this distance from each other; the newest `waiting` of them wait to be learnt from. */
function looked(looks: number, apartMs: number, waiting: number) {
  const recent = newRecent();
  for (let look = 1; look <= looks; look++) {
    const row = openRow(recent, AT + look * apartMs, YOUNG_MS);
    recent.rows[row + CELL.total] = look;
    if (look % SAMPLE_EACH === 0) sampleNewest(recent, new Float32Array(FROM_NUMBERS).fill(look));
    wait(recent, told(look));
    if (recent.unlearnt > waiting) recent.unlearnt -= 1;
  }
  return recent;
}

test("C1: a row that is young or waits is kept, its time to the millisecond, with what was told; an old one makes room", () => {
  for (const [apartMs, waiting, least] of [
    [1000, 15, 15],
    [250, 60, 60],
    [60_000, 2, 2],
    [3_600_000, 40, 40],
    [999, 0, 10],
  ] as const) {
    const recent = looked(500, apartMs, waiting);
    expect(recent.count).toBeGreaterThanOrEqual(least);
    for (let ago = 0; ago < least; ago++) {
      const row = rowAgo(recent, ago);
      expect([recent.rows[row + CELL.total], timeOf(recent, row)]).toEqual([500 - ago, AT + (500 - ago) * apartMs]);
      const sample = recent.rows[row + CELL.sample]!;
      const isSample = (500 - ago) % SAMPLE_EACH === 0;
      if (ago < waiting)
        expect(isSample ? recent.rows[sample + FROM_NUMBERS - 1] : sample).toBe(isSample ? 500 - ago : Number.NaN);
      if (ago < waiting) expect(toldAt(recent, row)?.logMs).toEqual([500 - ago]);
    }
    const oldest = oldestUnlearnt(recent);
    expect(oldest === null ? null : recent.rows[oldest + CELL.total]).toBe(waiting === 0 ? null : 501 - waiting);
  }
});

test("however many look and wait, there is an end", () => {
  const recent = looked(10_000, 1, 10_000);
  expect(recent.most).toBe(ROWS_MOST);
  expect(recent.unlearnt).toBeLessThanOrEqual(ROWS_MOST);
});
