import { expect, test } from "vitest";
import { control, initialControl, type ControlState } from "../core/control.ts";
import type { ControlEvent } from "../core/control-contract.ts";
import type { ControlRecordingLine } from "./control-recording.ts";
import { failing, madeEstate } from "./made-houston.testing.ts";
import { replayControl, type ReplayChanges } from "./replay.ts";
import { summaryOf } from "./summary.testing.ts";

/** A second in which every place reports; east may be ill. */
function second(at: number, ill: boolean): readonly ControlEvent[] {
  return [
    ...madeEstate.locations.flatMap(({ name }): ControlEvent[] => {
      const summary = summaryOf(name, { seq: at, at });
      return [
        { event: "summary", at, summary: ill && name === "east" ? failing(summary) : summary },
        { event: "capacity", at, capacity: { at, location: name, capacityRps: 1000, readyRps: 200 } },
        { event: "demand", at, demand: { from: name, rps: { public: { [`zone-${name}`]: 100 } } } },
      ];
    }),
    { event: "tick", at },
  ];
}

async function replayed(state: ControlState, changes?: ReplayChanges): Promise<readonly string[]> {
  const lines: readonly ControlRecordingLine[] = [
    { kind: "state", state, digest: "" },
    ...second(20_000, true).map((event): ControlRecordingLine => ({ kind: "event", event })),
  ];
  const steps = replayControl(
    (async function* () {
      yield* lines;
    })(),
    { initial: initialControl(), step: control, ...(changes && { changes }) },
  );
  const codes: string[] = [];
  for await (const { reasons } of steps) codes.push(...reasons.map(({ code }) => code));
  return codes;
}

test("a setting is changed also where the recording begins in the middle, with the state of then", async () => {
  let state = initialControl();
  const events: readonly ControlEvent[] = [
    { event: "config", at: 10_000, estate: madeEstate },
    ...[11, 12, 13, 14, 15].flatMap((at) => second(at * 1000, false)),
  ];
  for (const event of events) state = control(state, event).state;
  expect(await replayed(state)).toContain("evacuate");
  const observed = await replayed(state, { mode: "observe" });
  expect(observed).toContain("would");
  expect(observed).not.toContain("evacuate");
});
