import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * A small bank and warehouse for tests: deduplicates nothing, so that a doubled charge shows, but makes 'not
 * done' final on request. It knows when each call arrives, so a test can kill the caller right before or
 * after a charge counts.
 */
export type Bank = {
  readonly url: string;
  readonly ledger: readonly LedgerLine[];
  /** Told before and after a reservation or charge takes effect; may hold it up, as a network would. */
  watch: ((point: string, order: string) => Promise<void>) | null;
  readonly refused: { count: number };
  close(): Promise<void>;
};

export type LedgerLine = { readonly kind: string; readonly key: string; readonly order: string; readonly from: string };

export async function startBank(host = "127.0.0.1"): Promise<Bank> {
  const ledger: LedgerLine[] = [];
  const voided = new Set<string>();
  const refused = { count: 0 };
  const server: Server = createServer((request, response) => {
    const [, kind = "", key, verb] = (request.url ?? "").split("/").map(decodeURIComponent);
    const say = (status: number, body: object) => {
      if (status >= 400) refused.count += 1;
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    };
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => void handle());

    async function handle(): Promise<void> {
      if (verb === "void" && key !== undefined) {
        const done = ledger.some((line) => line.kind === kind && line.key === key);
        if (!done) voided.add(`${kind}/${key}`);
        return say(200, { done });
      }
      const order = JSON.parse(text) as { key: string; order: string };
      await bank.watch?.(`bank before ${kind}`, order.order);
      if (voided.has(`${kind}/${order.key}`)) return say(409, { code: "voided" });
      if (Number(request.headers["not-after"] ?? Infinity) < Date.now()) return say(410, { code: "too-late" });
      ledger.push({ kind, key: order.key, order: order.order, from: String(request.headers["x-from"]) });
      await bank.watch?.(`bank after ${kind}`, order.order);
      return say(201, { key: order.key });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const bank: Bank = {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    ledger,
    refused,
    watch: null,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return bank;
}
