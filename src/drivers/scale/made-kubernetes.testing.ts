import { madeReceiver, type ReceivedRequest, type ReceiverAnswer } from "../made-receiver.testing.ts";
import { AT_REST, type MadeProvider } from "./testing.ts";

/**
 * A Kubernetes API server that knows one Deployment, `shop/web`, and one autoscaler of that name, and answers as the API
 * reference says (apps/v1 Deployment and Scale, autoscaling/v2 HorizontalPodAutoscaler, meta/v1 Status).
 */
export async function madeKubernetes(options: {
  readonly token: string;
  readonly withAutoscaler: boolean;
}): Promise<MadeProvider & { readonly url: string }> {
  const state = { ...AT_REST };
  const wrong: string[] = [];
  const receiver = await madeReceiver((request) => {
    const { trouble } = state;
    if (request.headers.authorization !== `Bearer ${options.token}`) {
      return request.headers.authorization?.startsWith("Bearer ")
        ? statusOf(403, "Forbidden", `deployments.apps "web" is forbidden, sent ${request.headers.authorization}`)
        : statusOf(401, "Unauthorized", "Unauthorized");
    }
    if (trouble === "silent") return "hang";
    if (trouble === "fault") return statusOf(500, "InternalError", "etcdserver: leader changed");
    if (trouble === "conflict") return statusOf(409, "Conflict", "the object has been modified");
    if (trouble === "throttled") {
      const answer = statusOf(429, "TooManyRequests", "too many requests, please try again later");
      return { ...answer, headers: { ...answer.headers, "retry-after": "7" } };
    }
    if (trouble === "garbled") return { status: 200, body: "<html>a proxy's page</html>" };
    if (trouble === "echo") return statusOf(422, "Invalid", `not taken: ${JSON.stringify(request.headers)}`);
    return answerOf(request);
  });

  const answerOf = (request: ReceivedRequest): ReceiverAnswer => {
    const [, group, kind, name, sub] =
      /^\/apis\/(apps\/v1|autoscaling\/v2)\/namespaces\/shop\/(deployments|horizontalpodautoscalers)\/([a-z-]+)(\/scale)?$/.exec(
        request.path,
      ) ?? [];
    const isKnown = (group === "apps/v1") === (kind === "deployments");
    if (name === undefined || !isKnown) {
      wrong.push(`${request.method} ${request.path} is no path of the API`);
      return statusOf(404, "NotFound", "the server could not find the requested resource");
    }
    if (name !== "web") return statusOf(404, "NotFound", `${kind} "${name}" not found`);
    if (request.method === "GET" && sub === undefined)
      return json(kind === "deployments" ? deployment() : autoscaler());
    if (request.method !== "PATCH" || (kind === "deployments") !== (sub === "/scale")) {
      wrong.push(`${request.method} ${request.path} is not what this driver may do`);
      return statusOf(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
    }
    if (request.headers["content-type"] !== "application/merge-patch+json") {
      wrong.push(`a patch as ${request.headers["content-type"]}`);
      return statusOf(415, "UnsupportedMediaType", "the body of the request was in an unknown format");
    }
    const field = kind === "deployments" ? "replicas" : "minReplicas";
    const { spec, ...rest } = JSON.parse(request.body) as { spec?: Record<string, unknown> };
    const value = spec?.[field];
    if (Object.keys(rest).length > 0 || Object.keys(spec ?? {}).length !== 1 || typeof value !== "number") {
      wrong.push(`a patch of ${request.body}`);
      return statusOf(422, "Invalid", "spec is invalid");
    }
    if (state.trouble === "quota") {
      return statusOf(403, "Forbidden", "exceeded quota: shop, requested: pods=10, used: pods=10, limited: pods=10");
    }
    if (kind === "horizontalpodautoscalers" && value > state.most) {
      return statusOf(422, "Invalid", "spec.maxReplicas: Invalid value: must be greater than or equal to minReplicas");
    }
    state.floor = value;
    state.changes += 1;
    return json(
      kind === "deployments"
        ? { apiVersion: "autoscaling/v1", kind: "Scale", spec: { replicas: value }, status: { replicas: state.ready } }
        : autoscaler(),
    );
  };

  const deployment = () => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace: "shop" },
    spec: { replicas: options.withAutoscaler ? Math.max(state.floor, state.ready) : state.floor },
    status: {
      // Left out when it is none, as all that is zero.
      ...(state.ready > 0 && { readyReplicas: state.ready }),
      conditions: [
        { type: "Available", status: "True", message: "Deployment has minimum availability." },
        ...(state.trouble === "short"
          ? [
              {
                type: "ReplicaFailure",
                status: "True",
                reason: "FailedCreate",
                message: 'pods "web-1" is forbidden: exceeded quota: shop, limited: pods=10',
              },
            ]
          : []),
      ],
    },
  });
  const autoscaler = () => ({
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { name: "web", namespace: "shop" },
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" },
      minReplicas: state.floor,
      maxReplicas: state.most,
    },
    status: { currentReplicas: state.ready, desiredReplicas: state.floor },
  });

  return { url: receiver.url, state, wrong, secrets: [options.token], stop: () => receiver.stop() };
}

function json(body: unknown): ReceiverAnswer {
  return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

function statusOf(code: number, reason: string, message: string): ReceiverAnswer {
  const body = { apiVersion: "v1", kind: "Status", metadata: {}, status: "Failure", message, reason, code };
  return { ...json(body), status: code };
}
