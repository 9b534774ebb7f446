import { z } from "zod";
import { steeringName } from "../../steering-name.ts";

/** `kind: application` under `steering.drivers`: applications that are their own edges (docs/how-to/middleware.md). */
export const applicationShape = z.strictObject({
  kind: z.literal("application"),
  name: steeringName.optional(),
  /** Where the route document is written, whole: applications of this machine read it, others by whatever carries a file to them. */
  file: z.string().regex(/^\/[\w./-]{1,200}$/, "a whole path of letters, digits, dots and hyphens is needed"),
  /** Where applications ask for it; on a private network, or behind what speaks TLS. */
  listen: z
    .string()
    .regex(
      /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9A-Fa-f:.]+\]):\d{1,5}$/,
      "an address with its port is needed, such as 127.0.0.1:7480",
    )
    .optional(),
});

export type ApplicationSettings = z.output<typeof applicationShape>;
