import { createSocket } from "node:dgram";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { seededChance } from "./chance.ts";
import { startResolver, type Resolver } from "./resolver.ts";
import { startWheel } from "./wheel.ts";

const ADDRESS = "127.87.30.53";

async function resolver(port: number): Promise<Resolver> {
  const wheel = startWheel();
  onTestFinished(() => wheel.stop());
  const zone = {
    name: "germany",
    subnet: "198.18.7.0/24",
    resolver: ADDRESS,
    clients: [],
    botClient: "",
    nameServers: [],
    roundTripMs: [],
  };
  const started = await startResolver({ zone, port, wheel, chance: seededChance(1) });
  onTestFinished(() => started.stop());
  return started;
}

test("a program that shares the port of all addresses is in nobody's way; a second resolver of ours is", async () => {
  const shared = createSocket({ type: "udp4", reuseAddr: true });
  onTestFinished(() => void shared.close());
  shared.bind(0, "0.0.0.0");
  await once(shared, "listening");
  const { port } = shared.address();
  expect((await resolver(port)).port).toBe(port);
  await expect(resolver(port)).rejects.toThrow("EADDRINUSE");
});
