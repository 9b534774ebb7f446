import { z } from "zod";

/** As locations, zones, classes and services are called. */
export const nameShape = z
  .string()
  .min(1)
  .max(63)
  .regex(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/, "small letters, digits and hyphens");
