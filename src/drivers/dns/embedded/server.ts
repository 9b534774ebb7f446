import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { makeAnswerName, type ZoneData } from "./answer-name.ts";
import { makeCounters, type NameServerCounters } from "./counters.ts";
import { makeRateLimiter, type RateLimit } from "./rate-limit.ts";
import { makeRespond, type RespondOptions } from "./respond.ts";
import { makeTcpServer, TCP_LIMITS_USUAL, type TcpLimits } from "./tcp.ts";

export type NameServerOptions = ZoneData &
  Omit<RespondOptions, "answerName"> & {
    readonly address: string;
    /** 0: any free port, the same for UDP and TCP. */
    readonly port: number;
    /** Absent: no limit, for a planet whose resolvers all live on loopback. */
    readonly rateLimit?: RateLimit;
    readonly tcpLimits?: TcpLimits;
  };

export type NameServer = {
  readonly address: string;
  readonly port: number;
  counters(): Readonly<NameServerCounters>;
  stop(): Promise<void>;
};

/**
 * An authoritative DNS server over UDP and TCP that answers from the route state of the moment. `route` is read once for
 * each query, so a new table drops and mixes none.
 */
export async function startNameServer(options: NameServerOptions): Promise<NameServer> {
  const counters = makeCounters();
  const answerName = makeAnswerName(options);
  const respond = makeRespond({ ...options, answerName });
  const verdictOf = options.rateLimit === undefined ? null : makeRateLimiter(options.rateLimit);
  const tcp = makeTcpServer({
    limits: options.tcpLimits ?? TCP_LIMITS_USUAL,
    counters,
    respond(query, from) {
      counters.tcpQueries++;
      return respond(query, { from, transport: "tcp", limited: false }, counters);
    },
  });
  const udp = await listenBoth(options, tcp.server);
  const onSent = (error: Error | null): void => {
    if (error !== null) counters.sendErrors++;
  };
  udp.on("message", (packet, client) => {
    counters.udpQueries++;
    // Port 0 cannot be answered, and the kernel's refusal would be ours to handle.
    if (client.port === 0) return;
    const verdict = verdictOf === null ? "pass" : verdictOf(client.address, performance.now());
    if (verdict === "drop") {
      counters.rateLimited++;
      return;
    }
    const asked = { from: client.address, transport: "udp", limited: verdict === "slip" } as const;
    const response = respond(packet, asked, counters);
    if (response !== null) udp.send(response, client.port, client.address, onSent);
  });
  // An answer to somebody who has gone comes back as an error here; it is no reason to stop.
  udp.on("error", () => counters.sendErrors++);
  return {
    address: options.address,
    port: udp.address().port,
    counters: () => counters,
    async stop() {
      tcp.closeAll();
      const closed = [once(udp, "close"), once(tcp.server, "close")];
      udp.close();
      tcp.server.close();
      await Promise.all(closed);
    },
  };
}

/** A free TCP port whose UDP twin is taken is tried again with another. */
const PORT_TRIES_MAX = 10;
/** A burst of a planet's resolvers waits here while a table is compiled. */
const RECEIVE_BUFFER_BYTES = 1 << 20;

async function listenBoth(
  options: NameServerOptions,
  tcpServer: ReturnType<typeof makeTcpServer>["server"],
): Promise<Socket> {
  for (let attempt = 1; ; attempt++) {
    const udp = createSocket({
      type: options.address.includes(":") ? "udp6" : "udp4",
      // A multicast DNS program (avahi) often has 5353 of all addresses and shares it; what comes to ours is ours.
      // Two of us could share one as well: that they don't is seen to by TCP, which is taken first.
      reuseAddr: options.port !== 0,
      recvBufferSize: RECEIVE_BUFFER_BYTES,
      // Answers go to addresses, never to names: the usual look-up would cost a turn of the loop for each.
      lookup: (host, _options, found) => found(null, host, host.includes(":") ? 6 : 4),
    });
    try {
      tcpServer.listen(options.port, options.address);
      await once(tcpServer, "listening");
      // Told before it is asked: with a look-up of our own it listens at once.
      const listening = once(udp, "listening");
      udp.bind((tcpServer.address() as AddressInfo).port, options.address);
      await listening;
      return udp;
    } catch (error) {
      udp.close();
      tcpServer.close();
      if (options.port !== 0 || attempt === PORT_TRIES_MAX) throw error;
    }
  }
}
