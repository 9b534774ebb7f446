import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import type { Caller } from "../../../drivers/edge/caller.ts";
import { innerServer } from "../inner/server.ts";
import { records, type Records } from "./records.ts";
import { replication, type Replication } from "./replication.ts";

// A busy machine makes everything late; patience costs nothing where all is well.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

/* Locations on 127.76.m.1 with their replica ports; 1 ms apart. */
const closing: (() => unknown)[] = [];
afterEach(() => Promise.all(closing.splice(0).map((close) => close())));

const PORT = 18_080;
const address = (index: number): string => `127.76.${index}.1`;
const callerOf = (from: string): Caller => {
  const index = Number(from.split(".")[2]);
  return from.startsWith("127.76.")
    ? { kind: "location", location: `l${index}`, role: "edge", oneWayMs: 1 }
    : { kind: "stranger", oneWayMs: 0 };
};

type Place = {
  readonly data: Records;
  readonly replicas: Replication;
  stop(): Promise<void>;
  lag: number;
  cut: string;
};

async function place(index: number, others: readonly number[], life = "1"): Promise<Place> {
  const self = { lag: 100, cut: "" };
  const data = records(index);
  const replicas = replication({
    records: data,
    origin: index,
    life,
    targets: others.map((other) => ({
      index: other,
      name: `l${other}`,
      host: address(other),
      port: PORT,
      roundTripMs: 2,
    })),
    localAddress: address(index),
    lagMs: () => self.lag,
    isCut: (location) => location === self.cut,
    callerOf,
  });
  const server = await innerServer({ address: address(index), port: PORT, handle: replicas.handle });
  const stop = async (): Promise<void> => {
    replicas.stop();
    await server.stop();
  };
  closing.push(stop);
  return Object.assign(self, { data, replicas, stop });
}

test("a write is here at once and there after the lag; who can't wait asks where it was made", async () => {
  const [one, two] = [await place(1, [2]), await place(2, [1])];
  // Longer than any machine takes to ask; it ends when that has been seen.
  one.lag = 600_000;
  one.data.put("order/a", "yes", Date.now());
  expect(one.data.get("order/a")?.value).toBe("yes");
  expect(two.data.get("order/a")).toBeUndefined();
  expect((await two.replicas.ask(1, "order/a", 10_000))?.value).toBe("yes");
  expect(two.data.get("order/a")).toBeUndefined();
  one.lag = 100;
  expect((await two.data.arrival("order/a", 20_000))?.value).toBe("yes");
  expect(await two.replicas.ask(1, "order/none", 10_000)).toBeUndefined();
});

test("of two writes the newer one stays everywhere, in whatever order they come", async () => {
  const [one, two] = [await place(1, [2]), await place(2, [1])];
  const now = Date.now();
  one.data.put("session/s", "older", now);
  two.data.put("session/s", "newer", now + 5);
  one.data.put("session/other", "marks the end", now + 6);
  two.data.put("session/another", "marks the end", now + 6);
  await two.data.arrival("session/other", 20_000);
  await one.data.arrival("session/another", 20_000);
  expect(one.data.get("session/s")?.value).toBe("newer");
  expect(two.data.get("session/s")?.value).toBe("newer");
});

test("a location that comes back empty is given all again: by those who write, and by its neighbours when it asks", async () => {
  const one = await place(1, [2]);
  const two = await place(2, [1]);
  for (let each = 0; each < 1200; each++) one.data.put(`order/${each}`, `value ${each}`, Date.now());
  expect((await two.data.arrival("order/1199", 20_000))?.value).toBe("value 1199");
  two.data.put("order/mine", "made in two", Date.now());
  await one.data.arrival("order/mine", 20_000);
  await two.stop();

  const again = await place(2, [1], "2");
  expect(await again.replicas.catchUp()).toBe(1201);
  expect(again.data.get("order/mine")?.value).toBe("made in two");
  // Without having asked: the writer finds that it has nothing, and begins at the beginning.
  await again.stop();
  const third = await place(2, [1], "3");
  one.data.put("order/last", "end", Date.now());
  await third.data.arrival("order/last", 20_000);
  await third.data.arrival("order/1199", 20_000);
  expect(third.data.sizes()["order"]).toBe(1201);
});

