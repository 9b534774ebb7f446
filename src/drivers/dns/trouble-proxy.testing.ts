import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export type Trouble = "none" | "silent" | "no-answer-to-writes";

/** Stands between a driver and its server, and makes trouble when told to. */
export type TroubleProxy = {
  readonly port: number;
  readonly setTrouble: (trouble: Trouble) => void;
  readonly stop: () => Promise<void>;
};

export async function troubleProxy(
  port: number,
  /** Whether what a client sends is a write. */
  isWrite: (sent: Buffer) => boolean,
): Promise<TroubleProxy> {
  let trouble: Trouble = "none";
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(port, "127.0.0.1");
    let isMuted = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on("data", (sent: Buffer) => {
      if (trouble === "silent") return;
      isMuted = trouble === "no-answer-to-writes" && isWrite(sent);
      upstream.write(sent);
    });
    upstream.on("data", (answer: Buffer) => {
      if (isMuted) client.destroy();
      else client.write(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    setTrouble: (next) => {
      trouble = next;
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
