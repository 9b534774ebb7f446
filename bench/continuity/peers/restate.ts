import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { createServer, type Http2Server, type ServerHttp2Session } from "node:http2";
import { join } from "node:path";
import type { Post } from "../receiver.ts";
import { STEPS } from "../three-steps.ts";
import type { Peers } from "./installed.ts";

type Context = { run<Result>(name: string, work: () => Promise<Result>): Promise<Result> };
type Handler = (context: Context, input: { readonly key: string }) => Promise<object>;

/** What of https://docs.restate.dev/develop/ts is used. */
type Sdk = {
  service(of: { readonly name: string; readonly handlers: Readonly<Record<string, Handler>> }): unknown;
  createEndpointHandler(of: {
    readonly services: readonly unknown[];
    readonly logger: () => void;
  }): Parameters<typeof createServer>[1] & object;
};

const nodes = 3;
const startWithinMs = 60_000;
/** Of callers that keep their connections: more than any round has in flight. */
const connections = 512;

/**
 * Restate's server on three nodes, each entry on the disks of two, and the checkout as its users write it: `native`, a `ctx.run`
 * for each step, which records results alone; `intent`, with one more before each effect. Callers ask the nodes in turn.
 */
export async function restateCheckouts(peers: Peers, folder: string, post: Post) {
  const endpoint = await serveHandlers(peers, post);
  const children: ChildProcess[] = [];
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const addresses = Array.from({ length: nodes }, (_, node) => addressOf(node));
  let asked = 0;
  const buy = (kind: "native" | "intent") => (key: string) =>
    call(agent, `http://${addresses[(asked += 1) % nodes]}:8080/checkout/${kind}`, { key });
  const close = async () => {
    agent.destroy();
    await Promise.all(children.map(ended));
    endpoint.close();
  };
  try {
    for (const [node, address] of addresses.entries()) children.push(startNode(peers, folder, node, address));
    await until(() => call(agent, `http://${addresses[0]}:9070/deployments`, { uri: endpoint.uri }), children);
    for (const address of addresses)
      await until(() => call(agent, `http://${address}:8080/checkout/native`, { key: `first-${address}` }), children);
  } catch (error) {
    await close();
    throw error;
  }
  return { native: buy("native"), intent: buy("intent"), close };
}

/** Of this process alone. */
function addressOf(node: number): string {
  return `127.${70 + node + nodes * (process.pid >> 16)}.${(process.pid >> 8) & 255}.${process.pid & 255}`;
}

function startNode(peers: Peers, folder: string, node: number, address: string): ChildProcess {
  const { platform, arch } = process;
  const program = peers.resolve(`@restatedev/restate-server-${platform}-${arch}/bin/restate-server`);
  const members = Array.from({ length: nodes }, (_, each) => `http://${addressOf(each)}:5122`);
  const settings = {
    NODE_NAME: `node-${node}`,
    CLUSTER_NAME: "peers",
    BASE_DIR: join(folder, `restate-${node}`),
    LISTEN_MODE: "tcp",
    BIND_ADDRESS: `${address}:5122`,
    ADVERTISED_ADDRESS: `http://${address}:5122`,
    INGRESS__BIND_ADDRESS: `${address}:8080`,
    ADMIN__BIND_ADDRESS: `${address}:9070`,
    AUTO_PROVISION: String(node === 0),
    DEFAULT_REPLICATION: "2",
    METADATA_CLIENT__ADDRESSES: JSON.stringify(members),
    LOG_FILTER: "error",
    DISABLE_TELEMETRY: "true",
  };
  const env = Object.fromEntries(Object.entries(settings).map(([name, value]) => [`RESTATE_${name}`, value]));
  // It does not notice that its parent died: the kernel tells it.
  return spawn("setpriv", ["--pdeathsig", "KILL", program], {
    env: { ...process.env, ...env },
    stdio: "ignore",
  });
}

async function serveHandlers(peers: Peers, post: Post): Promise<{ readonly uri: string; close(): void }> {
  const sdk = peers.load("@restatedev/restate-sdk") as Sdk;
  const handler =
    (kind: "native" | "intent"): Handler =>
    async (context, { key }) => {
      for (const name of STEPS) {
        if (kind === "intent") await context.run(`${name} intent`, () => Promise.resolve({ about: name }));
        await context.run(name, () => post(`/${name}/${key}`).then(() => ({ done: true })));
      }
      return { order: "o-1" };
    };
  const checkout = sdk.service({
    name: "checkout",
    handlers: { native: handler("native"), intent: handler("intent") },
  });
  // By default it logs each invocation, which nobody else here does.
  const server: Http2Server = createServer(sdk.createEndpointHandler({ services: [checkout], logger: () => {} }));
  const sessions = new Set<ServerHttp2Session>();
  server.on("session", (session) => sessions.add(session.on("close", () => sessions.delete(session))));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  return {
    uri: `http://127.0.0.1:${port}`,
    close() {
      for (const session of sessions) session.destroy();
      server.close();
    },
  };
}

function call(agent: Agent, url: string, body: Readonly<Record<string, string>>): Promise<void> {
  const headers = {
    "content-type": "application/json",
    ...(body["key"] === undefined ? {} : { "idempotency-key": body["key"] }),
  };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: "POST", agent, headers }, (response) => {
      const status = response.statusCode ?? 0;
      if (status >= 200 && status < 300) response.resume().on("end", () => resolve());
      else response.resume().on("end", () => reject(new Error(`${url} answered ${status}`)));
    });
    sent.on("error", reject).end(JSON.stringify(body));
  });
}

async function until(works: () => Promise<void>, children: readonly ChildProcess[]): Promise<void> {
  const giveUpAt = performance.now() + startWithinMs;
  for (;;) {
    const error = await works().then(
      () => null,
      (refused: unknown) => refused,
    );
    if (error === null) return;
    const gone = children.some(({ exitCode, signalCode }) => exitCode !== null || signalCode !== null);
    if (gone || performance.now() > giveUpAt)
      throw new Error(`Restate's nodes did not come up${gone ? ": one ended" : ""}`, { cause: error });
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}
