import { z } from "zod";
import { steeringName } from "../../steering-name.ts";
import { endpoint, location, path, relay } from "../edge-shape.ts";

const address = endpoint("10.0.2.5:8098");
const words = z.array(z.string().min(1).max(1000)).min(1).max(50);

/** `kind: nginx` under `steering.drivers`: nginxes that stand in the locations already (docs/how-to/nginx.md). */
export const nginxShape = z.strictObject({
  kind: z.literal("nginx"),
  name: steeringName.optional(),
  /** Where each nginx reads its routes, as its config names the folder; this machine can write it. */
  folder: path.default("/etc/nginx/reactive-production"),
  /** Each nginx whose location is to follow the route table; a location may have several. */
  edges: z
    .array(
      z.strictObject({
        location,
        /** Where this one differs. */
        folder: path.optional(),
        /** Where it says by which table it answers. */
        status: address.default("127.0.0.1:8098"),
        /** The program, and its words, that looks whether its config is good. */
        test: words.default(["nginx", "-t"]),
        /** The one that makes it read its config anew while its connections go on. */
        reload: words.default(["nginx", "-s", "reload"]),
        /** Where it takes users' requests, as it reaches itself; absent: 127.0.0.1 and the relays' port. */
        itself: address.optional(),
        /** Where its application answers; with it, what is safe to repeat is asked elsewhere when it errs here. */
        application: address.optional(),
        /** A free address of this nginx alone, through which it asks elsewhere. */
        second: address.default("127.0.0.1:8097"),
      }),
    )
    .min(1)
    .max(200),
  relay,
  /** What is asked about a second time, elsewhere, when the first place errs; for edges whose `application` is known. */
  askAgain: z
    .strictObject({
      /** nginx knows no shares: so many requests a second at most, and as many more at once. */
      perSecondMax: z.number().int().min(1).max(100_000).default(50),
      /** The first place, and then the second, has so long to begin or go on with an answer. */
      afterSeconds: z.number().min(0.05).max(3600).default(30),
      /** The application carries what has an `Idempotency-Key` out once, in whichever location it is asked. */
      withIdempotencyKey: z.boolean().default(false),
    })
    .prefault({}),
  /** A reload takes as long as reading the whole config does. */
  withinSeconds: z.number().min(1).max(30).default(3),
});

export type NginxSettings = z.output<typeof nginxShape>;
