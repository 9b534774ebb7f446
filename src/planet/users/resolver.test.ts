import { createSocket } from "node:dgram";
import { once } from "node:events";
import dnsPacket from "dns-packet";
import { expect, test, vi } from "vitest";
import { damage, DAMAGED_CASES, DAMAGED_WITHIN_MS } from "../../../test/damage.ts";
import { seededChance } from "./chance.ts";
import { startMadeService } from "./made-service.testing.ts";
import { startResolver } from "./resolver.ts";
import { startWheel } from "./wheel.ts";

vi.setConfig({ testTimeout: 30_000 });

/* A resolver on 127.71.0.53; its name server on 127.71.0.1. */
const ZONE = {
  name: "made",
  subnet: "198.18.1.0/24",
  resolver: "127.71.0.53",
  clients: [],
  botClient: "",
  roundTripMs: [],
};

const question = (name: string, type: "A" | "AAAA" | "TXT" = "A"): Buffer =>
  dnsPacket.encode({ type: "query", id: 77, flags: dnsPacket.RECURSION_DESIRED, questions: [{ type, name }] });

test(
  "garbage and damaged questions are answered or counted, and then a good one is answered",
  { timeout: DAMAGED_WITHIN_MS },
  async () => {
    const { bytes, below } = damage(31);
    const service = await startMadeService({ edges: { "127.71.0.2": "here" }, dnsAddress: "127.71.0.1" });
    const wheel = startWheel();
    const resolver = await startResolver({
      zone: { ...ZONE, nameServers: [{ address: "127.71.0.1", port: service.dnsPort, roundTripMs: 0 }] },
      port: 0,
      wheel,
      chance: seededChance(1),
    });
    const outside = createSocket("udp4");
    outside.bind(0, "127.0.0.1");
    await once(outside, "listening");
    const from = { address: "127.0.0.1", port: outside.address().port };
    const answer = dnsPacket.encode({
      type: "response",
      id: 77,
      questions: [{ type: "A", name: "shop.planet.test" }],
      answers: [{ type: "A", name: "shop.planet.test", ttl: 5, data: "127.71.0.2" }],
    });
    const good = [question("shop.planet.test"), question("b00.editor.planet.test", "TXT"), answer];
    service.dnsSilent = true;
    let longest = 0;
    let replies = 0;
    outside.on("message", (reply) => {
      replies++;
      longest = Math.max(longest, reply.length);
    });
    for (let each = 0; each < DAMAGED_CASES; each++) {
      resolver.take(bytes(good[below(good.length)]!), below(50) === 0 ? { ...from, port: 0 } : from);
      // Sockets and the wheel have their turn, as they have between packets.
      if (each % 200 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(resolver.counts.malformed).toBeGreaterThan(10_000);
    // A flood of good questions that nobody answers is told so, and never grows past its limit.
    expect(resolver.counts.unanswered).toBeGreaterThan(1000);
    service.dnsSilent = false;
    const socket = createSocket("udp4");
    const asked = async (): Promise<boolean> => {
      socket.send(question("b01.shop.planet.test"), resolver.port, ZONE.resolver);
      const [reply] = (await once(socket, "message", { signal: AbortSignal.timeout(2000) }).catch(() => [null])) as [
        Buffer | null,
      ];
      return reply !== null && (dnsPacket.decode(reply).answers?.length ?? 0) === 1;
    };
    await vi.waitUntil(asked, { timeout: 30_000, interval: 200 });
    expect(replies).toBeGreaterThan(0);
    expect(longest).toBeLessThanOrEqual(1232);
    socket.close();
    outside.close();
    resolver.stop();
    wheel.stop();
    await service.stop();
  },
);
