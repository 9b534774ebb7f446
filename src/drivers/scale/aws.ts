import type * as Api from "@aws-sdk/client-auto-scaling";
import type { AutoScalingClient, AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import { AMAZON_FORBIDS, AMAZON_THROTTLES, type AmazonError, amazonSecrets } from "../amazon-errors.ts";
import type { Machines, MachinesProblem } from "./machines.ts";
import { noAnswer, problem, retryAfterMs } from "./problem.ts";

/**
 * An Auto Scaling group of Amazon EC2 (API version 2011-01-01) by Amazon's own client, which finds credentials as all of Amazon's
 * tools do: environment, shared files, web identity (IRSA), the container's or the machine's role.
 */
export type AwsPart = {
  readonly group: string;
  /**
   * `min`: the floor is MinSize, so that the group's own policies go on above it. `desired`: it is DesiredCapacity, for a
   * group without policies, which otherwise never shrinks again.
   */
  readonly floor: "min" | "desired";
};

export type AwsRegion = {
  readonly region: string;
  /** A private endpoint; the region's own when absent. */
  readonly endpoint?: string;
};

/** A failed activity is today's news for so long. */
const FAILURE_KNOWN_MS = 600_000;
const ACTIVITIES_READ = 5;

export function awsMachines(place: AwsRegion, { group, floor }: AwsPart, now: () => number): Machines {
  let made: Promise<Amazon> | undefined;
  // Loaded when it is first needed: half a second and some 20 MiB that whoever has no group of Amazon's need not pay.
  const amazon = (): Promise<Amazon> => (made ??= loadAmazon(place));

  const call = async <Answer>(
    send: (amazon: Amazon) => Promise<Answer>,
    signal: AbortSignal,
  ): Promise<{ readonly kind: "answer"; readonly answer: Answer } | MachinesProblem> => {
    try {
      return { kind: "answer", answer: await send(await amazon()) };
    } catch (error) {
      return problemOf(error, {
        signal,
        nowMs: now(),
        secrets: await amazonSecrets(made?.then(({ client }) => client)),
      });
    }
  };

  const look = async (signal: AbortSignal): ReturnType<Machines["look"]> => {
    const found = await call(
      ({ client, api }) =>
        client.send(new api.DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [group] }), {
          abortSignal: signal,
        }),
      signal,
    );
    if (found.kind !== "answer") return found;
    const { AutoScalingGroups: groups } = found.answer;
    if (groups === undefined)
      return problem({ code: "bad-answer", says: "the answer is no list of groups", secrets: [] });
    const seen = groups.find((each) => each.AutoScalingGroupName === group);
    if (seen === undefined) {
      return problem({ code: "unknown-target", says: `there is no group ${group} in ${place.region}`, secrets: [] });
    }
    const { MinSize: min, MaxSize: most, DesiredCapacity: desired } = seen;
    if (min === undefined || most === undefined || desired === undefined) {
      return problem({ code: "bad-answer", says: "the group came without its sizes", secrets: [] });
    }
    const ready = readyOf(seen);
    const quota = ready < desired ? await whyShort(signal) : undefined;
    return {
      kind: "seen",
      floor: floor === "min" ? min : desired,
      ready,
      most,
      ...(quota !== undefined && { quota }),
    };
  };

  /** Undefined: nothing is known of a quota; a right that is missing for this one question is no trouble. */
  const whyShort = async (signal: AbortSignal): Promise<string | undefined> => {
    const found = await call(
      ({ client, api }) =>
        client.send(
          new api.DescribeScalingActivitiesCommand({ AutoScalingGroupName: group, MaxRecords: ACTIVITIES_READ }),
          { abortSignal: signal },
        ),
      signal,
    );
    if (found.kind !== "answer") return undefined;
    const newest = found.answer.Activities?.[0];
    const age = now() - (newest?.StartTime?.getTime() ?? 0);
    return newest?.StatusCode === "Failed" && age < FAILURE_KNOWN_MS ? newest.StatusMessage : undefined;
  };

  return {
    name: `group ${place.region}/${group}`,
    look,
    async ask(replicas, signal) {
      const answer = await call<unknown>(
        ({ client, api }) =>
          floor === "min"
            ? client.send(new api.UpdateAutoScalingGroupCommand({ AutoScalingGroupName: group, MinSize: replicas }), {
                abortSignal: signal,
              })
            : client.send(
                new api.SetDesiredCapacityCommand({
                  AutoScalingGroupName: group,
                  DesiredCapacity: replicas,
                  HonorCooldown: false,
                }),
                { abortSignal: signal },
              ),
        signal,
      );
      return answer.kind === "answer" ? { kind: "done" } : answer;
    },
  };
}

type Amazon = { readonly client: AutoScalingClient; readonly api: typeof Api };

async function loadAmazon({ region, endpoint }: AwsRegion): Promise<Amazon> {
  const api = await import("@aws-sdk/client-auto-scaling");
  // One attempt: whoever asked asks again, and patience is one thing for all providers.
  const client = new api.AutoScalingClient({ region, maxAttempts: 1, ...(endpoint !== undefined && { endpoint }) });
  return { client, api };
}

/** With weights a group's sizes count weights, and so does this. */
function readyOf({ Instances: instances = [] }: AutoScalingGroup): number {
  return instances
    .filter(({ LifecycleState, HealthStatus }) => LifecycleState === "InService" && HealthStatus === "Healthy")
    .reduce((sum, { WeightedCapacity }) => sum + Number(WeightedCapacity ?? 1), 0);
}

/** Names as the API reference has them, of this service and of all (Common Errors). */
const MEANINGS: readonly (readonly [RegExp, MachinesProblem["code"]])[] = [
  [AMAZON_THROTTLES, "throttled"],
  [/^(?:ScalingActivityInProgress|ResourceContention|ResourceInUse)/, "conflict"],
  [/^(?:LimitExceeded|ServiceQuotaExceeded|VcpuLimitExceeded)/, "quota"],
  [AMAZON_FORBIDS, "forbidden"],
  [/^(?:ServiceLinkedRoleFailure|InternalFailure|InternalError|ServiceUnavailable)/, "provider-fault"],
];

function problemOf(
  error: unknown,
  {
    signal,
    nowMs,
    secrets,
  }: { readonly signal: AbortSignal; readonly nowMs: number; readonly secrets: readonly string[] },
): MachinesProblem {
  const { name, message, $metadata: metadata, $response: response } = error as AmazonError;
  const status = metadata?.httpStatusCode;
  const known = MEANINGS.find(([pattern]) => pattern.test(name))?.[1];
  if (signal.aborted || (known === undefined && status === undefined)) return noAnswer(error, signal, secrets);
  const afterMs = retryAfterMs(response?.headers?.["retry-after"], nowMs);
  return problem({
    code: known ?? meaningOf(status!, `${name}: ${message}`),
    says: `${name}: ${message}`,
    secrets,
    afterMs,
  });
}

function meaningOf(status: number, says: string): MachinesProblem["code"] {
  // A name that is not there is a ValidationError among others.
  if (status < 300) return "bad-answer";
  if (status === 429) return "throttled";
  if (status >= 500) return "provider-fault";
  return /^ValidationError.*not found/i.test(says) ? "unknown-target" : "refused";
}
