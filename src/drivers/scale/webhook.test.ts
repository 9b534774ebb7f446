import { madeReceiver, type ReceiverAnswer } from "../made-receiver.testing.ts";
import { isSigned, webhookKey } from "../webhook-signature.ts";
import { scaledRig } from "./scaled-rig.testing.ts";
import { AT_REST, machinesConformance, scaleConformance, type MachinesRig } from "./testing.ts";
import { webhookMachines } from "./webhook.ts";

const NOW = 1_795_400_000_000;
const key = webhookKey("HOUSTON_SCALE_WEBHOOK_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=");
const otherKey = webhookKey("HOUSTON_SCALE_WEBHOOK_SECRET", "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
const PATH = "/grow?token=made-token-in-an-address";

async function rig(): Promise<MachinesRig> {
  const state = { ...AT_REST };
  const wrong: string[] = [];
  const receiver = await madeReceiver(({ method, path, headers, body }) => {
    const isOurs = isSigned({
      key,
      id: String(headers["webhook-id"]),
      seconds: Number(headers["webhook-timestamp"]),
      body,
      signatures: String(headers["webhook-signature"]),
      nowSeconds: NOW / 1000,
    });
    if (!isOurs) return { status: 401 };
    const { trouble } = state;
    if (trouble === "silent") return "hang";
    if (trouble === "fault") return { status: 502 };
    if (trouble === "conflict") return { status: 409 };
    if (trouble === "throttled") return { status: 429, headers: { "retry-after": "7" } };
    if (trouble === "garbled") return { status: 200, body: "<html>a proxy's page</html>" };
    if (trouble === "echo") return problem(`not taken: ${path} ${JSON.stringify(headers)}`);
    const asked = JSON.parse(body) as Record<string, unknown>;
    const known = ["version", "location", "part", "do", ...(asked["do"] === "floor" ? ["replicas"] : [])];
    if (
      method !== "POST" ||
      path !== PATH ||
      asked["version"] !== 1 ||
      Object.keys(asked).some((key) => !known.includes(key))
    ) {
      wrong.push(`${method} ${path} ${body}`);
    }
    if (asked["part"] !== "web") return { status: 404 };
    if (asked["do"] === "look") {
      const { floor, ready, most } = state;
      return json({ floor, ready, most, ...(trouble === "short" && { quota: "the cloud's quota is used up" }) });
    }
    if (trouble === "quota")
      return { ...problem("no more machines"), body: '{"code":"quota","says":"no more machines"}' };
    state.floor = Number(asked["replicas"]);
    state.changes += 1;
    return { status: 204 };
  });
  const machinesOf = (signingKey: Uint8Array, part: string) =>
    webhookMachines({ url: `${receiver.url}${PATH}`, key: signingKey, location: "us-east-1", part }, () => NOW);
  return {
    provider: { state, wrong, secrets: ["made-token-in-an-address"], stop: () => receiver.stop() },
    machines: machinesOf(key, "web"),
    machinesWithoutRight: machinesOf(otherKey, "web"),
    machinesNotThere: machinesOf(key, "nowhere"),
  };
}

function json(body: unknown): ReceiverAnswer {
  return { status: 200, body: JSON.stringify(body) };
}

function problem(says: string): ReceiverAnswer {
  return { status: 422, body: JSON.stringify({ says }) };
}

machinesConformance("a webhook", rig, { hasMost: true, saysWhen: true });
scaleConformance("a webhook", () => scaledRig(rig));
