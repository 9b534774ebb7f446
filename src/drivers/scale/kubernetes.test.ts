import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { kubernetesMachines } from "./kubernetes.ts";
import { madeKubernetes } from "./made-kubernetes.testing.ts";
import { scaledRig } from "./scaled-rig.testing.ts";
import { machinesConformance, scaleConformance, type MachinesRig } from "./testing.ts";

const TOKEN = "eyJhbGciOiJSUzI1NiJ9.made.token-of-a-service-account";
const folder = mkdtempSync(join(tmpdir(), "houston-kubernetes-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const tokenFile = file("token", `${TOKEN}\n`);
const otherTokenFile = file("other", "eyJhbGciOiJSUzI1NiJ9.made.somebody-else");

const rigOf = (withAutoscaler: boolean) => async (): Promise<MachinesRig> => {
  const provider = await madeKubernetes({ token: TOKEN, withAutoscaler });
  const machinesOf = (given: { readonly deployment: string; readonly tokenFile: string }) =>
    kubernetesMachines(
      { server: provider.url, tokenFile: given.tokenFile },
      {
        namespace: "shop",
        deployment: given.deployment,
        ...(withAutoscaler && { autoscaler: given.deployment }),
      },
    );
  return {
    provider,
    machines: machinesOf({ deployment: "web", tokenFile }),
    machinesWithoutRight: machinesOf({ deployment: "web", tokenFile: otherTokenFile }),
    machinesNotThere: machinesOf({ deployment: "nowhere", tokenFile }),
  };
};

machinesConformance("a Kubernetes autoscaler", rigOf(true), { hasMost: true, saysWhen: true });
scaleConformance("a Kubernetes autoscaler", () => scaledRig(rigOf(true)));
machinesConformance("a Kubernetes deployment", rigOf(false), { hasMost: false, saysWhen: true });
scaleConformance("a Kubernetes deployment", () => scaledRig(rigOf(false)));

test("a token that can't be read is forbidden by the file's name; a new one is used at once", async () => {
  const provider = await madeKubernetes({ token: "a-newer-token-of-the-kubelet", withAutoscaler: true });
  afterAll(() => provider.stop());
  const path = join(folder, "renewed");
  const never = new AbortController().signal;
  const machines = kubernetesMachines(
    { server: provider.url, tokenFile: path },
    { namespace: "shop", deployment: "web", autoscaler: "web" },
  );
  const unread = await machines.look(never);
  expect(unread).toMatchObject({ kind: "refused", code: "forbidden" });
  expect("says" in unread && unread.says).toBe(`${path} can't be read: ENOENT`);
  writeFileSync(path, "old");
  expect(await machines.look(never)).toMatchObject({ kind: "refused", code: "forbidden" });
  writeFileSync(path, "a-newer-token-of-the-kubelet");
  expect(await machines.look(never)).toMatchObject({ kind: "seen", ready: 10 });
});
