import { isSignedBy, type MadeGoogleAccount } from "../made-google-account.testing.ts";
import { madeReceiver, type ReceivedRequest, type ReceiverAnswer } from "../made-receiver.testing.ts";
import { AT_REST, type MadeProvider } from "./testing.ts";

/**
 * Google Compute Engine (REST, v1) with one managed instance group and one autoscaler, both `shop-web`, in the zone
 * `europe-west1-b` of the project `shop-1`. A service account's own token is checked as Google does: RS256, scope, time.
 */
const ROOT = "/compute/v1/projects/shop-1/zones/europe-west1-b";
const SCOPE = "https://www.googleapis.com/auth/compute";

export async function madeGoogle(options: {
  readonly account: MadeGoogleAccount;
  readonly withAutoscaler: boolean;
  readonly now: () => number;
}): Promise<MadeProvider & { readonly url: string }> {
  const state = { ...AT_REST };
  const wrong: string[] = [];
  const secrets: string[] = [options.account.privateKey];
  const receiver = await madeReceiver((request) => {
    const { trouble } = state;
    const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
    if (!isSignedBy(options.account, { token, scope: SCOPE })) return errorOf(401, "authError", "Invalid Credentials");
    secrets.push(token);
    if (trouble === "silent") return "hang";
    if (trouble === "fault") return errorOf(503, "backendError", "Backend Error");
    if (trouble === "conflict") return errorOf(400, "resourceNotReady", "The resource is not ready");
    if (trouble === "throttled") {
      const answer = errorOf(403, "rateLimitExceeded", "Rate Limit Exceeded");
      return { ...answer, headers: { ...answer.headers, "retry-after": "7" } };
    }
    if (trouble === "garbled") return { status: 200, body: "<html>a proxy's page</html>" };
    if (trouble === "echo") return errorOf(403, "forbidden", `not allowed: ${JSON.stringify(request.headers)}`);
    return answerOf(request);
  });

  const answerOf = ({ method, path, headers, body }: ReceivedRequest): ReceiverAnswer => {
    const url = new URL(path, "http://made");
    const [, kind, name, verb = ""] =
      /^\/(instanceGroupManagers|autoscalers)(?:\/([a-z-]+))?(?:\/(resize|listErrors))?$/.exec(
        url.pathname.startsWith(ROOT) ? url.pathname.slice(ROOT.length) : "",
      ) ?? [];
    const target = name ?? url.searchParams.get("autoscaler");
    if (target !== null && target !== "shop-web" && kind !== undefined) {
      return errorOf(404, "notFound", `The resource 'projects/shop-1/${target}' was not found`);
    }
    switch (`${method} ${kind ?? ""} ${verb}`.trim()) {
      case "GET instanceGroupManagers":
        return json(group());
      case "GET instanceGroupManagers listErrors":
        return json({ items: state.trouble === "short" ? [shortage()] : [] });
      case "GET autoscalers":
        if (options.withAutoscaler) return json(autoscaler());
        break;
      case "POST instanceGroupManagers resize": {
        const size = Number(url.searchParams.get("size") ?? "x");
        if (!options.withAutoscaler && body === "" && Number.isInteger(size)) return changed(size);
        break;
      }
      case "PATCH autoscalers": {
        const { autoscalingPolicy, ...rest } = JSON.parse(body) as { autoscalingPolicy?: Record<string, unknown> };
        const least = autoscalingPolicy?.["minNumReplicas"];
        const isAlone = Object.keys(rest).length === 0 && Object.keys(autoscalingPolicy ?? {}).length === 1;
        const isJson = headers["content-type"] === "application/json";
        if (isJson && isAlone && typeof least === "number") return changed(least);
        break;
      }
    }
    wrong.push(`${method} ${path} ${body}`);
    return errorOf(400, "invalid", "Invalid value");
  };

  const changed = (floor: number): ReceiverAnswer => {
    const operation = { kind: "compute#operation", name: "operation-1", status: "DONE", progress: 100 };
    if (state.trouble === "quota") {
      const error = { code: "QUOTA_EXCEEDED", message: "Quota 'CPUS' exceeded. Limit: 24.0 in region europe-west1." };
      return json({ ...operation, error: { errors: [error] } });
    }
    state.floor = floor;
    state.changes += 1;
    return json({ ...operation, status: "RUNNING", progress: 0 });
  };
  const group = () => ({
    kind: "compute#instanceGroupManager",
    name: "shop-web",
    targetSize: options.withAutoscaler ? Math.max(state.floor, state.ready) : state.floor,
    currentActions: { none: state.ready, creating: Math.max(0, state.floor - state.ready), deleting: 0, verifying: 0 },
    status: { isStable: state.floor === state.ready },
  });
  const autoscaler = () => ({
    kind: "compute#autoscaler",
    name: "shop-web",
    autoscalingPolicy: { minNumReplicas: state.floor, maxNumReplicas: state.most, coolDownPeriodSec: 60, mode: "ON" },
  });
  const shortage = () => ({
    timestamp: new Date(options.now() - 30_000).toISOString(),
    error: { code: "QUOTA_EXCEEDED", message: "Instance creation failed: Quota 'CPUS' exceeded. Limit: 24.0" },
  });

  return { url: receiver.url, state, wrong, secrets, stop: () => receiver.stop() };
}

function json(body: unknown): ReceiverAnswer {
  return { status: 200, headers: { "content-type": "application/json; charset=UTF-8" }, body: JSON.stringify(body) };
}

function errorOf(code: number, reason: string, message: string): ReceiverAnswer {
  const error = { code, message, errors: [{ message, domain: "global", reason }] };
  return { ...json({ error }), status: code };
}
