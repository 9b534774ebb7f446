import { z } from "zod";

/** `people:` in houston.yaml: who may give orders, by their name in the record. */
export const peopleShape = z
  .record(
    z
      .string()
      .max(40)
      .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]*$/u, "a person's name: letters, digits, spaces, dots and hyphens"),
    z.strictObject({
      /** Of signed order files: public Ed25519 keys, as `houston order key` prints them. */
      keys: z
        .array(z.string().regex(/^[A-Za-z0-9_-]{43}$/, "a public key is needed, as `houston order key` prints it"))
        .max(10)
        .default([]),
      /** Who that is in Slack: the id in a person's profile there. */
      slack: z
        .string()
        .regex(/^[UW][A-Z0-9]{2,20}$/, "an id of Slack is needed, like U012AB3CD")
        .exactOptional(),
    }),
  )
  .default({});

export type People = z.output<typeof peopleShape>;
