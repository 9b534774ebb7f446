import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { openDoors, type Way } from "./lines.ts";

async function echo(): Promise<{ host: string; port: number }> {
  const server = createServer({ noDelay: true }, (socket) => socket.on("error", () => {}).pipe(socket)).listen(
    0,
    "127.76.0.1",
  );
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { host: "127.76.0.1", port: (server.address() as AddressInfo).port };
}

test("what is said through a door comes back whole and in order, and no sooner than the way there and back takes", async () => {
  const to = await echo();
  const heard: string[] = [];
  const way = (firstWords: string): Way => {
    heard.push(firstWords);
    return { ends: ["a", "b"], roundTripMs: 40 };
  };
  const doors = await openDoors([
    { host: "127.76.0.2", port: to.port, to, way: { ends: ["a", "c"], roundTripMs: 60 } },
    { host: "127.76.0.3", port: to.port, to, way },
  ]);
  onTestFinished(() => doors.stop());
  for (const [host, atLeastMs] of [
    ["127.76.0.2", 60],
    ["127.76.0.3", 40],
  ] as const) {
    const began = performance.now();
    const socket = connect({ host, port: to.port, noDelay: true });
    const words = [
      "GET / HTTP/1.1\r\nx-server-from: 1a2b\r\n",
      "\r\n",
      ...Array.from({ length: 50 }, (_, n) => `word ${n};`),
    ];
    for (const word of words) socket.write(word);
    let said = "";
    for await (const chunk of socket) {
      said += String(chunk);
      if (said.length === words.join("").length) break;
    }
    // A timer may end a millisecond early.
    expect(performance.now() - began).toBeGreaterThan(atLeastMs - 2);
    expect(said).toBe(words.join(""));
  }
  expect(heard).toHaveLength(1);
  expect(heard[0]).toContain("x-server-from: 1a2b");
});

test("a line that is cut carries nothing, whoever of the two knocks, until it is mended; others are whole", async () => {
  const to = await echo();
  const doors = await openDoors([
    { host: "127.76.0.4", port: to.port, to, way: { ends: ["a", "b"], roundTripMs: 1 } },
    { host: "127.76.0.5", port: to.port, to, way: () => ({ ends: ["b", "a"], roundTripMs: 1 }) },
    { host: "127.76.0.6", port: to.port, to, way: { ends: ["a", "c"], roundTripMs: 1 } },
  ]);
  onTestFinished(() => doors.stop());
  const talk = async (host: string): Promise<boolean> => {
    const socket = connect({ host, port: to.port });
    socket.write("x\r\n\r\n");
    const [said] = await Promise.race([once(socket, "data"), once(socket, "close").then(() => [null])]);
    socket.destroy();
    return said !== null;
  };
  const all = () => Promise.all(["127.76.0.4", "127.76.0.5", "127.76.0.6"].map(talk));
  const before = connect({ host: "127.76.0.4", port: to.port });
  before.write("hello");
  await once(before, "data");
  doors.cut(["a", "b"]);
  await once(before, "close");
  expect(await all()).toEqual([false, false, true]);
  doors.mend();
  expect(await all()).toEqual([true, true, true]);
});
