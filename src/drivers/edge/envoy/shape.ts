import { z } from "zod";
import { steeringName } from "../../steering-name.ts";
import { endpoint, location, path, relay } from "../edge-shape.ts";

const address = endpoint("10.0.2.5:9901");

/** `kind: envoy` under `steering.drivers`: Envoys that read their routes from a file (docs/how-to/envoy.md). */
export const envoyShape = z.strictObject({
  kind: z.literal("envoy"),
  name: steeringName.optional(),
  /** Where each Envoy reads its routes, as its bootstrap names the folder; this machine can write it. */
  folder: path.default("/etc/envoy/reactive-production"),
  /** Each Envoy whose location is to follow the route table; a location may have several. */
  edges: z
    .array(
      z.strictObject({
        location,
        /** Where this one differs. */
        folder: path.optional(),
        /** Its admin interface, where it says by which table it answers; on no public address. */
        admin: address.default("127.0.0.1:9901"),
        /** Where it takes users' requests. */
        listen: address.default("0.0.0.0:8080"),
        /** The servers that answer its users. */
        application: z.array(address).min(1).max(100),
      }),
    )
    .min(1)
    .max(200),
  /** Proxies of yours in front of it, such as a CDN, each of which adds whom it speaks for to `X-Forwarded-For`. */
  trustedHops: z.number().int().min(0).max(10).default(0),
  relay,
  /** Until Envoy has read its file and says so. */
  withinSeconds: z.number().min(1).max(30).default(3),
});

export type EnvoySettings = z.output<typeof envoyShape>;
