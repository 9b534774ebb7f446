import { z } from "zod";
import type { LedgerKind } from "./ledger.ts";

/** What a caller wants of the bank or the warehouse. */
export type WantedOrder = { readonly key: string; readonly order: string; readonly amountCents: number };

export type OrderRead =
  | { readonly kind: "order"; readonly order: WantedOrder }
  | { readonly kind: "bad"; readonly code: "bad-json" | "bad-order"; readonly says: string };

const KEY_LENGTH_MAX = 512;
/** What is wrong is said, but not with all that a stranger sent. */
const SAYS_CHARS_MAX = 500;

const orderFields = { key: z.string().min(1).max(KEY_LENGTH_MAX), order: z.string().min(1).max(KEY_LENGTH_MAX) };
const cents = z.int().min(0);
const chargeShape = z.object({ ...orderFields, amountCents: cents });
/** A reservation may say how many cents it stands for; the ledger then has 0. */
const reservationShape = z.object({ ...orderFields, amountCents: cents.optional() });

/** The body of `POST /charges` and `POST /reservations`. */
export function readOrderBody(kind: LedgerKind, text: string): OrderRead {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return bad("bad-json", error instanceof Error ? error.message : "not JSON");
  }
  const parsed = (kind === "charge" ? chargeShape : reservationShape).safeParse(value);
  if (!parsed.success) return bad("bad-order", z.prettifyError(parsed.error));
  const { key, order, amountCents = 0 } = parsed.data;
  return { kind: "order", order: { key, order, amountCents } };
}

/** Unix milliseconds; Infinity when nothing was said; null when it is no such number. */
export function readNotAfter(header: string | readonly string[] | undefined): number | null {
  if (header === undefined) return Infinity;
  return typeof header === "string" && UNIX_MS.test(header) ? Number(header) : null;
}

const UNIX_MS = /^\d{1,16}(?:\.\d{1,6})?$/;

function bad(code: "bad-json" | "bad-order", says: string): OrderRead {
  return { kind: "bad", code, says: says.slice(0, SAYS_CHARS_MAX) };
}
