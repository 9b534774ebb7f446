import { z } from "zod";
import { steeringName } from "../steering-name.ts";

/** What the settings of all drivers that write records have in common (`steering:` in houston.yaml). No secret has a place in it. */

export const domainName = z
  .string()
  .max(253)
  .regex(
    /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?)*$/,
    "a domain in small letters, without its last dot",
  );

/** `192.0.2.53`, `192.0.2.53:5353`, `[2001:db8::53]:5353`: an address, for who asks a name server by name needs another one first. */
export const serverAddress = z
  .string()
  .max(60)
  .regex(
    /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?$/,
    "192.0.2.53, 192.0.2.53:53 or [2001:db8::53]:53",
  );

/** The variable that holds a secret, or with `_FILE` behind it the name of a file that does. */
export const secretVariable = z.string().regex(/^[A-Z][A-Z0-9_]*$/, "a variable's name");

export const recordShape = {
  /** What it is called in words; absent: its kind. */
  name: steeringName.optional(),
  /** The DNS zones (example.com) that hold the hosts. */
  domains: z.array(domainName).min(1).max(100),
  /** Stands in the marker's name, `_houston-shop`: two estates with hosts in one DNS zone each need their own. Absent: `_houston`. */
  owner: z
    .string()
    .max(50)
    .regex(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/, "small letters, digits and hyphens")
    .optional(),
  /** What a person has looked at and gives to Houston: the digest that the refusal named. It counts for exactly those records. */
  takeOver: z
    .string()
    .regex(/^[0-9a-f]{12}$/, "the twelve digits that the refusal named")
    .optional(),
  /** Our own limit. */
  writesPerSecond: z.number().positive().max(1000).default(10),
  /** For one call of the server. */
  withinSeconds: z.number().min(0.1).max(60).default(2),
} as const;
