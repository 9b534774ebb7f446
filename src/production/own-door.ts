import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { CallerError } from "../core/errors.ts";
import { guardDoor, HTTP_DOOR } from "../runtime/http-door.ts";

/** The one port of a small program of ours that stands elsewhere, and is asked with a token. */
export type DoorPlace = {
  readonly listen: { readonly host: string; readonly port: number };
  /** In PEM; null: plain HTTP, which is for this machine only. */
  readonly tls: { readonly certificate: string; readonly key: string } | null;
};

/** Throws `CallerError` where the token would go over a wire in plain words. */
export function refusePlain({ listen, tls }: DoorPlace): void {
  if (tls === null && !isLoopback(listen.host))
    throw new CallerError({
      code: "plain-http",
      message: `${listen.host} can be reached from elsewhere, and without TLS anybody on the way could read the token`,
      hint: "give --certificate FILE and --key FILE, or listen on 127.0.0.1 behind something that speaks TLS",
    });
}

const isLoopback = (host: string): boolean => /^127(?:\.\d{1,3}){3}$/.test(host) || host === "::1";

/** Port 0 is any that is free. Throws `CallerError` when the port or the certificate can't be used. */
export async function openDoor(
  options: DoorPlace & {
    readonly minVersion: "TLSv1.2" | "TLSv1.3";
    readonly listener: RequestListener;
    /** Somebody was refused before the listener heard of it, with the code. */
    readonly refused: (code: string) => void;
  },
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const { listen, tls } = options;
  const server = serverOf(options);
  guardDoor(server, options.refused);
  try {
    await once(server.listen(listen.port, listen.host), "listening");
  } catch (error) {
    throw new CallerError({
      code: "no-port",
      message: `${listen.host}:${listen.port} can't be listened on: ${(error as Error).message}`,
      hint: "name another one with --listen ADDRESS:PORT",
      cause: error,
    });
  }
  const { port } = server.address() as AddressInfo;
  const host = listen.host.includes(":") ? `[${listen.host}]` : listen.host;
  return {
    url: `${tls === null ? "http" : "https"}://${host}:${port}`,
    async stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function serverOf({
  tls,
  minVersion,
  listener,
}: Pick<Parameters<typeof openDoor>[0], "tls" | "minVersion" | "listener">): Server {
  if (tls === null) return createServer(HTTP_DOOR, listener);
  try {
    const options = { cert: tls.certificate, key: tls.key, minVersion };
    return createTlsServer({ ...HTTP_DOOR, ...options, handshakeTimeout: HTTP_DOOR.headersTimeout }, listener);
  } catch (error) {
    throw new CallerError({
      code: "bad-certificate",
      message: `no server can be made of --certificate and --key: ${(error as Error).message}`,
      hint: "the certificate with those that it was issued by, and its own key, both in PEM",
      cause: error,
    });
  }
}
