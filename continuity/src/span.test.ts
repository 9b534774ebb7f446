import { expect, test } from "vitest";
import { answer, continuation } from "./continuation.ts";
import { memoryStore } from "./memory-store.ts";
import { runsHere } from "./runs-here.ts";
import { serve } from "./serve.ts";
import type { SpanAttributes, Tracer } from "./span.ts";
import type { JournalStore } from "./store.ts";

/** What OpenTelemetry's tracer would have been told; a span that was never ended says nothing of its end. */
function madeTracer() {
  const ended: { name: string; attributes: SpanAttributes; failed: string | undefined }[] = [];
  const tracer: Tracer = {
    startActiveSpan(name, { attributes }, work) {
      const all = { ...attributes };
      let failed: string | undefined;
      return work({
        setAttributes: (more) => Object.assign(all, more),
        setStatus: ({ code, message }) => (failed = code === 2 ? message : undefined),
        end: () => ended.push({ name, attributes: all, failed }),
      });
    },
  };
  return { tracer, ended };
}

const wasPaid = () => ({ done: true, final: true, result: "paid" }) as const;
const elsewhere = (store: JournalStore): JournalStore => ({ ...store });

test("each run and each call of a step is a span with its location and attempt, and each process counts its runs", async () => {
  const { tracer, ended } = madeTracer();
  const buys = continuation<null>("buy", { version: 1 }, async (_, step, run) => {
    await step("reserve", { kind: "idempotent", does: () => "held" });
    if (run.location === "A") throw new Error("cut here");
    const broken = new Error("the line broke off");
    await step("charge", { kind: "askable", does: () => Promise.reject(broken), asks: wasPaid });
    return answer(201, {});
  });
  const [here, there] = [memoryStore()].flatMap((store) => [store, elsewhere(store)]) as [JournalStore, JournalStore];
  const arrival = { key: "k", fingerprint: "f", request: null, tracer };
  expect((await serve(buys, here, { ...arrival, location: "A" })).status).toBe(503);
  expect((await serve(buys, there, { ...arrival, location: "B" })).status).toBe(201);
  // Two more who ask for it: here and there it is answered already.
  for (const [store, location] of [
    [here, "A"],
    [there, "B"],
  ] as const)
    expect((await serve(buys, store, { ...arrival, location, tracer: undefined })).status).toBe(201);

  const said = ended.map(({ name, attributes: { "continuity.request": request, ...attributes }, failed }) => {
    expect(request).toBe("buy:k");
    const told = Object.entries(attributes).map(([key, value]) => `${key.replace("continuity.", "")} ${value}`);
    return [name, ...told, ...(failed === undefined ? [] : [failed])].join(", ");
  });
  expect(said).toEqual([
    "buy reserve, step reserve, attempt 1, location A, call does",
    "buy, location A, start fresh, end interrupted",
    "buy, location B, start fresh, end fenced",
    "buy charge, step charge, attempt 1, location B, call does, the line broke off",
    "buy charge, step charge, attempt 1, location B, call asks",
    "buy, location B, start taken, end answered",
  ]);
  const none = { inFlight: 0, begun: 0, resumed: 0, resumedElsewhere: 0, answered: 0, parked: 0, inDoubt: 0 };
  expect(runsHere(here)).toEqual({ ...none, begun: 1, interrupted: 1, fenced: 0 });
  expect(runsHere(there)).toEqual({ ...none, resumed: 1, resumedElsewhere: 1, answered: 1, interrupted: 0, fenced: 0 });
});
