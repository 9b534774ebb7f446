import { expect, test } from "vitest";
import { busyHours } from "./busy-hours.ts";

const monday = Date.UTC(2026, 10, 23);
const HOUR_MS = 3_600_000;

test("of each hour of the week the busiest hourly mean is kept, and each row has its own", () => {
  const hours = busyHours();
  for (const [week, rps] of [100, 300, 200].entries()) {
    const at = monday + week * 168 * HOUR_MS + 9 * HOUR_MS;
    hours.add({ at, zone: "us", class: "public", rps: rps - 20 });
    hours.add({ at: at + 1, zone: "us", class: "public", rps: rps + 20 });
    hours.add({ at: at + 2, zone: "eu", class: "public", rps: 500 - rps });
  }
  hours.add({ at: monday + 4 * 168 * HOUR_MS - 1, zone: "us", class: "public", rps: 7 });
  expect(hours.moments()).toEqual([
    { name: "Monday 09:00 UTC", demandRps: { public: { eu: 400, us: 300 } } },
    { name: "Sunday 23:00 UTC", demandRps: { public: { eu: 0, us: 7 } } },
  ]);
});
