import * as fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";
import { CallFailed, innerClient } from "./client.ts";
import {
  answerText,
  NO_PASSPORT,
  readMessage,
  requestText,
  toAnswer,
  toRequest,
  type InnerRequest,
} from "./message.ts";
import { innerServer } from "./server.ts";

// A busy machine makes everything late; patience costs nothing where all is well.
vi.setConfig({ testTimeout: 60_000 });

const closing: (() => unknown)[] = [];
afterEach(() => Promise.all(closing.splice(0).map((close) => close())));

const word = fc.stringMatching(/^[\w.-]{1,12}$/);
const requests: fc.Arbitrary<InnerRequest> = fc.record({
  method: fc.constantFrom("GET", "POST"),
  path: word.map((text) => `/${text}`),
  body: fc.string({ unit: "grapheme", maxLength: 200 }),
  passport: fc.record({ requestId: word, traceparent: word, class: word, bucket: fc.nat(255), zone: word }),
  idempotencyKey: fc.string({ unit: "binary-ascii", minLength: 1, maxLength: 20 }),
});

test("what is written is what is read, wherever the bytes are cut", () => {
  fc.assert(
    fc.property(requests, fc.nat(), (request, cut) => {
      const bytes = Buffer.from(requestText("127.0.0.1:1", request));
      const at = cut % bytes.length;
      expect(readMessage(bytes.subarray(0, at))).toBe("more");
      const message = readMessage(Buffer.concat([bytes, Buffer.from("rest")]));
      if (typeof message === "string") throw new Error(message);
      expect(message.bytes).toBe(bytes.length);
      expect(toRequest(message)).toEqual(request);
    }),
  );
});

test("100,000 broken messages are read as more, broken or something; none throws", { timeout: 60_000 }, () => {
  const good = Buffer.from(
    requestText("h", { method: "POST", path: "/put/a", body: "{}", passport: NO_PASSPORT, idempotencyKey: "k" }),
  );
  const answer = Buffer.from(answerText({ status: 200, body: "{}" }));
  let state = 11;
  const random = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const seen = new Set<string>();
  for (let each = 0; each < 100_000; each++) {
    const bytes = Buffer.from(each % 2 === 0 ? good : answer);
    for (let change = random(8); change >= 0; change--) bytes[random(bytes.length)] = random(256);
    const message = readMessage(bytes.subarray(0, random(10) === 0 ? random(bytes.length) : bytes.length));
    if (typeof message === "string") seen.add(message);
    else seen.add(`${toRequest(message) === null} ${toAnswer(message) === null}`);
  }
  expect([...seen].sort((a, b) => (a < b ? -1 : 1))).toEqual([
    "broken",
    "false true",
    "more",
    "true false",
    "true true",
  ]);
});

test(
  "calls share connections, fail by name when the target is dead or silent, and go on when it is back",
  { timeout: 30_000 },
  async () => {
    const address = "127.79.0.1";
    let hang = false;
    const handle = (request: InnerRequest) =>
      hang ? new Promise<never>(() => undefined) : { status: 200, body: request.body };
    const server = await innerServer({ address, port: 0, handle });
    const client = innerClient({ host: address, port: server.port });
    closing.push(() => client.stop());
    const call = (body: string, timeoutMs = 20_000) =>
      client.call({ method: "POST", path: "/", body, passport: NO_PASSPORT }, timeoutMs);
    const answers = await Promise.all(Array.from({ length: 50 }, (_, each) => call(`größe ${each}`)));
    expect(answers.map(({ body }) => body)).toEqual(Array.from({ length: 50 }, (_, each) => `größe ${each}`));

    hang = true;
    await expect(call("x", 50)).rejects.toMatchObject({ code: "timeout" });
    hang = false;
    expect((await call("again")).body).toBe("again");
    await server.stop();
    // Kept connections were cut; the next call finds nobody.
    const failure = await call("x").catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CallFailed);
    await expect(call("x")).rejects.toMatchObject({ code: "unreachable" });
    const back = await innerServer({ address, port: server.port, handle });
    closing.push(() => back.stop());
    expect((await call("back")).body).toBe("back");
  },
);
