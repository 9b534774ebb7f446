import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { answer, continuation, serve, unfinishedIn } from "@reactive-production/continuity";
import { etcdStore } from "@reactive-production/continuity/etcd";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { LocationName } from "../../core/estate.ts";
import { realClock } from "../../runtime/clock.ts";
import { processGroup } from "../supervisor/process-group.ts";
import { cellJournals } from "../world/cell-journals.ts";
import type { Journals } from "../world/journals.ts";
import { readCart, signCart } from "../world/shop/cart-token.ts";
import { startSweeper } from "../world/sweeper.ts";
import { cellAddresses, cellDoors } from "./cell-addresses.ts";
import { watchLeads } from "./leads.ts";
import { openDoors, type Doors } from "./lines.ts";
import { CLIENT_PORT, ETCD, memberName, memberSpec } from "./members.ts";
import { planetCells } from "./planet-cells.ts";

// A real cell: three etcd members with the planet's distances between them, on 127.76.n, asked from two locations.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const cell = planetCells.find(({ name }) => name === "europe")!;
const [dublin, frankfurt] = ["eu-west-1", "eu-central-1"] as const;
const addresses = cellAddresses("127.76");
const folder = mkdtempSync(join(tmpdir(), "cells-"));
const processes = processGroup({ root: folder, env: {}, onTrouble: () => {} });
let doors: Doors;

beforeAll(async () => {
  expect(existsSync(ETCD), "npm test installs etcd-server").toBe(true);
  doors = await openDoors(cellDoors({ cells: [cell], askers: cell.locations, addresses }));
  await processes.start(cell.locations.map((location) => memberSpec({ cell, location, addresses, folder })));
});
afterAll(async () => {
  await Promise.all([processes.stopAll(), doors?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

const memberAt = (location: LocationName): string => `http://${addresses.member(location)}:${CLIENT_PORT}`;

function journalsIn(location: LocationName): Journals {
  const endpoints = cell.locations.map((member) => {
    const { host, port } = addresses.clientDoor(location, member);
    return `http://${host}:${port}`;
  });
  const ownFirst = endpoints.toSorted((a, b) => Number(b === memberAt(location)) - Number(a === memberAt(location)));
  return cellJournals([
    { name: cell.name, endpoints: ownFirst },
    // Nobody is there, and nobody asks it while the own cell answers.
    { name: "elsewhere", endpoints: ["http://127.76.200.1:2379"] },
  ]);
}

/** A shop of two steps in one location. In Dublin nothing comes back from the bank. */
function shopIn(location: LocationName, done: string[]) {
  const journals = journalsIn(location);
  const does = (name: string) => async (key: string) => {
    const isStuck = location === dublin && name === "charge";
    done.push(`${name} ${location}${isStuck ? " is stuck" : ""}`);
    if (isStuck) return new Promise<never>(() => {});
    return key;
  };
  const buys = continuation<string>("buy", { version: 1 }, async (order, step, run) => {
    await step("reserve", { kind: "idempotent", does: does("reserve") });
    await step("charge", { kind: "askable", does: does("charge"), asks: () => ({ done: false, final: true }) });
    return answer(201, { order, steps: run.done().map((each) => `${each.name} ${each.location}`) });
  });
  const buy = (cart: string) => {
    const { id, home } = readCart(cart, "key")!;
    return serve(buys, journals.of(home)!, { key: `buys-${id}`, fingerprint: cart, request: id, location });
  };
  return { journals, buys, buy };
}

test("a purchase that stands still in a location goes on in the next one when both the shop and the cell's member there are gone", async () => {
  const done: string[] = [];
  const [here, there] = [shopIn(dublin, done), shopIn(frankfurt, done)];
  const cart = signCart({ id: "c-1", home: here.journals.home(), lines: [[2, 1]] }, "key");
  const forgotten = signCart({ id: "c-2", home: here.journals.home(), lines: [[3, 1]] }, "key");
  expect(readCart(cart, "key")?.home).toBe("europe");
  void here.buy(cart);
  void here.buy(forgotten);
  // Both have reserved; of both the charge is on its way.
  const begun = ["charge eu-west-1 is stuck", "charge eu-west-1 is stuck", "reserve eu-west-1", "reserve eu-west-1"];
  await vi.waitFor(() => expect(done.toSorted()).toEqual(begun), { timeout: 30_000 });

  // Before users leave a location its member hands the lead on.
  const store = etcdStore({ endpoints: cell.locations.map(memberAt) });
  const leaving = [dublin];
  const leads = watchLeads({
    clock: realClock(),
    cells: [
      {
        members: Object.fromEntries(cell.locations.map((each) => [each, memberAt(each)])),
        leaveLead: (...from) => store.leaveLead(...from),
      },
    ],
    leaving: () => leaving,
  });
  await leads.left();
  leads.stop();
  expect(await store.leaveLead(memberAt(dublin))).toEqual({ moved: false });

  await processes.signal(memberName(dublin), "kill");
  await here.journals.close();
  expect(await unfinishedIn(there.journals.own)).toMatchObject({ [dublin]: { inFlight: 2 } });

  const answered = await there.buy(cart);
  expect([answered.status, JSON.parse(answered.body)]).toEqual([
    201,
    { order: "c-1", steps: ["reserve eu-west-1", "charge eu-central-1"] },
  ]);
  expect(there.journals.here()).toMatchObject({ resumedElsewhere: 1 });

  // The other one's user does not come back: who looks after the cell finishes it.
  const sweeper = startSweeper({
    journal: there.journals.own,
    workflow: there.buys,
    location: frankfurt,
    sweep: { quietForMs: 500 },
  });
  await vi.waitFor(async () => expect(await unfinishedIn(store)).toEqual({}), { timeout: 30_000, interval: 100 });
  sweeper.stop();
  expect(done.toSorted()).toEqual(["charge eu-central-1", "charge eu-central-1", ...begun]);

  // A cell without a majority is no new cart's home, nor that of a cart that is filled on; what has begun there stays there.
  expect(there.journals.homeAfter("europe")).toBe("europe");
  await processes.signal(memberName("europe-north1"), "kill");
  await vi.waitFor(() => expect(there.journals.home()).toBe("elsewhere"), { timeout: 30_000 });
  expect(there.journals.homeAfter("europe")).toBe("elsewhere");
  await Promise.all([store.close(), there.journals.close()]);
});
