import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { madeGoogleAccount } from "../made-google-account.testing.ts";
import { madeReceiver } from "../made-receiver.testing.ts";
import { googleMachines } from "./google.ts";
import { madeGoogle } from "./made-google.testing.ts";
import { scaledRig } from "./scaled-rig.testing.ts";
import { machinesConformance, scaleConformance, type MachinesRig } from "./testing.ts";

const NOW = 1_795_400_000_000;
const folder = mkdtempSync(join(tmpdir(), "houston-google-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const account = madeGoogleAccount(folder, "key.json");
const credentialsFile = account.file;
const otherFile = madeGoogleAccount(folder, "other.json").file;

const rigOf = (withAutoscaler: boolean) => async (): Promise<MachinesRig> => {
  const provider = await madeGoogle({ account, withAutoscaler, now: () => NOW });
  const machinesOf = (file: string, group: string) =>
    googleMachines(
      { project: "shop-1", in: "zones/europe-west1-b", credentialsFile: file, endpoint: provider.url },
      { group, ...(withAutoscaler && { autoscaler: group }) },
      () => NOW,
    );
  return {
    provider,
    machines: machinesOf(credentialsFile, "shop-web"),
    machinesWithoutRight: machinesOf(otherFile, "shop-web"),
    machinesNotThere: machinesOf(credentialsFile, "nowhere"),
  };
};

machinesConformance("a Google autoscaler", rigOf(true), { hasMost: true, saysWhen: true });
scaleConformance("a Google autoscaler", () => scaledRig(rigOf(true)));
machinesConformance("a Google group", rigOf(false), { hasMost: false, saysWhen: true });
scaleConformance("a Google group", () => scaledRig(rigOf(false)));

test("credentials that are not there, or none, are forbidden without a word of their file; once they are there they are used", async () => {
  const provider = await madeGoogle({ account, withAutoscaler: false, now: () => NOW });
  const path = join(folder, "later.json");
  const machines = googleMachines(
    { project: "shop-1", in: "zones/europe-west1-b", credentialsFile: path, endpoint: provider.url },
    { group: "shop-web" },
    () => NOW,
  );
  const never = new AbortController().signal;
  expect(await machines.look(never)).toMatchObject({ kind: "refused", code: "forbidden" });
  writeFileSync(path, '{"type":"made-secret"}');
  const wrong = await machines.look(never);
  expect(wrong).toMatchObject({ kind: "refused", code: "forbidden" });
  expect(JSON.stringify(wrong)).not.toContain("made-secret");
  copyFileSync(account.file, path);
  expect(await machines.look(never)).toMatchObject({ kind: "seen", ready: 10 });
  await provider.stop();
});

test("a server of credentials that falls silent is left with the signal", async () => {
  const silent = await madeReceiver(() => "hang");
  const path = join(folder, "federation.json");
  const subject = join(folder, "subject");
  writeFileSync(subject, "a made token of somebody else's");
  writeFileSync(
    path,
    JSON.stringify({
      type: "external_account",
      audience: "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/shop/providers/shop",
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      token_url: `${silent.url}/v1/token`,
      credential_source: { file: subject },
    }),
  );
  const machines = googleMachines(
    { project: "shop-1", in: "zones/europe-west1-b", credentialsFile: path, endpoint: silent.url },
    { group: "shop-web" },
    () => NOW,
  );
  const abort = new AbortController();
  const looked = machines.look(abort.signal);
  await expect.poll(() => silent.requests.length).toBe(1);
  abort.abort();
  expect(await looked).toMatchObject({ kind: "retry", code: "timeout" });
  expect(silent.requests[0]!.path, "it asked for a token, and not yet for the group").toBe("/v1/token");
  await silent.stop();
});
