import type { AddressInfo, Server, Socket } from "node:net";

export type Listening = { readonly port: number; readonly stop: () => Promise<void> };

const CONNECTIONS_MAX = 20_000;

export function listening(server: Server, at: { readonly host: string; readonly port: number }): Promise<Listening> {
  server.maxConnections = CONNECTIONS_MAX;
  const open = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(at.port, at.host, () => {
      server.removeListener("error", reject);
      resolve({
        port: (server.address() as AddressInfo).port,
        stop: () =>
          new Promise((done) => {
            server.close(() => done());
            for (const socket of open) socket.destroy();
          }),
      });
    });
  });
}
