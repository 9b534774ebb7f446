import { z } from "zod";
import { PROBE_WITHIN_MS } from "./contract.ts";

/**
 * What a vantage that stands elsewhere is asked, and what it says: `POST /look` with the token of both as a bearer token. Whoever is not
 * answered in this shape was not answered.
 */
export const lookAsked = z.object({
  location: z.string().min(1).max(63),
  /** Where the asker's houston.yaml has that location; null: it does not say. */
  address: z.string().max(64).nullable(),
  withinMs: z.number().min(1).max(PROBE_WITHIN_MS),
});

const told = {
  /** Who looked, by its own word: two addresses that lead to one process are one vantage. */
  vantage: z.string().max(63),
  location: z.string().max(63),
  /** When, by its own clock: for people, who see by it that the clock is wrong. Nothing is reckoned with it. */
  at: z.number(),
  ms: z.number().nonnegative(),
};

export const lookTold = z.discriminatedUnion("ok", [
  z.object({ ...told, ok: z.literal(true) }),
  z.object({
    ...told,
    ok: z.literal(false),
    why: z.enum(["refused", "reset", "timeout", "error", "status", "wrong"]),
    says: z.string(),
  }),
]);

export type LookAsked = z.output<typeof lookAsked>;
export type LookTold = z.output<typeof lookTold>;

/** How it says that it did not look, `{code, says}`; its words are for who asks by hand. */
export const lookRefused = z.object({ code: z.string().regex(/^[a-z-]{1,40}$/) });

/** It answers, and its houston.yaml is not ours: a slip that does not go by itself, and no silence. */
export const OTHER_FILE_CODES: readonly string[] = ["unknown-location", "other-address"];
