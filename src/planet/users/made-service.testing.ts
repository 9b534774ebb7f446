import { createSocket } from "node:dgram";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import dnsPacket from "dns-packet";

/**
 * A tiny shop and its name server for tests of the users: answers as it is told to, and remembers who asked. Several edges
 * share one port, as locations do.
 */
export type MadeService = {
  readonly edgePort: number;
  readonly dnsPort: number;
  /** The address that the name server gives for every name; may be changed. */
  answer: string;
  ttlSeconds: number;
  /** While silent, the name server takes questions and says nothing. */
  dnsSilent: boolean;
  /** What an edge does with a request; absent: the shop answers. */
  behave: ((call: { request: IncomingMessage; response: ServerResponse; edge: string }) => boolean) | null;
  readonly requests: { at: number; edge: string; method: string; path: string; key: string | undefined }[];
  readonly questions: { at: number; name: string; subnet: string | undefined }[];
  stop(): Promise<void>;
};

export async function startMadeService(options: {
  readonly edges: Readonly<Record<string, string>>;
  readonly dnsAddress: string;
  readonly edgePort?: number;
  readonly dnsPort?: number;
  /** Remembering costs memory in long measurements. */
  readonly remember?: boolean;
}): Promise<MadeService> {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(options.dnsPort ?? 0, options.dnsAddress, resolve));
  const servers: ReturnType<typeof createServer>[] = [];
  let edgePort = options.edgePort ?? 0;
  const remember = options.remember ?? true;

  const service: MadeService = {
    get edgePort() {
      return edgePort;
    },
    dnsPort: socket.address().port,
    answer: Object.keys(options.edges)[0] ?? "",
    ttlSeconds: 5,
    dnsSilent: false,
    behave: null,
    requests: [],
    questions: [],
    async stop() {
      socket.close();
      await Promise.all(
        servers.map((server) => {
          server.closeAllConnections();
          return new Promise((done) => server.close(done));
        }),
      );
    },
  };

  for (const [address, location] of Object.entries(options.edges)) {
    const server = createServer((request, response) => {
      if (remember) {
        const { method = "", url = "" } = request;
        const key = request.headers["idempotency-key"];
        service.requests.push({
          at: Date.now(),
          edge: address,
          method,
          path: url,
          key: typeof key === "string" ? key : undefined,
        });
      }
      if (service.behave?.({ request, response, edge: address })) return;
      request.resume();
      shop(request, response, location);
    });
    await new Promise<void>((resolve) => server.listen(edgePort, address, resolve));
    const bound = server.address();
    if (typeof bound === "object" && bound) edgePort = bound.port;
    servers.push(server);
  }

  socket.on("message", (message, from) => {
    if (service.dnsSilent) return;
    const query = dnsPacket.decode(message);
    const question = query.questions?.[0];
    if (!question) return;
    if (remember) {
      const opt = query.additionals?.find((record) => record.type === "OPT") as
        | { options?: { ip?: string }[] }
        | undefined;
      service.questions.push({ at: Date.now(), name: question.name, subnet: opt?.options?.[0]?.ip });
    }
    const answers = [{ type: "A" as const, name: question.name, ttl: service.ttlSeconds, data: service.answer }];
    socket.send(
      dnsPacket.encode({ type: "response", id: query.id ?? 0, questions: [question], answers }),
      from.port,
      from.address,
    );
  });
  return service;
}

let orders = 0;

function shop(request: IncomingMessage, response: ServerResponse, location: string): void {
  const { method, url = "" } = request;
  const reply = (status: number, body: unknown): void => {
    response
      .writeHead(status, { "content-type": "application/json", "x-location": location })
      .end(JSON.stringify(body));
  };
  if (method === "GET" && url.startsWith("/api/products"))
    return reply(200, { products: [{ id: "tea", name: "Tea", priceCents: 450 }] });
  if (method === "POST" && url === "/api/carts") return reply(201, { cart: "c0" });
  if (method === "POST" && url.endsWith("/items")) return reply(200, { cart: "c1" });
  if (method === "POST" && url.endsWith("/checkout")) {
    const steps = ["reserve", "charge", "confirm"].map((name) => ({ name, location, at: Date.now() }));
    return reply(201, { order: `o${++orders}`, totalCents: 450, steps });
  }
  return reply(200, { page: "x".repeat(500) });
}
