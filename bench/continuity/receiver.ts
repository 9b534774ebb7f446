import { spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, createServer, request, type Server } from "node:http";

/**
 * Warehouse and bank, in a process of their own: they answer 201 to each call and keep nothing. Started as a program it is that
 * process; `startReceiver` starts it.
 */
export type Receiver = {
  /** One call of a step: resolves when it was answered. */
  readonly post: Post;
  close(): void;
};

export type Post = (path: string) => Promise<void>;

/** Of callers that keep their connections: more than any round has in flight. */
const connections = 512;

export async function startReceiver(): Promise<Receiver> {
  const child = spawn(process.execPath, [import.meta.filename], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const [port] = (await once(child, "message")) as [number];
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  return {
    post: (path) =>
      new Promise((resolve, reject) => {
        const sent = request({ host: "127.0.0.1", port, path, method: "POST", agent }, (response) => {
          if (response.statusCode === 201) response.resume().on("end", () => resolve());
          else reject(new Error(`the receiver answered ${response.statusCode} to ${path}`));
        });
        sent.on("error", reject).end('{"order":"o-1","amountCents":1999}');
      }),
    close() {
      agent.destroy();
      child.disconnect();
    },
  };
}

function serveSteps(): Server {
  const server = createServer((incoming, response) => {
    incoming.resume().on("end", () => response.writeHead(201).end('{"done":true}'));
  });
  // Callers keep their connections from round to round; closing an idle one would race with its next use.
  server.keepAliveTimeout = 600_000;
  return server;
}

if (import.meta.main) {
  process.on("disconnect", () => process.exit(0));
  const server = serveSteps().listen(0, "127.0.0.1", () => {
    const address = server.address();
    process.send?.(address !== null && typeof address === "object" ? address.port : 0);
  });
}
