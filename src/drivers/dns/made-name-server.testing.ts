import dnsPacket from "dns-packet";
import { type AddressInfo, createServer, type Socket } from "node:net";
import type { RecordSet } from "./record-server.ts";

/** Answers by TCP from what a made provider holds, as its name servers would. */
export type MadeNameServer = {
  /** `127.0.0.1:40000`, as `answeredBy` names it. */
  readonly address: string;
  stop(): Promise<void>;
};

/** `find` gives the set of a name and type as users see it now; null: there is none. */
export async function madeNameServer(
  find: (name: string, type: string) => Pick<RecordSet, "ttlSeconds" | "values"> | null,
): Promise<MadeNameServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
    let rest: Buffer = Buffer.alloc(0);
    socket.on("data", (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      while (rest.length >= 2 && rest.length >= 2 + rest.readUInt16BE(0)) {
        const query = dnsPacket.decode(rest.subarray(2, 2 + rest.readUInt16BE(0)));
        rest = rest.subarray(2 + rest.readUInt16BE(0));
        const message = answerTo(query, find);
        const length = Buffer.alloc(2);
        length.writeUInt16BE(message.length);
        socket.write(Buffer.concat([length, message]));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

function answerTo(query: dnsPacket.DecodedPacket, find: Parameters<typeof madeNameServer>[0]): Buffer {
  const { name, type } = query.questions![0]!;
  const set = find(name.toLowerCase(), type);
  const answers = (set?.values ?? []).map(
    (data) => ({ name, type, ttl: set!.ttlSeconds, data }) as unknown as dnsPacket.Answer,
  );
  return dnsPacket.encode({
    type: "response",
    ...(query.id !== undefined && { id: query.id }),
    flags: dnsPacket.AUTHORITATIVE_ANSWER,
    questions: [{ name, type }],
    answers,
  });
}