test("who starts is given the past by those who live, though dead and frozen neighbours are nearer", async () => {
  const one = await place(1, []);
  // So many orders that they fill pages; stock is in the first all the same.
  for (let each = 0; each < 1500; each++) one.data.put(`order/${each}`, "x", Date.now());
  one.data.put("stock/1.2", "5", Date.now());
  expect([...one.data.all()][0]?.key).toBe("stock/1.2");
  const silent = [3, 4];
  for (const index of silent) {
    const frozen = createServer(() => undefined);
    frozen.listen(PORT, address(index));
    await once(frozen, "listening");
    const sockets = new Set<Socket>();
    frozen.on("connection", (socket: Socket) => sockets.add(socket));
    closing.push(() => {
      for (const socket of sockets) socket.destroy();
      frozen.close();
    });
  }
  const two = await place(2, [5, 3, 4, 6, 1]);
  await two.replicas.catchUp();
  expect((await two.data.arrival("stock/1.2", 20_000))?.value).toBe("5");
  // And alone among the dead it starts all the same.
  const alone = await place(7, [3, 4, 5, 6]);
  expect(await alone.replicas.catchUp()).toBe(0);
});

test("a record that is not where it began is asked of all others at once", async () => {
  const three = await place(3, []);
  const one = await place(1, [2, 3]);
  three.data.put("order/went-on", "confirmed in three", Date.now());
  expect(await one.replicas.ask(2, "order/went-on", 10_000)).toBeUndefined();
  expect((await one.replicas.askAll("order/went-on", 10_000))?.value).toBe("confirmed in three");
  expect(await one.replicas.askAll("order/none", 10_000)).toBeUndefined();
});

test("a cut link sends nothing and hears nothing; strangers are refused", async () => {
  const [one, two] = [await place(1, [2]), await place(2, [1])];
  one.cut = "l2";
  one.data.put("order/cut", "x", Date.now());
  expect(await two.data.arrival("order/cut", 400)).toBeUndefined();
  expect(await two.replicas.ask(1, "order/cut", 100)).toBeUndefined();
  one.cut = "";
  expect((await two.data.arrival("order/cut", 20_000))?.value).toBe("x");
  expect(
    await one.replicas.handle(
      {
        method: "GET",
        path: "/records",
        body: "",
        passport: { requestId: "", traceparent: "", class: "", bucket: 0, zone: "" },
      },
      "127.0.0.1",
    ),
  ).toMatchObject({ status: 403 });
});

test("memory is bounded: the oldest go first, and batches that make no sense are refused", async () => {
  const one = await place(1, []);
  for (let each = 0; each < 25_000; each++) one.data.put(`order/${each}`, "x", each);
  expect(one.data.sizes()["order"]).toBe(20_000);
  expect(one.data.get("order/0")).toBeUndefined();
  expect(one.data.get("order/24999")?.value).toBe("x");
  // Probes never push out a user's order.
  for (let each = 0; each < 25_000; each++) one.data.put(`probe/${each}`, "x", each);
  expect(one.data.get("order/24999")?.value).toBe("x");
  expect(one.data.sizes()).toMatchObject({ order: 20_000, probe: 500 });
  const passport = { requestId: "", traceparent: "", class: "", bucket: 0, zone: "" };
  for (const body of [
    "",
    "null",
    "{}",
    "[1]",
    '{"origin":1,"life":"x","oldest":0,"from":0,"next":1,"records":[[1,2,3]]}',
  ]) {
    const answer = await one.replicas.handle({ method: "POST", path: "/replicate", body, passport }, address(2));
    expect(answer.status).toBe(400);
  }
});
