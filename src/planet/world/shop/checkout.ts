import {
  answer,
  continuation,
  fingerprint,
  serve,
  StepRefused,
  type Attempt,
  type Continuation,
  type Settlement,
} from "@reactive-production/continuity";
import type { InnerAnswer, Passport } from "../inner/message.ts";
import type { Journals } from "../journals.ts";
import { readCart, totalCents, type Cart } from "./cart-token.ts";
import { orderId } from "./order-id.ts";
import type { ServiceName } from "./graph.ts";
import { problem, type Call, type Handler } from "./service-host.ts";

/**
 * The checkout: reserve, charge, confirm. What it has done stands in the journal, so that it goes on in another
 * location with the same key; a step in doubt is settled by asking bank or warehouse to void it.
 */
export type CheckoutOptions = {
  readonly key: string;
  readonly location: string;
  readonly indexOf: (location: string) => number;
  readonly service: (name: ServiceName, call: Call) => Promise<InnerAnswer>;
  readonly journals: Pick<Journals, "of">;
  /** Known to be lost: its unfinished checkouts may be taken over at once. */
  readonly isGone: (location: string) => boolean;
};

/** What the journal keeps of a checkout: enough for another location to go on without the user. */
export type CheckoutRequest = {
  readonly cart: Cart;
  readonly passport: Passport;
  /** When it began: the order's id carries it, and is the same wherever the checkout is finished. */
  readonly beganAt: number;
  readonly probe: boolean;
};

/** The bank answers in milliseconds; what takes this long counts as unknown. */
const STEP_WITHIN_MS = 2000;
/** Probes' checkouts have keys that start so (DESIGN section 11). */
const PROBE_KEY = "probe-";
/** A user waits 10 s for a checkout. */
const ANSWER_WITHIN_MS = 8000;

export function checkoutWorkflow(options: Omit<CheckoutOptions, "journals" | "isGone">): Continuation<CheckoutRequest> {
  const { service, location } = options;
  const call = (name: ServiceName, path: string, body: unknown, passport: Passport) =>
    service(name, { method: "POST", path, body: JSON.stringify(body), passport, timeoutMs: STEP_WITHIN_MS });
  const voids = async (
    name: ServiceName,
    place: string,
    key: string,
    passport: Passport,
  ): Promise<Settlement<string>> => {
    const { status, body } = await call(name, `/${place}/${encodeURIComponent(key)}/void`, {}, passport);
    const done = status === 200 ? (JSON.parse(body) as { done?: unknown }).done : undefined;
    if (typeof done !== "boolean") throw new Error(`${place}: void answered ${status}`);
    return done ? { done: true, final: true, result: key } : { done: false, final: true };
  };

  return continuation<CheckoutRequest>(
    "checkout",
    { version: 2 },
    async ({ cart, passport, beganAt, probe }, step, run) => {
      const order = orderId({ homeIndex: options.indexOf(run.home), requestId: run.id, beganAt, probe }, options.key);
      const amountCents = totalCents(cart);
      const takes = (name: ServiceName, place: string) => ({
        kind: "askable" as const,
        withinMs: STEP_WITHIN_MS,
        does: async (key: string, attempt: Attempt): Promise<string> => {
          const said = await call(
            name,
            `/${place}`,
            { send: { key, order, amountCents }, notAfter: attempt.notAfter },
            passport,
          );
          if (said.status === 201) return key;
          if (said.status === 402 || said.status === 422)
            throw new StepRefused(`${place}: refused`, { status: said.status });
          throw new Error(`${place} answered ${said.status}`);
        },
        asks: (key: string) => voids(name, place, key, passport),
      });
      await step("reserve", takes("stock", "reservations"));
      await step("charge", takes("payment", "charges"));
      const soFar = run.done().map(({ name, location, at }) => ({ name, location, at }));
      await step("confirm", {
        kind: "idempotent",
        withinMs: STEP_WITHIN_MS,
        does: async () => {
          const body = JSON.stringify({
            order,
            totalCents: amountCents,
            lines: cart.lines,
            steps: [...soFar, { name: "confirm", location, at: Date.now() }],
          });
          const said = await service("orders", {
            method: "POST",
            path: `/orders/${order}`,
            body,
            passport,
            timeoutMs: STEP_WITHIN_MS,
          });
          if (said.status !== 201) throw new Error(`orders answered ${said.status}`);
          return order;
        },
      });
      const steps = run.done().map(({ name, location, at }) => ({ name, location, at }));
      return answer(201, { order, totalCents: amountCents, steps });
    },
  );
}

export function checkoutHandler(workflow: Continuation<CheckoutRequest>, options: CheckoutOptions): Handler {
  return async (request) => {
    const token = request.path.split("/")[3] ?? "";
    const cart = readCart(decodeURIComponent(token), options.key);
    const journal = cart === null ? null : options.journals.of(cart.home);
    if (cart === null || journal === null) {
      return problem(
        404,
        "cart-unknown",
        "No such cart",
        "The cart's token is not one of ours.",
        "make one with POST /api/carts, and use the newest `cart` of each answer",
      );
    }
    if (cart.lines.length === 0) {
      return problem(
        409,
        "cart-empty",
        "The cart is empty",
        "There is nothing to pay for.",
        "add something with POST /api/carts/{cart}/items, and use the `cart` that it answers",
      );
    }
    const { passport } = request;
    const result = await serve(workflow, journal, {
      key: request.idempotencyKey,
      fingerprint: fingerprint("POST checkout", token, request.body),
      request: {
        cart,
        passport,
        beganAt: Date.now(),
        probe: request.idempotencyKey?.startsWith(PROBE_KEY) ?? false,
      },
      location: options.location,
      names: [passport.requestId],
      namesOf: orderOf,
      isGone: options.isGone,
      waitMs: ANSWER_WITHIN_MS,
    });
    return { status: result.status, body: result.body, type: result.headers["content-type"] ?? "application/json" };
  };
}

function orderOf({ status, body }: { readonly status: number; readonly body: string }): readonly string[] {
  if (status !== 201) return [];
  const { order } = JSON.parse(body) as { order?: unknown };
  return typeof order === "string" ? [order] : [];
}
