import { createServer } from "node:http";
import { answer, continuation, nodeHandler, sqliteStore, StepRefused } from "@reactive-production/continuity";

const location = process.env.LOCATION ?? "here";
const bank = process.env.BANK ?? "http://127.0.0.1:9090";

type Cart = { order: string; amountCents: number };

const checkout = continuation<Cart>("checkout", { version: 1 }, async (cart, step, run) => {
  const paid = await step("charge", {
    kind: "askable",
    does: async (key, { notAfter, signal }) => {
      const headers = { "not-after": String(notAfter), "x-from": location };
      const body = JSON.stringify({ key, ...cart });
      const response = await fetch(`${bank}/charges`, { method: "POST", headers, body, signal });
      if (response.status === 402) throw new StepRefused("the card was declined", { status: 402 });
      if (response.status !== 201) throw new Error(`the bank answered ${response.status}`);
      return { key };
    },
    asks: async (key, { signal }) => {
      const response = await fetch(`${bank}/charges/${encodeURIComponent(key)}/void`, { method: "POST", signal });
      const { done } = (await response.json()) as { done: boolean };
      return done ? { done: true, final: true, result: { key } } : { done: false, final: true };
    },
  });
  return answer(201, { order: cart.order, paid, steps: run.done() });
});

const store = sqliteStore({ file: process.env.JOURNAL ?? "journal.sqlite" });
const handle = nodeHandler(checkout, store, { location, request: (body) => body as Cart });

createServer((request, response) => void handle(request, response)).listen(Number(process.env.PORT ?? 8080));
