// A cluster's token goes to who shows a certificate of the cluster's own authority, and to nobody else.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { kubernetesMachines } from "../../src/drivers/scale/kubernetes.ts";
import { makeCertificates } from "../../src/runtime/certificates.ts";

const folder = mkdtempSync(join(tmpdir(), "houston-authority-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

test("a cluster is trusted by its own authority alone, and a stranger never sees the token", async () => {
  const ours = await makeCertificates({ names: ["localhost"], now: Date.now() });
  const another = await makeCertificates({ names: ["localhost"], now: Date.now() });
  const { certificatePem: cert, keyPem: key } = ours.byName["localhost"]!;
  const seen: (string | undefined)[] = [];
  const server = createServer({ cert, key }, (request, response) => {
    seen.push(request.headers.authorization);
    response.end(JSON.stringify({ spec: { replicas: 3 }, status: { readyReplicas: 3 } }));
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  const machinesBy = (caFile?: string) =>
    kubernetesMachines(
      {
        server: `https://localhost:${(server.address() as AddressInfo).port}`,
        tokenFile: file("token", "made-token"),
        ...(caFile !== undefined && { caFile }),
      },
      { namespace: "shop", deployment: "web" },
    );
  const never = new AbortController().signal;
  for (const stranger of [machinesBy(), machinesBy(file("another.pem", another.authorityPem))]) {
    expect(await stranger.look(never)).toMatchObject({ kind: "retry", code: "unreachable" });
  }
  expect(seen).toEqual([]);
  expect(await machinesBy(file("ours.pem", ours.authorityPem)).look(never)).toMatchObject({ kind: "seen", ready: 3 });
  expect(seen).toEqual(["Bearer made-token"]);
  server.closeAllConnections();
  server.close();
});
