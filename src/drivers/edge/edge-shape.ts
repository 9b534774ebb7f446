import { z } from "zod";

/** What settings of edges that somebody else runs have in common. */
export const location = z.string().max(63);

/** It stands in the edge's own config, where a space would end it. */
export const path = z
  .string()
  .regex(/^\/[\w./-]{1,200}$/, "a whole path of letters, digits, dots and hyphens is needed");

export const endpoint = (example: string) =>
  z
    .string()
    .regex(
      /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9A-Fa-f:.]+\]):\d{1,5}$/,
      `an address with its port is needed, such as ${example}`,
    );

export const certificates = z.strictObject({
  /** Who signed the other side's certificate. */
  caFile: path,
  /** Our own certificate and its key in one file, where the other side asks for one. */
  certificateFile: path.optional(),
});

/** How a location hands on those who still come to it. */
export const relay = z
  .strictObject({
    /** Of the other locations' edges; absent: 443 with TLS, 80 without. */
    port: z.number().int().min(1).max(65535).optional(),
    /** By location: where its relays come from, when not from its `addresses`. */
    from: z.record(location, z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])).max(100)).default({}),
    tls: certificates.optional(),
    connectSeconds: z.number().min(0.1).max(60).default(1),
    answerSeconds: z.number().min(0.1).max(3600).default(30),
  })
  .prefault({});
