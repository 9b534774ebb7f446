import { z } from "zod";

/** What a steering driver is called where it is not called by its kind: there may be two of one kind. */
export const steeringName = z
  .string()
  .max(63)
  .regex(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/, "small letters, digits and hyphens");
