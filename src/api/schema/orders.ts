import { z } from "zod";
import { FOR_SECONDS_MAX, WHY_MAX, type Order } from "../../core/order.ts";
import type { ApiError, OrderAnswer, OrderPreview, OrderRefused } from "../contract.ts";
import { name, rate, ratio, reason } from "./parts.ts";
import { describes, named } from "./same.ts";
import { words } from "./view.ts";

/** What people say, what it would do, and what is answered. Nothing but this is taken: an order that is misspelt is no order. */

const NAME_MAX = 128;
const forSeconds = z.number().int().min(1).max(FOR_SECONDS_MAX);
const shortName = z.string().min(1).max(NAME_MAX);

const lasting = {
  forSeconds: forSeconds.exactOptional(),
  why: z.string().trim().min(1).max(WHY_MAX).exactOptional(),
};
const pinned = {
  what: z.enum(["zone", "tenant"]),
  name: shortName,
  class: shortName.meta({ description: "of a tenant" }).exactOptional(),
};

export const order = describes<Order>("Order")(
  z.discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("evacuate"),
      location: shortName,
      class: shortName.exactOptional(),
      share: z.number().gt(0).max(1).exactOptional(),
      forSeconds: forSeconds.exactOptional(),
    }),
    z.strictObject({ kind: z.literal("restore"), location: shortName }),
    z.strictObject({
      kind: z.literal("hold"),
      location: shortName.exactOptional(),
      forSeconds: forSeconds.exactOptional(),
    }),
    z.strictObject({ kind: z.literal("release"), location: shortName.exactOptional() }),
    z.strictObject({
      kind: z.literal("mode"),
      mode: z.enum(["observe", "approve", "act"]),
      forSeconds: forSeconds.exactOptional(),
    }),
    z.strictObject({
      kind: z.literal("force"),
      location: shortName,
      to: z.enum(["up", "down", "auto"]),
      ...lasting,
    }),
    z.strictObject({ kind: z.literal("pin"), location: shortName, ...pinned, ...lasting }),
    z.strictObject({ kind: z.literal("unpin"), ...pinned }),
    z.strictObject({
      kind: z.literal("weight"),
      location: shortName,
      share: z.number().gt(0).max(1),
      class: shortName.exactOptional(),
      ...lasting,
    }),
    z.strictObject({ kind: z.literal("answer"), question: shortName, choice: z.number().int().min(1).max(64) }),
  ]),
);

const by = z.string().trim().min(1).max(64).default("operator");
export const orderBody = z
  .strictObject({ order, by: by.meta({ description: "who gives it, as the record names them" }) })
  .register(named, { id: "OrderRequest" });

export const orderPreview = describes<OrderPreview>("OrderPreview")(
  z.object({
    order,
    says: z.array(z.string()),
    movesRps: rate,
    receivers: z.array(z.object({ name, takesRps: rate, utilisation: ratio })),
    addedMs: z.object({ median: z.number(), p95: z.number() }),
    typed: z.string().nullable().meta({ description: "what a person types to confirm it; null: a click will do" }),
    undo: order.nullable(),
  }),
);

export const orderAnswer = describes<OrderAnswer>("OrderAnswer")(
  z.object({ accepted: z.literal(true), words: z.array(words), reasons: z.array(reason) }),
);

const errorFields = { code: name, says: z.string(), hint: z.string() };
export const apiError = describes<ApiError>("ApiError")(z.object(errorFields));
export const orderRefused = describes<OrderRefused>("OrderRefused")(
  z.object({ ...errorFields, words: z.array(words), reasons: z.array(reason) }),
);
