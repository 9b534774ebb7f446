import { z } from "zod";
import { isSafeAddress } from "../../../safe-address.ts";

/**
 * `staged:` of `kind: route53`: records and health checks stand in Route 53 beforehand (`houston dns stage`), and are switched through
 * three small servers (`houston dns switch`), so that nothing writes to Route 53 when a location is to be left.
 */
export const stagedShape = z.strictObject({
  /** A location's users leave it in so many parts; each costs four health checks for each class. */
  steps: z.number().int().min(1).max(10).default(4),
  switches: z
    .array(
      z.strictObject({
        /** Where Houston and Route 53's health checkers reach it. */
        url: z
          .url({ protocol: /^https?$/, error: "an address is needed, such as https://switch1.example.net:8443" })
          .refine(isSafeAddress, "a token goes along: https://, or http:// to an address of this machine")
          .refine((url) => URL.canParse(url) && new URL(url).pathname === "/", "without a path"),
        /** The location in which it stands; absent: in none of them. */
        at: z.string().min(1).max(63).optional(),
        /** Certificates that are trusted beside the usual ones. */
        caFile: z.string().min(1).max(4096).optional(),
      }),
    )
    .length(3, "three: a location is left when two of them say so"),
});

export type StagedSettings = z.output<typeof stagedShape>;

/** Of three: one that is gone stops nobody, and one that is wrong moves nobody. */
export const SWITCHES_NEEDED = 2;
