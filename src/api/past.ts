import type { ControlView, Incident, Words } from "../core/control-contract.ts";
import type { TimelineEntry } from "../drivers/chat/timeline.ts";
import type { LogStore } from "../drivers/store/contract.ts";
import type { Frame, FrameLocation } from "../runtime/frame.ts";
import { incidentId } from "../runtime/recorder.ts";
import type { DrillReport, KeptDrill } from "./contract.ts";
import type { Range } from "./query.ts";

/** What was, out of the store: said, seen, gone through, rehearsed. */

/** Oldest first. */
export async function timelineOf(store: LogStore, range: Range): Promise<readonly TimelineEntry[]> {
  const records = await store.records({ kind: "words", ...range });
  return records.map(({ id, body }) => ({ id, ...(body as Words) })).toReversed();
}

/** Oldest first. */
export async function framesOf(store: LogStore, range: Range): Promise<readonly Frame[]> {
  return (await store.frames(range)).map(({ body }) => whole(body as KeptFrame));
}

/** Those of an older Houston say nothing of a location's hold; they are kept for a month. */
type KeptFrame = Omit<Frame, "locations"> & {
  readonly locations: readonly (Omit<FrameLocation, "held"> & { readonly held?: boolean })[];
};

function whole(frame: KeptFrame): Frame {
  return { ...frame, locations: frame.locations.map((place) => ({ ...place, held: place.held ?? false })) };
}

/** Open ones as they are shown now, past ones as they ended; the newest first. */
export async function incidentsOf(
  store: LogStore,
  question: { readonly view: ControlView; readonly limit: number },
): Promise<readonly Incident[]> {
  const { view, limit } = question;
  const kept = await store.records({ kind: "incident", limit });
  const all = new Map(
    [...kept.map(({ body }) => body as Incident), ...view.incidents].map((each) => [incidentId(each), each]),
  );
  return [...all.values()].sort((a, b) => b.openedAt - a.openedAt || b.number - a.number).slice(0, limit);
}

/** Newest first. */
export async function drillsOf(store: LogStore, limit: number): Promise<readonly KeptDrill[]> {
  const records = await store.records({ kind: "drill", limit });
  return records.map(({ at, body }) => ({ at, report: body as DrillReport }));
}
