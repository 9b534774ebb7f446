import { expect, test } from "vitest";
import { answer, continuation, type Step } from "./continuation.ts";
import { listDoubts, settleDoubt } from "./doubt.ts";
import { keep, unkept } from "./keep.ts";
import { memoryStore } from "./memory-store.ts";
import { sealedStore, type SealingKeys } from "./sealed-store.ts";
import { serve, type Arrival } from "./serve.ts";
import type { JournalStore } from "./store.ts";

const codeOf = (of: { body: string }) => (JSON.parse(of.body) as { code?: string }).code;
const arrival = (more: Partial<Arrival<unknown>> = {}): Arrival<unknown> => ({
  key: "k",
  fingerprint: "f",
  request: null,
  location: "A",
  ...more,
});
const elsewhere = (store: JournalStore): JournalStore => ({ ...store });
const work = (steps: (request: unknown, step: Step) => Promise<unknown>, notKept: readonly string[] = []) =>
  continuation<unknown>("buy", { version: 1, notKept }, steps);

test("bytes are kept as bytes, JSON as JSON, and what JSON would quietly lose is refused by name", () => {
  const bytes = Uint8Array.from([0, 1, 128, 255]);
  for (const value of [bytes, { a: [1, "é\u0000", null, true] }, "base64:AAAA", "sealed:x:y", null]) {
    expect(unkept(keep(value, "it", 1_000))).toEqual(value);
  }
  expect(unkept(keep(Buffer.from(bytes), "it", 100))).toEqual(bytes);
  for (const [lost, says] of [
    [{ seats: new Set([1]) }, '"seats" is a Set'],
    [{ prices: new Map() }, '"prices" is a Map'],
    [{ deep: [{ error: new Error("x") }] }, '"error" is a Error'],
    [{ later: Promise.resolve() }, '"later" is a Promise'],
    [{ picture: bytes }, '"picture" is a piece of bytes'],
    [{ picture: Buffer.from(bytes) }, '"picture" is a piece of bytes'],
    [{ rate: Infinity }, '"rate" is a number that is not finite'],
  ] as const) {
    expect(() => keep(lost, "it", 1_000)).toThrow(says);
  }
  expect(() => keep(new Uint8Array(1_000), "it", 1_000)).toThrow(expect.objectContaining({ code: "too-large" }));
});

const develop = (cut: boolean) =>
  work(async (request, step) => {
    const seen = await step("develop", { kind: "idempotent", does: () => request as Uint8Array });
    if (cut) throw new Error("cut here");
    return answer(200, seen, { "content-type": "image/x-test" });
  });

test("bytes of a request, a result and an answer come back as they were, also after a take-over", async () => {
  const store = memoryStore();
  const picture = Uint8Array.from({ length: 256 }, (_, n) => n);
  expect((await serve(develop(true), store, arrival({ request: picture }))).status).toBe(503);
  const answered = await serve(develop(false), elsewhere(store), arrival());
  expect(answered).toMatchObject({ status: 200, encoding: "base64", headers: { "content-type": "image/x-test" } });
  expect(Uint8Array.from(Buffer.from(answered.body, "base64"))).toEqual(picture);
});

