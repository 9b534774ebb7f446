import type { UnixMs } from "../../core/step.ts";
import type { ExchangeResult } from "./exchange.ts";
import { isFailed, NOWHERE, type Kind } from "./records.ts";
import type { SessionPlan } from "./session-plan.ts";
import { outcomeOf, placeIn, recordOf, type Tools, type UserPlace } from "./tools.ts";

type Session = {
  place: UserPlace;
  cart: string | null;
  items: number;
  order: string | null;
  /** A cart is being made or filled. */
  busy: boolean;
};

/** A whole answer is wanted within this time of the user's first try; a checkout may take longer. */
export const PATIENCE_MS = 3000;
export const CHECKOUT_PATIENCE_MS = 10_000;
/** After a failed checkout the user tries again with the same key. */
const CHECKOUT_AGAIN_MS = 2000;
const CHECKOUT_GIVES_UP_MS = 60_000;
/** Travellers move on after this step. */
const TRAVEL_AFTER_STEP = 2;

/**
 * One user's visit. The steps happen at their planned times whatever was answered: what is not possible (no cart yet) becomes
 * another request in its place, so that trouble never makes users ask less.
 */
export function startSession(
  tools: Tools,
  options: {
    readonly plan: SessionPlan;
    readonly place: UserPlace;
    readonly travelsTo: number | null;
    readonly ended: () => void;
  },
): void {
  const { wheel } = tools;
  const session: Session = { place: options.place, cart: null, items: 0, order: null, busy: false };
  const step = (index: number, at: UnixMs): void => {
    const planned = options.plan[index];
    if (!planned) return options.ended();
    if (index === TRAVEL_AFTER_STEP && options.travelsTo !== null) {
      session.place = placeIn(tools, { ...session.place, zone: options.travelsTo });
    }
    doStep(tools, session, possible(session, planned.kind, tools.products.length > 0));
    const next = at + (options.plan[index + 1]?.afterMs ?? 0);
    wheel.at(next, () => step(index + 1, next));
  };
  step(0, wheel.now());
}

/** What the user does instead when the planned step can't be done yet. */
function possible(session: Session, kind: Kind, productsKnown: boolean): Kind {
  switch (kind) {
    case "page":
    case "products":
    case "bot":
      return kind;
    case "cart":
      return productsKnown ? "cart" : "products";
    case "item":
    case "checkout":
      if (session.busy) return "page";
      if (!productsKnown) return "products";
      if (session.cart === null) return "cart";
      return kind === "checkout" && session.items === 0 ? "item" : kind;
    case "order":
      return session.order === null ? "page" : "order";
  }
}

function doStep(tools: Tools, session: Session, kind: Kind): void {
  const { wheel, chance } = tools;
  const at = wheel.now();
  const { place } = session;
  const deadline = at + PATIENCE_MS;
  const ask = (
    request: { method: "GET" | "POST"; path: string; body?: string; wanted: boolean },
    then: (body: Record<string, unknown> | null) => void,
  ): void => {
    tools.send(place, { ...request, deadline }, (result) => {
      const record = recordOf(tools, { at, place, kind, result });
      tools.record(record);
      then(isFailed(record.outcome) || !request.wanted ? null : jsonOf(result));
    });
  };
  switch (kind) {
    case "page":
      return ask({ method: "GET", path: "/", wanted: false }, () => {});
    case "products":
    case "bot":
      return ask({ method: "GET", path: "/api/products", wanted: tools.products.length === 0 }, (body) => {
        if (body) tools.products = productIds(body);
      });
    case "order":
      return ask({ method: "GET", path: `/api/orders/${session.order}`, wanted: false }, () => {});
    case "cart":
      session.busy = true;
      return ask({ method: "POST", path: "/api/carts", wanted: true }, (body) => {
        session.busy = false;
        if (typeof body?.["cart"] === "string") [session.cart, session.items] = [body["cart"], 0];
      });
    case "item": {
      session.busy = true;
      const product = tools.products[chance.below(tools.products.length)];
      const body = JSON.stringify({ product, quantity: 1 + chance.below(2) });
      return ask({ method: "POST", path: `/api/carts/${session.cart}/items`, body, wanted: true }, (answer) => {
        session.busy = false;
        if (typeof answer?.["cart"] === "string") [session.cart, session.items] = [answer["cart"], session.items + 1];
      });
    }
    case "checkout":
      return checkOut(tools, session);
  }
}

