import { z } from "zod";
import { steeringName } from "../../steering-name.ts";
import { certificates, endpoint, location, path } from "../edge-shape.ts";

const socket = z
  .string()
  .regex(
    /^(?:\/[\w./@-]{1,100}|\d{1,3}(?:\.\d{1,3}){3}:\d{1,5}|\[[0-9A-Fa-f:.]+\]:\d{1,5})$/,
    "a path such as /run/haproxy/admin.sock, or an address with its port such as 10.0.2.5:9999, is needed",
  );
const server = endpoint("10.0.2.21:8080");

/** `kind: haproxy` under `steering.drivers`: HAProxies that stand in the locations already (docs/how-to/haproxy.md). */
export const haproxyShape = z.strictObject({
  kind: z.literal("haproxy"),
  name: steeringName.optional(),
  /** Where each HAProxy reads its maps, as its config names the folder. */
  mapsFolder: path.default("/etc/haproxy/reactive-production"),
  /** Each HAProxy whose location is to follow the route table; a location may have several. */
  edges: z
    .array(
      z.strictObject({
        location,
        /** Its `stats socket`, level admin. */
        socket,
        /** Where this one differs. */
        mapsFolder: path.optional(),
        /** Its maps' folder is this machine's, so that tables are kept on disk; absent: so it is when the socket is a path. */
        mapsHere: z.boolean().optional(),
        /** The servers that answer its users; with them, what is safe to repeat is asked elsewhere when it errs here. */
        application: z.array(server).min(1).max(100).optional(),
        /** For a socket that speaks TLS. */
        tls: certificates.extend({ serverName: z.string().max(253).optional() }).optional(),
      }),
    )
    .min(1)
    .max(200),
  /** How a location hands on those who still come to it. */
  relay: z
    .strictObject({
      /** Of the other locations' edges; absent: 443 with TLS, 80 without. */
      port: z.number().int().min(1).max(65535).optional(),
      /** How the other edge learns who the user is: a header (connections are shared and kept), or PROXY v2 (one for each user). */
      userAddress: z.enum(["forwarded", "proxy-v2"]).default("forwarded"),
      /** By location: where its relays come from, when not from its `addresses`. */
      from: z.record(location, z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])).max(100)).default({}),
      tls: certificates.optional(),
      connectSeconds: z.number().min(0.1).max(60).default(1),
      answerSeconds: z.number().min(0.1).max(3600).default(30),
    })
    .prefault({}),
  /** What is asked about a second time, elsewhere, when the first place errs; for edges whose `application` is known. */
  askAgain: z
    .strictObject({
      /** Of the last minute's requests that may be asked again: so many of them were at most. */
      shareMax: z.number().min(0).max(1).default(0.2),
      /** The first place, and then the second, has so long to begin or go on with an answer. */
      afterSeconds: z.number().min(0.05).max(3600).default(30),
      /** The application carries what has an `Idempotency-Key` out once, in whichever location it is asked. */
      withIdempotencyKey: z.boolean().default(false),
    })
    .prefault({}),
  /** How those who stay connected to a location that they no longer belong to are led out of it. */
  leaving: z
    .strictObject({
      /** Of their answers: so many end their connection, so that they ask DNS again; 0: none. */
      closeShare: z.number().min(0).max(1).default(0.05),
      /** Of their WebSockets and event streams, where the edge's `application` is known: so many are ended each second; 0: none. */
      endShareEachSecond: z.number().min(0).max(1).default(0.02),
      /** A WebSocket or event stream that says nothing for so long is over. */
      idleSeconds: z.number().min(1).max(604_800).default(3600),
    })
    .prefault({}),
});

export type HaproxySettings = z.output<typeof haproxyShape>;