test("a marked field is refused wherever the journal would keep it: request, result, answer", async () => {
  const store = memoryStore();
  const card = { payment: [{ cardNumber: "4111" }] };
  const notKept = ["cardNumber"];
  const effects: string[] = [];
  const step1 = (result: unknown) => async (_: unknown, step: Step) => {
    await step("pay", { kind: "once", does: (key) => effects.push(key) && result });
    return answer(201, card);
  };
  const inRequest = await serve(work(step1(1), notKept), store, arrival({ key: "request", request: card }));
  expect([inRequest.status, codeOf(inRequest), effects]).toEqual([503, "unkeepable", []]);
  for (const [key, result] of Object.entries({ result: card, answer: 1 })) {
    const refused = await serve(work(step1(result), notKept), store, arrival({ key }));
    expect([refused.status, codeOf(refused)]).toEqual([409, "unkeepable"]);
    expect(JSON.stringify(await store.read(`buy:${key}`))).not.toContain("4111");
  }
  // The effect has happened: mended code goes on without it, when a person says so.
  for (const { id, reason } of await listDoubts(store)) {
    const { step } = reason;
    await settleDoubt(store, id, { by: "ada", location: "desk", done: step !== null, result: 1 });
  }
  const mended = work(async (request, step) => {
    await step1(1)(request, step);
    return answer(201, { ok: true });
  }, notKept);
  for (const key of ["result", "answer"]) expect((await serve(mended, store, arrival({ key }))).status).toBe(201);
  expect(effects).toEqual(["result.buy.pay.1", "answer.buy.pay.1"]);
});

const keyring = (): { keys: SealingKeys; held: Map<string, Uint8Array> } => {
  const held = new Map([
    ["acme", new Uint8Array(32).fill(1)],
    ["shared", new Uint8Array(32).fill(2)],
  ]);
  const nameOf = (tenant: string | null) => (tenant !== null && held.has(tenant) ? tenant : "shared");
  return {
    held,
    keys: {
      current: ({ tenant }) => ({ name: nameOf(tenant), key: held.get(nameOf(tenant)) ?? new Uint8Array() }),
      find: async (name) => held.get(name) ?? null,
    },
  };
};

const buySecretly = (cut: boolean) =>
  work(async (_, step) => {
    const paid = await step("pay", { kind: "idempotent", does: () => "secret result" });
    if (cut) throw new Error("cut here");
    return answer(201, { paid, answered: "secret answer" }, { "x-secret": "secret header" });
  });

test("sealed: nothing of request, result, refusal or answer is readable in the journal; with the key all goes on", async () => {
  const inner = memoryStore();
  const { keys } = keyring();
  const request = { name: "secret request" };
  await serve(buySecretly(true), sealedStore(inner, keys), arrival({ request, tenant: "acme" }));
  const answered = await serve(buySecretly(false), sealedStore(inner, keys), arrival({ request, tenant: "acme" }));
  expect(JSON.parse(answered.body)).toEqual({ paid: "secret result", answered: "secret answer" });
  expect(answered.headers["x-secret"]).toBe("secret header");
  const raw = JSON.stringify(await inner.read("buy@acme:k"));
  expect(raw).not.toContain("secret");
  expect(raw.match(/sealed:acme:/g)?.length).toBe(3);
});

test("sealed: without the key, with a piece put elsewhere, or a bit turned, it is a typed error and no guess", async () => {
  const inner = memoryStore();
  const { keys, held } = keyring();
  const buy = work(async (_, step) => answer(201, { paid: await step("pay", { kind: "pure", does: () => "x" }) }));
  const open = () => sealedStore(inner, keys);
  await serve(buy, open(), arrival({ tenant: "acme" }));
  expect(codeOf(await serve(buy, elsewhere(inner), arrival({ tenant: "acme" })))).toBe("journal-sealed");

  const record = await inner.read("buy@acme:k");
  const entries = (record?.entries ?? []).map((entry) => ({ ...entry, epoch: 1 }));
  await inner.append({ id: "buy@acme:moved", expect: { seq: 0, epoch: 0 }, entries });
  await expect(open().read("buy@acme:moved")).rejects.toMatchObject({ code: "journal-sealed" });

  held.delete("acme");
  await expect(open().read("buy@acme:k")).rejects.toMatchObject({ code: "journal-sealed" });
  expect(codeOf(await serve(buy, open(), arrival({ tenant: "acme" })))).toBe("journal-sealed");
  // The others are not hidden by it.
  await serve(buy, open(), arrival());
  expect((await open().list({ phases: ["answered"], limit: 10 })).length).toBe(3);
});
