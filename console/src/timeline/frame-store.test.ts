import { expect, test } from "vitest";
import type { Frame } from "../../../src/api/contract.ts";
import { frameAt, FRAME_HOLDS_MS, frameStore } from "./frame-store.ts";

const frame = (at: number) => ({ at }) as unknown as Frame;

test("a moment's picture is the newest that is not after it, unless it is too old to say anything", () => {
  const frames = [frame(10_000), frame(15_000), frame(200_000)];
  expect(frameAt(frames, 14_999)?.at).toBe(10_000);
  expect(frameAt(frames, 15_000)?.at).toBe(15_000);
  expect(frameAt(frames, 15_000 + FRAME_HOLDS_MS)?.at).toBe(15_000);
  expect(frameAt(frames, 15_001 + FRAME_HOLDS_MS)).toBeNull();
  expect(frameAt(frames, 9999)).toBeNull();
});

test("dragging within five minutes asks once; the present's piece is asked for again; what failed too", async () => {
  let now = 1_000_000;
  let fails = false;
  const asked: string[] = [];
  const store = frameStore(
    {
      async frames({ since, until }) {
        asked.push(`${since}..${until}`);
        if (fails) throw new Error("gone");
        return [frame(until! - 1000)];
      },
    },
    () => now,
  );
  expect(await store.at(599_999)).toEqual(frame(598_999));
  expect(await store.at(599_500)).toEqual(frame(598_999));
  expect(asked).toEqual(["240000..599999"]);
  await store.at(1_000_000);
  now += 6000;
  await store.at(1_000_000);
  expect(asked.length).toBe(3);
  fails = true;
  await expect(store.at(100)).rejects.toThrow("gone");
  fails = false;
  expect(await store.at(299_000)).toEqual(frame(298_999));
});
