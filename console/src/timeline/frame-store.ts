import type { HoustonClient } from "../../../src/api/client.ts";
import type { Frame } from "../../../src/api/contract.ts";
import type { UnixMs } from "../../../src/core/step.ts";

/**
 * Pictures of the past, fetched in pieces of CHUNK_MS as somebody looks at them and kept, the last CHUNKS_MAX of them.
 */
export type FrameStore = {
  /** The picture of that moment; null: none is kept. */
  at(moment: UnixMs): Promise<Frame | null>;
};

const CHUNK_MS = 5 * 60_000;
/** Frames are a minute apart where the past is old: what was before the piece's first may be in it. */
const BEFORE_MS = 60_000;
/** A frame each 5 s makes 72 for a piece and the minute before it. */
const FRAMES_MAX = 100;
/** Five hours of dragging to and fro. */
const CHUNKS_MAX = 60;
/** The present's piece still grows. */
const FRESH_MS = 5000;

export function frameStore(client: Pick<HoustonClient, "frames">, now: () => UnixMs): FrameStore {
  const chunks = new Map<number, { readonly frames: Promise<readonly Frame[]>; readonly until: UnixMs }>();
  const chunk = (index: number): Promise<readonly Frame[]> => {
    const known = chunks.get(index);
    if (known !== undefined && known.until > now()) return known.frames;
    const since = index * CHUNK_MS;
    const frames = client.frames({
      since: Math.max(0, since - BEFORE_MS),
      until: since + CHUNK_MS - 1,
      limit: FRAMES_MAX,
    });
    chunks.delete(index);
    chunks.set(index, { frames, until: since + CHUNK_MS > now() ? now() + FRESH_MS : Infinity });
    // What failed is asked for again next time.
    frames.catch(() => chunks.delete(index));
    if (chunks.size > CHUNKS_MAX) chunks.delete(chunks.keys().next().value!);
    return frames;
  };
  return { at: async (moment) => frameAt(await chunk(Math.floor(moment / CHUNK_MS)), moment) };
}

/** Older than this a picture says nothing of the moment any more. */
export const FRAME_HOLDS_MS = 90_000;

/** The newest that is not after the moment. Frames come oldest first. */
export function frameAt(frames: readonly Frame[], moment: UnixMs): Frame | null {
  const frame = frames.findLast(({ at }) => at <= moment);
  return frame !== undefined && moment - frame.at <= FRAME_HOLDS_MS ? frame : null;
}
