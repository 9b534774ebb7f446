import type { ServerResponse } from "node:http";
import type { ControlView } from "../core/control-contract.ts";
import type { UnixMs } from "../core/step.ts";
import type { TimelineEntry } from "../drivers/chat/timeline.ts";
import type { Cancel, Clock } from "../runtime/clock.ts";
import type { StreamEvent } from "./contract.ts";

/**
 * The live stream (server-sent events): `words` when Houston says something, `view` when what it thinks has changed, at
 * most twice a second. A reader that does not keep up is let go, and comes back with what it missed by `/api/timeline`: each event's
 * `id` is the moment from which on to ask. With 50 locations and 2,000 zones a view has 25 to 27 kB and costs 6 to 13 ms to make, once for
 * all readers; with 15 and 77, 6 to 8 kB and under 1 ms. Some 6 kB of the large one are `servedBy`, which is not worth a second shape.
 */
export type LiveStream = {
  /** False when there are too many already. */
  add(response: ServerResponse): boolean;
  words(entry: TimelineEntry): void;
  changed(): void;
  stop(): void;
};

const READERS_MAX = 32;
const VIEW_EVERY_MS = 500;
/** Who hears nothing for a few of these knows that what it shows is old. */
const ALIVE_EVERY_MS = 2000;
const UNREAD_BYTES_MAX = 1024 * 1024;

export function liveStream(options: { readonly clock: Clock; readonly view: () => ControlView }): LiveStream {
  const { clock, view } = options;
  const readers = new Set<ServerResponse>();
  /** What every reader has; empty: not the same. */
  let last = "";
  let waiting: Cancel | null = null;

  const send = (text: string): void => {
    for (const reader of readers) {
      if (reader.writableLength > UNREAD_BYTES_MAX) reader.destroy();
      else reader.write(text);
    }
  };
  const alive = clock.every(ALIVE_EVERY_MS, () => send(message("alive", { at: clock.now() })));
  const sendView = (): void => {
    waiting = null;
    // The moment alone is no change.
    const { at, ...rest } = view();
    const text = JSON.stringify(rest);
    if (text === last) return;
    last = text;
    send(message("view", { at, ...rest }));
  };

  return {
    add(response) {
      if (readers.size >= READERS_MAX) return false;
      readers.add(response);
      response.on("close", () => readers.delete(response)).on("error", () => readers.delete(response));
      response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
      response.write(message("view", view()));
      // Newer than what the others have: the next one is news to somebody, even if it is again what was sent last.
      last = "";
      return true;
    },
    words: (entry) => send(message("words", entry)),
    changed() {
      if (readers.size > 0) waiting ??= clock.after(VIEW_EVERY_MS, sendView);
    },
    stop() {
      alive();
      waiting?.();
      for (const reader of readers) reader.end();
    },
  };
}

function message(event: StreamEvent["event"], data: { readonly at: UnixMs }): string {
  return `id: ${data.at}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
