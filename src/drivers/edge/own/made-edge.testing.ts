import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request as httpRequest,
  type RequestOptions,
  type Server,
  type ServerResponse,
} from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RouteTable } from "../../../core/route/table.ts";
import { applicationEdge, type ApplicationEdge, type ApplicationEdgeOptions } from "./application-edge.ts";
import type { RouteDocument } from "./route-document.ts";

/** Locations whose applications are their own edges, on loopback; `www.example.com` is told apart by networks, `*.shops.example.com` by name. */
export const [HERE, THERE, THIRD] = ["east", "west", "north"] as const;
export const HOST = "www.example.com";

export function tableTo(location: number, version = 1): RouteTable {
  const rows = { "zone-1": [[location, 256]] as [number, number][] };
  return {
    version,
    at: 0,
    locations: [HERE, THERE, THIRD],
    assignment: { public: rows, tenants: rows },
    contingency: { [HERE]: { public: { "zone-1": [[1, 256]] } }, [THERE]: { public: { "zone-1": [[0, 256]] } } },
    apart: [],
  };
}

export const documentOf = (table: RouteTable, more: Partial<RouteDocument> = {}): RouteDocument => ({
  document: 1,
  table,
  lost: [],
  hosts: [
    { name: HOST, class: "public", bucketBy: "network" },
    { name: "*.shops.example.com", class: "tenants", bucketBy: "host" },
  ],
  subnets: {},
  otherwise: "zone-1",
  addresses: { [HERE]: { v4: ["127.0.0.1"], v6: [] }, [THERE]: { v4: ["127.0.0.1"], v6: [] } },
  ttlSeconds: 60,
  ...more,
});

export type MadeEdge = {
  readonly edge: ApplicationEdge;
  readonly server: Server;
  readonly port: number;
  readonly said: string[];
  readonly routeFile: string;
  /** Takes it at once. */
  route(document: RouteDocument): Promise<void>;
  readonly stop: () => Promise<void>;
};

export type Application = (request: IncomingMessage, response: ServerResponse) => void;

export async function madeEdge(
  options: Omit<ApplicationEdgeOptions, "route" | "said">,
  application: Application,
  first: RouteDocument,
): Promise<MadeEdge> {
  const folder = mkdtempSync(join(tmpdir(), "edge-"));
  const routeFile = join(folder, "route.json");
  writeFileSync(routeFile, JSON.stringify(first));
  const said: string[] = [];
  const edge = await applicationEdge({
    ...options,
    route: { file: routeFile, keptIn: join(folder, "kept", "route.json"), everySeconds: 0.02 },
    said: (line) => void said.push(line),
  });
  const server = createServer((request, response) =>
    edge.handle(request, response, () => application(request, response)),
  );
  edge.attach(server);
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => sockets.add(socket));
  const port = await listens(server);
  return {
    edge,
    server,
    port,
    said,
    routeFile,
    async route(document) {
      writeFileSync(routeFile, JSON.stringify(document));
      while (
        edge.status().tableVersion !== document.table.version ||
        edge.status().lost.length !== document.lost.length
      )
        await new Promise((resolve) => setTimeout(resolve, 5));
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
      await edge.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function listens(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

export type Said = {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly trailers: IncomingMessage["trailers"];
  readonly body: string;
};

export function ask(
  port: number,
  call: Omit<RequestOptions, "headers"> & { readonly headers?: OutgoingHttpHeaders; readonly body?: string } = {},
): Promise<Said> {
  return new Promise((resolve, reject) => {
    const { body, headers, ...rest } = call;
    const request = httpRequest(
      { host: "127.0.0.1", port, agent: false, headers: { host: HOST, ...headers }, ...rest },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        response.on("end", () =>
          resolve({ status: response.statusCode!, headers: response.headers, trailers: response.trailers, body: text }),
        );
        response.on("error", reject);
      },
    );
    request.on("error", reject);
    request.end(body);
  });
}

/** All that comes for these bytes until the other side ends. */
export async function raw(port: number, bytes: string | Buffer): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let text = "";
  socket.on("error", () => undefined).setEncoding("latin1");
  socket.on("data", (more: string) => (text += more));
  socket.write(bytes);
  await new Promise((resolve) => socket.once("close", resolve));
  return text;
}
