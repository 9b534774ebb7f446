import { madeReceiver, type ReceivedRequest, type ReceiverAnswer } from "../made-receiver.testing.ts";
import { AT_REST, type MadeProvider } from "./testing.ts";

/**
 * Amazon's Auto Scaling with one group, `shop-web`: the Query API of version 2011-01-01 (form in, XML out), signed with
 * Signature Version 4. Which fields an action knows is from its API reference.
 */
const FIELDS: Readonly<Record<string, readonly RegExp[]>> = {
  DescribeAutoScalingGroups: [/^AutoScalingGroupNames\.member\.\d+$/],
  DescribeScalingActivities: [/^AutoScalingGroupName$/, /^MaxRecords$/],
  UpdateAutoScalingGroup: [/^AutoScalingGroupName$/, /^MinSize$/],
  SetDesiredCapacity: [/^AutoScalingGroupName$/, /^DesiredCapacity$/, /^HonorCooldown$/],
};

export async function madeAws(options: {
  readonly accessKeyId: string;
  readonly secrets: readonly string[];
  readonly floor: "min" | "desired";
  readonly now: () => number;
}): Promise<MadeProvider & { readonly url: string }> {
  const state = { ...AT_REST };
  const wrong: string[] = [];
  const receiver = await madeReceiver((request) => {
    const { trouble } = state;
    const signed =
      /^AWS4-HMAC-SHA256 Credential=([^/]+)\/\d{8}\/us-east-1\/autoscaling\/aws4_request, SignedHeaders=([^,]*), Signature=[0-9a-f]{64}$/.exec(
        request.headers.authorization ?? "",
      );
    if (signed === null || !signed[2]!.split(";").includes("host") || request.headers["x-amz-date"] === undefined) {
      wrong.push(`signed ${request.headers.authorization}`);
    }
    if (signed?.[1] !== options.accessKeyId) {
      return errorOf(403, "InvalidClientTokenId", "The security token included in the request is invalid.");
    }
    if (trouble === "silent") return "hang";
    if (trouble === "fault") return errorOf(500, "InternalFailure", "The request processing has failed.");
    if (trouble === "conflict") {
      return errorOf(
        500,
        "ResourceContention",
        "You already have a pending update to an Amazon EC2 Auto Scaling resource.",
      );
    }
    if (trouble === "throttled") {
      const answer = errorOf(400, "Throttling", "Rate exceeded");
      return { ...answer, headers: { ...answer.headers, "retry-after": "7" } };
    }
    if (trouble === "garbled")
      return { status: 200, headers: { "content-type": "text/html" }, body: "<html>a proxy's page" };
    if (trouble === "echo") return errorOf(403, "AccessDenied", `not allowed: ${JSON.stringify(request.headers)}`);
    return answerOf(request);
  });

  const answerOf = ({ method, path, headers, body }: ReceivedRequest): ReceiverAnswer => {
    const fields = new URLSearchParams(body);
    const action = fields.get("Action") ?? "";
    const known = FIELDS[action];
    const others = [...fields.keys()].filter((key) => key !== "Action" && key !== "Version");
    const isRight =
      method === "POST" &&
      path === "/" &&
      headers["content-type"]?.startsWith("application/x-www-form-urlencoded") === true &&
      fields.get("Version") === "2011-01-01" &&
      known !== undefined &&
      others.every((key) => known.some((pattern) => pattern.test(key)));
    if (!isRight) {
      wrong.push(`${method} ${path} ${body}`);
      return errorOf(400, "InvalidAction", "The action or operation requested is not valid.");
    }
    const isThere = (fields.get("AutoScalingGroupName") ?? fields.get("AutoScalingGroupNames.member.1")) === "shop-web";
    if (action === "DescribeAutoScalingGroups") return xml(action, isThere ? groups() : "<AutoScalingGroups/>");
    if (!isThere)
      return errorOf(400, "ValidationError", "AutoScalingGroup name not found - AutoScalingGroup 'x' not found");
    if (action === "DescribeScalingActivities") return xml(action, activities());
    if (state.trouble === "quota")
      return errorOf(400, "LimitExceeded", "You have already reached a limit for your resources.");
    const size = Number(fields.get(action === "SetDesiredCapacity" ? "DesiredCapacity" : "MinSize"));
    if (size > state.most) return errorOf(400, "ValidationError", `New size:${size} is above max value:${state.most}`);
    state.floor = size;
    state.changes += 1;
    return xml(action, "");
  };

  const groups = (): string => {
    const desired = options.floor === "desired" ? state.floor : Math.max(state.floor, state.ready);
    const instances = [
      ...Array.from({ length: state.ready }, (_, index) => instance(index, "InService")),
      // On its way: there, and not ready.
      instance(9999, "Pending"),
    ].join("");
    return `<AutoScalingGroups><member><AutoScalingGroupName>shop-web</AutoScalingGroupName><MinSize>${
      options.floor === "desired" ? 0 : state.floor
    }</MinSize><MaxSize>${state.most}</MaxSize><DesiredCapacity>${desired}</DesiredCapacity><DefaultCooldown>300</DefaultCooldown><Instances>${instances}</Instances></member></AutoScalingGroups>`;
  };
  const activities = (): string => {
    const at = new Date(options.now() - 30_000).toISOString();
    const [code, message] =
      state.trouble === "short"
        ? ["Failed", "You have requested more vCPU capacity than your current vCPU limit of 32 allows."]
        : ["Successful", ""];
    return `<Activities><member><ActivityId>1</ActivityId><AutoScalingGroupName>shop-web</AutoScalingGroupName><Cause>made</Cause><StartTime>${at}</StartTime><StatusCode>${code}</StatusCode><StatusMessage>${message}</StatusMessage></member></Activities>`;
  };

  return { url: receiver.url, state, wrong, secrets: options.secrets, stop: () => receiver.stop() };
}

const instance = (id: number, lifecycle: string): string =>
  `<member><InstanceId>i-${id}</InstanceId><AvailabilityZone>us-east-1a</AvailabilityZone><LifecycleState>${lifecycle}</LifecycleState><HealthStatus>Healthy</HealthStatus><ProtectedFromScaleIn>false</ProtectedFromScaleIn></member>`;

const NAMESPACE = "http://autoscaling.amazonaws.com/doc/2011-01-01/";

function xml(action: string, result: string): ReceiverAnswer {
  return {
    status: 200,
    headers: { "content-type": "text/xml" },
    body: `<${action}Response xmlns="${NAMESPACE}"><${action}Result>${result}</${action}Result><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></${action}Response>`,
  };
}

function errorOf(status: number, code: string, message: string): ReceiverAnswer {
  const text = message.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return {
    status,
    headers: { "content-type": "text/xml" },
    body: `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>${code}</Code><Message>${text}</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
  };
}
