import { readFileSync } from "node:fs";
import { Agent } from "undici";
import { httpCall, type HttpAnswer } from "./http-call.ts";
import type { Machines, MachinesProblem, MachinesSeen } from "./machines.ts";
import { countOf, problem } from "./problem.ts";

/**
 * A Deployment, by its `scale` subresource; or the floor of the HorizontalPodAutoscaler that has it in hand, so that the two
 * don't pull at the same number. Plain HTTP (docs/decisions/0018-scale-clients.md), as the Kubernetes API reference has it:
 * `apps/v1` and `autoscaling/v2`, JSON merge patches, errors as `Status`.
 */
export type KubernetesPart = {
  readonly namespace: string;
  readonly deployment: string;
  /** The autoscaler whose `minReplicas` is the floor; without it the floor is the Deployment's `replicas`. */
  readonly autoscaler?: string;
};

export type KubernetesCluster = {
  /** `https://host:port`, without a path. */
  readonly server: string;
  /** Read anew for each call: the kubelet renews a service account's token within the hour. */
  readonly tokenFile: string;
  /** Whom to trust in place of the well-known authorities. */
  readonly caFile?: string;
};

/** Where Kubernetes puts what a pod needs to call its own cluster. */
const POD_FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount";

export const IN_CLUSTER: KubernetesCluster = {
  server: "https://kubernetes.default.svc",
  tokenFile: `${POD_FOLDER}/token`,
  caFile: `${POD_FOLDER}/ca.crt`,
};

/** Far more than any Deployment has: the API itself knows no maximum. */
const REPLICAS_MOST = 100_000;

export function kubernetesMachines(cluster: KubernetesCluster, part: KubernetesPart): Machines {
  const { namespace, deployment, autoscaler } = part;
  const deploymentPath = `/apis/apps/v1/namespaces/${encodeURIComponent(namespace)}/deployments/${encodeURIComponent(deployment)}`;
  const autoscalerPath =
    autoscaler === undefined
      ? null
      : `/apis/autoscaling/v2/namespaces/${encodeURIComponent(namespace)}/horizontalpodautoscalers/${encodeURIComponent(autoscaler)}`;
  let agent: Agent | undefined;

  const call = async (
    path: string,
    signal: AbortSignal,
    patch?: { readonly spec: Readonly<Record<string, number>> },
  ): Promise<HttpAnswer | MachinesProblem> => {
    let token: string;
    try {
      token = readFileSync(cluster.tokenFile, "utf8").trim();
      agent ??= cluster.caFile === undefined ? undefined : new Agent({ connect: { ca: readFileSync(cluster.caFile) } });
    } catch (error) {
      const { code, path: file } = error as NodeJS.ErrnoException;
      return problem({ code: "forbidden", says: `${file ?? cluster.tokenFile} can't be read: ${code}`, secrets: [] });
    }
    return httpCall(
      {
        method: patch ? "PATCH" : "GET",
        url: `${cluster.server}${path}`,
        headers: {
          authorization: `Bearer ${token}`,
          ...(patch && { "content-type": "application/merge-patch+json" }),
        },
        ...(patch && { body: JSON.stringify(patch) }),
        secrets: [token],
        signal,
        ...(agent && { dispatcher: agent }),
      },
      saidByStatus,
    );
  };

  return {
    name: autoscaler === undefined ? `deployment ${namespace}/${deployment}` : `autoscaler ${namespace}/${autoscaler}`,

    async look(signal) {
      const [deployed, scaled] = await Promise.all([
        call(deploymentPath, signal),
        autoscalerPath === null ? null : call(autoscalerPath, signal),
      ]);
      if (deployed.kind !== "answer") return deployed;
      if (scaled !== null && scaled.kind !== "answer") return scaled;
      return seenOf(deployed.body, scaled?.body) ?? problem(UNREADABLE);
    },

    async ask(replicas, signal) {
      const answer =
        autoscalerPath === null
          ? await call(`${deploymentPath}/scale`, signal, { spec: { replicas } })
          : await call(autoscalerPath, signal, { spec: { minReplicas: replicas } });
      return answer.kind === "answer" ? { kind: "done" } : answer;
    },
  };
}

const UNREADABLE = { code: "bad-answer", says: "the answer is no Deployment or autoscaler", secrets: [] } as const;

type Condition = { readonly type?: unknown; readonly status?: unknown; readonly message?: unknown };
type Deployment = {
  readonly spec?: { readonly replicas?: unknown };
  readonly status?: { readonly readyReplicas?: unknown; readonly conditions?: readonly Condition[] };
};
type Autoscaler = { readonly spec?: { readonly minReplicas?: unknown; readonly maxReplicas?: unknown } };

function seenOf(deployed: unknown, scaled: unknown): MachinesSeen | null {
  const { spec, status } = deployed as Deployment;
  // `readyReplicas` and `minReplicas` are left out when they are 0 and 1.
  const ready = countOf(status?.readyReplicas ?? 0);
  const limits = (scaled as Autoscaler | undefined)?.spec;
  const floor = countOf(scaled === undefined ? spec?.replicas : (limits?.minReplicas ?? 1));
  const most = scaled === undefined ? REPLICAS_MOST : countOf(limits?.maxReplicas);
  if (ready === null || floor === null || most === null) return null;
  const quota = quotaOf(status?.conditions);
  return { kind: "seen", ready, floor, most, ...(quota !== undefined && { quota }) };
}

/** A namespace's ResourceQuota refuses pods, not Deployments: it shows only as a condition of the Deployment. */
function quotaOf(conditions: unknown): string | undefined {
  if (!Array.isArray(conditions)) return undefined;
  const failure = (conditions as readonly Condition[]).find(
    ({ type, status }) => type === "ReplicaFailure" && status === "True",
  );
  return typeof failure?.message === "string" && failure.message.includes("exceeded quota")
    ? failure.message
    : undefined;
}

/** `Status` (meta/v1): a reason for programs and a message for people. */
function saidByStatus(
  status: number,
  body: unknown,
): { readonly code?: MachinesProblem["code"]; readonly says?: string } {
  const { reason, message } = (body ?? {}) as { readonly reason?: unknown; readonly message?: unknown };
  return {
    ...(typeof message === "string" && { says: message }),
    // A quota on objects, and an admission webhook's no, come as 403 and mean different things.
    ...(status === 403 &&
      typeof message === "string" &&
      message.includes("exceeded quota") && { code: "quota" as const }),
    ...(reason === "ServerTimeout" && { code: "timeout" as const }),
  };
}