/**
 * One click on 'buy': tried again with the same key until there is an order or the user gives up. The record counts it as
 * failed when there was no order 10 s after the click; the book follows it to its end.
 */
function checkOut(tools: Tools, session: Session): void {
  const { wheel, chance, settings } = tools;
  const { place, cart } = session;
  const at = wheel.now();
  const key = chance.uuid();
  const checkout = tools.checkouts.begin({ key, at, zone: settings.zones[place.zone]?.name ?? "" });
  let recorded = false;
  let first: ExchangeResult | null = null;
  const settle = (result: ExchangeResult): void => {
    if (recorded) return;
    recorded = true;
    tools.record(
      recordOf(tools, { at, place, kind: "checkout", result: { ...result, called: first?.called ?? result.called } }),
    );
  };
  const attempt = (): void => {
    const began = wheel.now();
    const request = { method: "POST" as const, path: `/api/carts/${cart}/checkout`, idempotencyKey: key, wanted: true };
    tools.send(place, { ...request, deadline: began + CHECKOUT_PATIENCE_MS }, (result) => {
      first ??= result;
      const called = tools.locationAt(first.called);
      checkout.called = called === NOWHERE ? null : (settings.locations[called]?.name ?? null);
      const now = wheel.now();
      if (!isFailed(outcomeOf(result, 0))) {
        const body = jsonOf(result);
        checkout.completedAt = now;
        checkout.order = typeof body?.["order"] === "string" ? body["order"] : null;
        checkout.stepLocations = stepLocations(body);
        session.order = checkout.order;
        session.cart = null;
        // Whole, but after the user's patience: failed for the record, and yet not lost.
        settle(now - at <= CHECKOUT_PATIENCE_MS ? result : LATE);
        return;
      }
      if (now - at >= CHECKOUT_PATIENCE_MS) settle(result);
      const again = Math.max(now, began + CHECKOUT_AGAIN_MS);
      if (again - at > CHECKOUT_GIVES_UP_MS) {
        checkout.gaveUpAt = now;
        settle(result);
        return;
      }
      wheel.at(again, attempt);
    });
  };
  attempt();
  wheel.at(at + CHECKOUT_PATIENCE_MS + 1, () => settle(first ?? LATE));
}

const LATE: ExchangeResult = {
  called: null,
  tries: 0,
  result: { kind: "failed", why: "timeout", sent: true, answering: false },
};

function jsonOf({ result }: ExchangeResult): Record<string, unknown> | null {
  if (result.kind !== "answer") return null;
  try {
    const body: unknown = JSON.parse(result.body);
    return typeof body === "object" && body !== null ? (body as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function productIds(body: Record<string, unknown>): readonly (string | number)[] {
  const products = body["products"];
  if (!Array.isArray(products)) return [];
  return products.flatMap((product: unknown) => {
    const id = typeof product === "object" && product !== null ? (product as Record<string, unknown>)["id"] : undefined;
    return typeof id === "string" || typeof id === "number" ? [id] : [];
  });
}

function stepLocations(body: Record<string, unknown> | null): readonly string[] {
  const steps = body?.["steps"];
  if (!Array.isArray(steps)) return [];
  return steps.flatMap((step: unknown) => {
    const location =
      typeof step === "object" && step !== null ? (step as Record<string, unknown>)["location"] : undefined;
    return typeof location === "string" ? [location] : [];
  });
}
