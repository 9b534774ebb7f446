import { expect, test } from "vitest";
import { pathReport } from "../drills/report-path.ts";
import { chunkHomes, chunkIndex } from "./chunk-homes.ts";
import type { RequestRecord } from "./records.ts";
import { tallyRequests } from "./tally.ts";

const FAULT = 1_000_000;
const SECONDS = 40;
const [HOME, NEXT] = [0, 1];
const [ILL, WELL, FAR] = [0, 1, 2];

const chunk = (zone: number, bucket: number) => ({ zone, class: 0, bucket });

/** An ill zone and a well one at home in one place, and a third whose users are elsewhere. */
function counted(zones: readonly string[]) {
  const homes = chunkHomes(3);
  for (const bucket of [1, 2, 3, 4]) {
    homes.learn(chunkIndex(chunk(ILL, bucket)), HOME, FAULT - 1000);
    homes.learn(chunkIndex(chunk(WELL, bucket)), HOME, FAULT - 1000);
    homes.learn(chunkIndex(chunk(FAR, bucket)), NEXT, FAULT - 1000);
  }
  homes.mark(FAULT);
  for (const bucket of [1, 2, 3]) homes.learn(chunkIndex(chunk(ILL, bucket)), NEXT, FAULT + 5000);
  homes.learn(chunkIndex(chunk(WELL, 1)), NEXT, FAULT + 5000);
  homes.learn(chunkIndex(chunk(FAR, 1)), HOME, FAULT + 5000);
  const record = (zone: number, second: number, more: Partial<RequestRecord> = {}): RequestRecord => ({
    at: FAULT + second * 1000,
    ...chunk(zone, 1),
    kind: "page",
    habit: "obeys",
    called: HOME,
    served: HOME,
    outcome: "ok",
    ms: 40,
    ...more,
  });
  const records = Array.from({ length: SECONDS }, (_, second) => [
    record(ILL, second, second < 6 ? { outcome: "timeout", served: 255 } : { served: NEXT }),
    record(WELL, second, second === 30 ? { outcome: "status" } : {}),
    record(FAR, second, { called: NEXT, served: NEXT, outcome: "status" }),
    // Who holds on to an address is counted apart, whatever its zone.
    record(ILL, second, { habit: "pinned", outcome: "timeout" }),
  ]);
  return tallyRequests(records.flat(), {
    since: FAULT,
    until: FAULT + SECONDS * 1000,
    locations: ["us-east-1"],
    locationNames: ["us-east-1", "us-east-2"],
    mark: homes.marked(FAULT),
    zones,
    zoneNames: ["ill", "well", "far"],
    roundTripMs: () => 20,
  });
}

test("an ill path: its zones' users beside all others who had the place, what failed of each and who was moved", () => {
  expect(pathReport({ tally: counted(["ill"]), faultAt: FAULT })).toEqual({
    zones: ["ill"],
    requests: { total: SECONDS, failed: 6 },
    wellAt: FAULT + 6000,
    movedShare: 0.75,
    others: { requests: { total: SECONDS, failed: 1 }, movedShare: 0.25 },
  });
});

test("where no zones are asked about there is no path", () => {
  expect(pathReport({ tally: counted([]), faultAt: FAULT })).toBeNull();
});
