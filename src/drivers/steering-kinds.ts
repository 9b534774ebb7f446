import type { MakeSteering } from "./steering-context.ts";
import type { SteeringDriverSettings } from "./steering-shapes.ts";

/** Makes a driver of the kind that its settings name. A kind is a line here and a shape in steering-shapes.ts; its code is read when it is used. */
export const makeSteering: MakeSteering<SteeringDriverSettings> = async (settings, context) => {
  switch (settings.kind) {
    case "embedded":
      return (await import("./dns/embedded/steering.ts")).makeEmbedded(settings, context);
    case "rfc2136":
      return (await import("./dns/rfc2136/make.ts")).makeRfc2136(settings, context);
    case "powerdns":
      return (await import("./dns/powerdns/make.ts")).makePowerdns(settings, context);
    case "route53":
      return (await import("./dns/route53/make.ts")).makeRoute53(settings, context);
    case "cloudflare":
      return (await import("./dns/cloudflare/make.ts")).makeCloudflare(settings, context);
    case "google-dns":
      return (await import("./dns/google/make.ts")).makeGoogleDns(settings, context);
    case "ns1":
      return (await import("./dns/ns1/make.ts")).makeNs1(settings, context);
    case "webhook":
      return (await import("./dns/yours/make.ts")).makeWebhook(settings, context);
    case "command":
      return (await import("./dns/yours/make.ts")).makeCommand(settings, context);
    case "haproxy":
      return (await import("./edge/haproxy/steering.ts")).makeHaproxy(settings, context);
    case "nginx":
      return (await import("./edge/nginx/steering.ts")).makeNginx(settings, context);
    case "envoy":
      return (await import("./edge/envoy/steering.ts")).makeEnvoy(settings, context);
    case "application":
      return (await import("./edge/application/steering.ts")).makeApplication(settings, context);
  }
};
