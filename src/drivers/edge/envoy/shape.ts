import { z } from "zod";
import { steeringName } from "../../steering-name.ts";

/** `kind: envoy` under `steering.drivers`: Envoys that read their routes from a file (docs/how-to/envoy.md). */
const location = z.string().max(63);
const path = z.string().regex(/^\/[\w./-]{1,200}$/, "a whole path of letters, digits, dots and hyphens is needed");
const endpoint = z
  .string()
  .regex(
    /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9A-Fa-f:.]+\]):\d{1,5}$/,
    "an address with its port is needed, such as 10.0.2.5:9901",
  );

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
        admin: endpoint.default("127.0.0.1:9901"),
        /** Where it takes users' requests. */
        listen: endpoint.default("0.0.0.0:8080"),
        /** The servers that answer its users. */
        application: z.array(endpoint).min(1).max(100),
      }),
    )
    .min(1)
    .max(200),
  /** Proxies of yours in front of it, such as a CDN, each of which adds whom it speaks for to `X-Forwarded-For`. */
  trustedHops: z.number().int().min(0).max(10).default(0),
  /** How a location hands on those who still come to it. */
  relay: z
    .strictObject({
      /** Of the other locations' edges; absent: 443 with TLS, 80 without. */
      port: z.number().int().min(1).max(65535).optional(),
      /** By location: where its relays come from, when not from its `addresses`. */
      from: z.record(location, z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])).max(100)).default({}),
      tls: z
        .strictObject({
          /** Who signed the other side's certificate. */
          caFile: path,
          /** Our own certificate and its key in one file, where the other side asks for one. */
          certificateFile: path.optional(),
        })
        .optional(),
      connectSeconds: z.number().min(0.1).max(60).default(1),
      answerSeconds: z.number().min(0.1).max(3600).default(30),
    })
    .prefault({}),
  /** Until Envoy has read its file and says so. */
  withinSeconds: z.number().min(1).max(30).default(3),
});

export type EnvoySettings = z.output<typeof envoyShape>;
