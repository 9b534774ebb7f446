import { expect, test } from "vitest";
import { keptBody } from "./kept-body.ts";

async function* chunksOf(...sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (const [index, size] of sizes.entries()) yield new Uint8Array(size).fill(index + 1);
}

async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

test("a small body can be read again, from its beginning, also by one who takes over in the middle", async () => {
  const body = keptBody(() => chunksOf(10, 20, 30));
  expect(body.isUntouched).toBe(true);
  const given = body.chunks()[Symbol.asyncIterator]();
  await given.next();
  await given.next();
  await given.return?.();
  expect(body).toMatchObject({ isWhole: true, isUntouched: false });
  const whole = await bytesOf(keptBody(() => chunksOf(10, 20, 30)).chunks());
  expect(await bytesOf(body.chunks())).toEqual(whole);
  expect(await bytesOf(body.chunks())).toEqual(whole);
});

test("a large one streams once, without being kept, and its beginning is not made up", async () => {
  const body = keptBody(() => chunksOf(40_000, 40_000, 5));
  expect((await bytesOf(body.chunks())).length).toBe(80_005);
  expect(body.isWhole).toBe(false);
  await expect(bytesOf(body.chunks())).rejects.toThrow("the beginning of the body is gone");
});

test("it is read only as far as it is asked for", async () => {
  let read = 0;
  const body = keptBody(() =>
    (async function* () {
      for (; read < 100; read += 1) yield new Uint8Array(10);
    })(),
  );
  const given = body.chunks()[Symbol.asyncIterator]();
  await given.next();
  expect(read).toBe(0);
  await given.next();
  expect(read).toBe(1);
});
