import { awsMachines, type AwsPart } from "./aws.ts";
import { madeAws } from "./made-aws.testing.ts";
import { scaledRig } from "./scaled-rig.testing.ts";
import { machinesConformance, scaleConformance, type MachinesRig } from "./testing.ts";
import type { Machines } from "./machines.ts";

const KEY = {
  id: "AKIAMADEFORATEST0001",
  secret: "madeSecretAccessKey/0123456789abcdefghijk",
  session: "made-session-token-0123456789",
};
const NOW = 1_795_400_000_000;

/** The client reads credentials at its first call, as in production: out of the environment. */
function withKey(id: string, machines: Machines): Machines {
  const as = <Answer>(call: () => Promise<Answer>): Promise<Answer> => {
    process.env["AWS_ACCESS_KEY_ID"] = id;
    process.env["AWS_SECRET_ACCESS_KEY"] = KEY.secret;
    process.env["AWS_SESSION_TOKEN"] = KEY.session;
    return call();
  };
  return {
    name: machines.name,
    look: (signal) => as(() => machines.look(signal)),
    ask: (replicas, signal) => as(() => machines.ask(replicas, signal)),
  };
}

const rigOf = (floor: AwsPart["floor"]) => async (): Promise<MachinesRig> => {
  const provider = await madeAws({
    accessKeyId: KEY.id,
    secrets: [KEY.secret, KEY.session],
    floor,
    now: () => NOW,
  });
  const machinesOf = (id: string, group: string) =>
    withKey(
      id,
      awsMachines({ region: "us-east-1", endpoint: provider.url }, { group, floor }, () => NOW),
    );
  return {
    provider,
    machines: machinesOf(KEY.id, "shop-web"),
    machinesWithoutRight: machinesOf("AKIASOMEBODYELSE0001", "shop-web"),
    machinesNotThere: machinesOf(KEY.id, "nowhere"),
  };
};

machinesConformance("a group of Amazon's by its least size", rigOf("min"), { hasMost: true, saysWhen: true });
scaleConformance("a group of Amazon's by its least size", () => scaledRig(rigOf("min")));
machinesConformance("a group of Amazon's by its desired size", rigOf("desired"), { hasMost: true, saysWhen: true });
scaleConformance("a group of Amazon's by its desired size", () => scaledRig(rigOf("desired")));
