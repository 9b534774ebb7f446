import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A browser that is not there in this time will not come. */
const OPENED_WITHIN_MS = 30_000;

/**
 * Opens an address in the person's browser. It carries the token, and everybody on a machine can list the others' command
 * lines: so the browser is started with an address of ours, which leads on once and to nobody after that. Null when the
 * browser came, else why not.
 */
export async function openBrowser(
  address: string,
  opener: string = process.platform === "darwin" ? "open" : "xdg-open",
): Promise<string | null> {
  const path = `/${randomBytes(16).toString("hex")}`;
  const { promise: coming, resolve: came } = Promise.withResolvers<string | null>();
  let led = false;
  const server = createServer((request, response) => {
    if (led || request.method !== "GET" || request.url !== path) {
      response.writeHead(404).end();
      return;
    }
    led = true;
    response
      .writeHead(303, {
        location: address,
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        connection: "close",
      })
      .end(() => came(null));
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const timer = setTimeout(() => came("no browser has come"), OPENED_WITHIN_MS);
  const child = spawn(opener, [`http://127.0.0.1:${port}${path}`], { detached: true, stdio: "ignore" });
  child.on("error", (error: NodeJS.ErrnoException) =>
    came(error.code === "ENOENT" ? `${opener} is not installed here` : `${opener} can't be started: ${error.message}`),
  );
  child.on("exit", (code) => {
    if (code !== 0) came(`${opener} found no browser (it ended with ${code ?? "a signal"})`);
  });
  child.unref();
  try {
    return await coming;
  } finally {
    clearTimeout(timer);
    server.close();
    server.closeAllConnections();
  }
}
