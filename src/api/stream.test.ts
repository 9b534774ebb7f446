import type { ServerResponse } from "node:http";
import { expect, test } from "vitest";
import { initialControl, viewOf } from "../core/control.ts";
import { madeClock } from "../runtime/made-clock.testing.ts";
import { liveStream } from "./stream.ts";

/** The table's version in each view that a reader has got. */
function reader(): { readonly response: ServerResponse; readonly versions: () => readonly number[] } {
  let text = "";
  const response = {
    writableLength: 0,
    on(): unknown {
      return this;
    },
    writeHead(): void {},
    write(more: string): void {
      text += more;
    },
    end(): void {},
  };
  return {
    response: response as unknown as ServerResponse,
    versions: () => [...text.matchAll(/"routeTableVersion":(\d+)/g)].map(([, version]) => Number(version)),
  };
}

test("who comes between two views has the newest in the end, even when it is the one before again", async () => {
  const clock = madeClock(1_795_000_000_000);
  let version = 1;
  const live = liveStream({ clock, view: () => ({ ...viewOf(initialControl()), routeTableVersion: version }) });
  const becomes = (next: number): void => {
    version = next;
    live.changed();
  };
  const [first, second] = [reader(), reader()];
  live.add(first.response);
  becomes(2);
  await clock.pass(500);
  expect(first.versions()).toEqual([1, 2]);
  becomes(3);
  live.add(second.response);
  becomes(2);
  await clock.pass(500);
  expect(second.versions()).toEqual([3, 2]);
  // What is the same is not sent again.
  live.changed();
  await clock.pass(500);
  expect(second.versions()).toEqual([3, 2]);
  live.stop();
});
