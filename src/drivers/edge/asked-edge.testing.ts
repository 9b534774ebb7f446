import { once } from "node:events";
import { type IncomingHttpHeaders, request, type Server } from "node:http";
import { type AddressInfo, connect, createServer } from "node:net";

/** A port that is free on every address of the test now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "::");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => void server.close(resolve));
  return port;
}

export type Answered = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** What the application said; null: it was not asked. */
  readonly says: { readonly location: string; readonly headers: IncomingHttpHeaders } | null;
};

/** A slow machine answers after seconds; what has not come by then never does. */
const LOST_MS = 30_000;

/** One user's request, on a connection of its own. */
export function askAs(
  user: {
    readonly address: string;
    readonly host: string;
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  },
  to: { readonly address: string; readonly port: number },
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const { address, host, method = "GET", headers = {} } = user;
    const call = request(
      {
        host: to.address,
        port: to.port,
        localAddress: address,
        method,
        headers: { host, ...headers },
        agent: false,
        timeout: LOST_MS,
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => void (text += part));
        response.on("end", () => {
          const isOurs = response.headers["content-type"] === "application/json" && text !== "";
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            says: isOurs ? (JSON.parse(text) as Answered["says"]) : null,
          });
        });
        response.on("error", reject);
      },
    );
    call.on("timeout", () => call.destroy(new Error(`no answer in ${LOST_MS / 1000} s`)));
    call.on("error", reject);
    call.end(user.body);
  });
}

/** The free port on which it listens now. */
export async function listening(server: Server, address: string): Promise<number> {
  server.listen(0, address);
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** When nobody takes connections there: workers of a killed master are nobody's children, and end when they end. */
export async function nobodyListens(at: { readonly address: string; readonly port: number }): Promise<void> {
  for (;;) {
    const socket = connect(at.port, at.address);
    const isTaken = await new Promise<boolean>((resolve) => {
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    });
    socket.destroy();
    if (!isTaken) return;
    await new Promise((resolve) => void setTimeout(resolve, 5));
  }
}
