import { execFileSync } from "node:child_process";
import { askServer } from "../ask-server.ts";
import { bindServer, knotServer, type NameServer, TEST_DOMAIN, TEST_KEY } from "../name-server.testing.ts";
import { recordConformance, type RecordRig } from "../record-testing.ts";
import { troubleProxy } from "../trouble-proxy.testing.ts";
import { makeRfc2136 } from "./make.ts";
import { rfc2136Shape } from "./shape.ts";

/** Behind two bytes of length and two of the id: the opcode. */
const isUpdate = (sent: Buffer): boolean => sent.length > 4 && ((sent[4]! >> 3) & 0xf) === 5;
const OTHER_SECRET = Buffer.from("another secret, of 32 bytes too.").toString("base64");

async function rigOf(server: NameServer): Promise<RecordRig> {
  const proxy = await troubleProxy(server.port, isUpdate);
  const at = { host: "127.0.0.1", port: server.port };
  const ask = async (name: string, type: "A" | "AAAA" | "TXT") => {
    const [answer] = await askServer(at, [{ name, type }], AbortSignal.timeout(30_000));
    return answer?.kind === "sets" ? (answer.sets[0]?.values ?? []) : [];
  };
  return {
    domain: TEST_DOMAIN,
    start: async ({ wrongKey, closedPort, ...settings }, context) =>
      makeRfc2136(
        rfc2136Shape.parse({
          kind: "rfc2136",
          server: closedPort ? "127.0.0.1:1" : `127.0.0.1:${proxy.port}`,
          key: { name: TEST_KEY.name },
          writesPerSecond: 1000,
          // What is waited for comes in its own time on a busy machine.
          withinSeconds: 20,
          ...settings,
        }),
        { ...context, env: { HOUSTON_TSIG_SECRET: wrongKey ? OTHER_SECRET : TEST_KEY.secret } },
      ),
    reached: ask,
    text: async (name) => ask(name, "TXT"),
    async serial() {
      const words = ["+short", "-p", String(server.port), "@127.0.0.1", TEST_DOMAIN, "SOA"];
      return Number(execFileSync("dig", words, { encoding: "utf8" }).split(" ")[2]);
    },
    setByHand: server.setByHand,
    setTrouble: proxy.setTrouble,
    async stop() {
      await proxy.stop();
      await server.stop();
    },
  };
}

recordConformance("Knot by RFC 2136", async () => rigOf(await knotServer()));
recordConformance("BIND by RFC 2136", async () => rigOf(await bindServer()));
