import { z } from "zod";
import { cloudflareShape } from "./dns/cloudflare/shape.ts";
import { embeddedShape } from "./dns/embedded/shape.ts";
import { googleDnsShape } from "./dns/google/shape.ts";
import { ns1Shape } from "./dns/ns1/shape.ts";
import { powerdnsShape } from "./dns/powerdns/shape.ts";
import { rfc2136Shape } from "./dns/rfc2136/shape.ts";
import { route53Shape } from "./dns/route53/shape.ts";
import { commandShape, webhookShape } from "./dns/yours/shape.ts";
import { applicationShape } from "./edge/application/shape.ts";
import { envoyShape } from "./edge/envoy/shape.ts";
import { haproxyShape } from "./edge/haproxy/shape.ts";
import { nginxShape } from "./edge/nginx/shape.ts";

/** Each kind of driver that `steering.drivers` in houston.yaml may name, with its settings; who makes them is steering-kinds.ts. */
export const steeringDriverShape = z.discriminatedUnion("kind", [
  embeddedShape,
  rfc2136Shape,
  powerdnsShape,
  route53Shape,
  cloudflareShape,
  googleDnsShape,
  ns1Shape,
  webhookShape,
  commandShape,
  haproxyShape,
  nginxShape,
  envoyShape,
  applicationShape,
]);

export type SteeringDriverSettings = z.output<typeof steeringDriverShape>;
