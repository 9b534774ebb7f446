import { strict as assert } from "node:assert";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import { fastifyHandler, fetchHandler, honoHandler, nodeHandler } from "@reactive-production/continuity";
import { anew, checkout, draftCases, options, store, type DraftServer } from "./draft-testing.ts";

/**
 * All adapters through the draft's suite, in a process of its own: a test runner's conditions for modules break
 * Express. Says what failed, by server and case.
 */
export type Rounds = readonly { readonly server: string; readonly name: string; readonly failed: string | null }[];

async function listening(server: Server): Promise<DraftServer> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return { url: `http://127.0.0.1:${port}/shop/checkout`, close };
}

/** The Fetch standard has no server of its own: the smallest one on node:http. */
function fetchServer(handle: (request: Request) => Response | Promise<Response>): Server {
  return createServer((incoming, outgoing) => void respond(incoming, outgoing));

  async function respond(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
    const gone = new AbortController();
    outgoing.once("close", () => outgoing.writableFinished || gone.abort());
    const headers = new Headers();
    for (const [name, values] of Object.entries(incoming.headersDistinct)) {
      for (const value of values ?? []) headers.append(name, value);
    }
    const url = `http://${incoming.headers.host}${incoming.url}`;
    const { signal } = gone;
    const response = await handle(new Request(url, { method: "POST", headers, body: Buffer.concat(chunks), signal }));
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.end(Buffer.from(await response.arrayBuffer()));
  }
}

const handler = nodeHandler(checkout, store, options);

const servers: Readonly<Record<string, () => Promise<DraftServer>>> = {
  "node:http": () => listening(createServer((request, response) => void handler(request, response))),

  "Express, body unread": () => {
    const shop = express.Router().post("/checkout", handler);
    return listening(createServer(express().use("/shop", shop)));
  },
  "Express, body parsed": () => {
    const shop = express.Router().post("/checkout", express.json(), handler);
    return listening(createServer(express().use("/shop", shop)));
  },
  Fastify: async () => {
    const app = fastify();
    app.post("/shop/checkout", fastifyHandler(checkout, store, options));
    const url = await app.listen({ host: "127.0.0.1", port: 0 });
    return { url: `${url}/shop/checkout`, close: () => app.close() };
  },
  Hono: () => {
    const app = new Hono().post("/shop/checkout", honoHandler(checkout, store, options));
    return listening(fetchServer((request) => app.fetch(request)));
  },
  "Hono, body read by a middleware": () => {
    const app = new Hono();
    app.use(async (context, next) => {
      await context.req.text();
      await next();
    });
    app.post("/shop/checkout", honoHandler(checkout, store, options));
    return listening(fetchServer((request) => app.fetch(request)));
  },
  Fetch: () => listening(fetchServer(fetchHandler(checkout, store, options))),
};

async function fiftyMegabytes({ url }: DraftServer): Promise<void> {
  const headers = { "idempotency-key": "fifty" };
  const response = await fetch(url, { method: "POST", headers, body: Buffer.alloc(50 * 1024 * 1024, " ") });
  assert.deepEqual([response.status, ((await response.json()) as { code: string }).code], [413, "too-large"]);
}

async function rounds(): Promise<Rounds> {
  const results: Rounds[number][] = [];
  for (const [name, open] of Object.entries(servers)) {
    await anew();
    const server = await open();
    // Parsers refuse it by themselves; whatever is unparsed is read in one way.
    const large = { name: "a body of 50 MB: 413, and the process lives", run: fiftyMegabytes };
    for (const each of name === "node:http" ? [...draftCases, large] : draftCases) {
      const failed = await each.run(server).then(
        () => null,
        (error: unknown) => String(error),
      );
      results.push({ server: name, name: each.name, failed });
    }
    await server.close();
  }
  return results;
}

process.send?.(await rounds());
