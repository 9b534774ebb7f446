import { execFileSync } from "node:child_process";
import { createPrivateKey, generateKeyPairSync, sign } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { madeClock, type MadeClock } from "../../runtime/made-clock.testing.ts";
import type { OrderAnswer } from "../../runtime/controller.ts";
import { followOrderFolder } from "./order-folder.ts";
import { publicText, signOrder } from "./signed-order.ts";
import { takenOrders } from "./taken-orders.ts";

const NOW = 1_795_000_000_000;
const LOCATIONS = ["east", "west", "north"];
const ana = generateKeyPairSync("ed25519").privateKey;
const eve = generateKeyPairSync("ed25519").privateKey;

let home: string;
let clock: MadeClock;
let given: string[];
let said: string[];
let answer: OrderAnswer;
let stop: () => void;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "houston-orders-"));
  clock = madeClock(NOW);
  [given, said] = [[], []];
  answer = { words: [], reasons: [] };
  stop = follow();
});

afterEach(() => {
  stop();
  rmSync(home, { recursive: true, force: true });
});

function follow(): () => void {
  return followOrderFolder({
    clock,
    folder: join(home, "orders"),
    people: { ana: { keys: [publicText(ana)] }, bob: { keys: [] } },
    estate: "shop",
    locations: LOCATIONS,
    taken: takenOrders(join(home, "taken.json")),
    order: async (by, order) => {
      given.push(`${by}: ${JSON.stringify(order)}`);
      return answer;
    },
    say: (_id, { what }) => void said.push(what),
  });
}

const signed = (more: Partial<Parameters<typeof signOrder>[0]> = {}): string =>
  signOrder({
    order: { kind: "hold" },
    key: ana,
    estate: "shop",
    locations: LOCATIONS,
    at: NOW,
    goodForSeconds: 600,
    ...more,
  });

/** As houston signed until 0.5. */
function unnamed(): string {
  const { estate: _, ...rest } = JSON.parse(signed().split("\n")[0]!) as Record<string, unknown>;
  const line = JSON.stringify(rest);
  return `${line}\n${sign(null, Buffer.from(`houston order 1\n${line}`), ana).toString("base64")}\n`;
}

async function put(text: string | Buffer, name = "a.order"): Promise<void> {
  writeFileSync(join(home, "orders", name), text);
  await clock.pass(1_000);
}

test("what a listed person signed is ordered under their name, once, and put aside", async () => {
  const text = signed({ order: { kind: "evacuate", location: "east", share: 0.05 }, why: "the API is gone" });
  await put(text);
  expect(given).toEqual(['ana (signed file): {"kind":"evacuate","location":"east","share":0.05}']);
  expect(said).toEqual(["ana ordered by a signed file: evacuate 5 % of east"]);
  expect(readdirSync(join(home, "orders", "taken"))).toEqual(["a.order"]);
  // A copy, under whatever name, and after a restart.
  await put(text, "b.order");
  stop();
  stop = follow();
  await put(text, "c.order");
  expect(given).toHaveLength(1);
  expect(said.slice(1)).toEqual(
    ["b", "c"].map(
      (name) => `the order file ${name}.order is refused: this order of ana was taken before (taken-before)`,
    ),
  );
  // After its time too, when its id is no more remembered.
  await clock.pass(600_000);
  await put(text, "d.order");
  expect(given).toHaveLength(1);
  expect(said.at(-1)).toContain("(expired)");
});

test.each([
  ["nobody listed signed it", signed({ key: eve }), "unknown-key"],
  ["a word of it was changed", signed().replace('"hold"', '"holt"'), "unknown-key"],
  ["it is for another estate of the same locations", signed({ estate: "shop-staging" }), "another-houston"],
  ["it is of before orders named an estate", unnamed(), "names-no-houston"],
  ["it is for other locations", signed({ locations: ["east", "west"] }), "another-houston"],
  ["its time is over", signed({ at: NOW - 700_000 }), "expired"],
  ["it was signed in a time to come", signed({ at: NOW + 3_600_000 }), "signed-ahead"],
  ["it would be good for a month", signed({ goodForSeconds: 30 * 86_400 }), "good-too-long"],
  ["it is no order", signed({ order: { kind: "dance" } as never }), "bad-order"],
  ["it has no signature", signed().split("\n")[0]!, "no-signed-order"],
  ["something follows", `${signed()}more`, "no-signed-order"],
  ["it is rubbish", Buffer.from([0xff, 0, 10, 0x80]), "no-signed-order"],
  ["it is far too long", "x".repeat(20_000), "too-large"],
])("refused, named and kept: %s", async (_what, text, code) => {
  await put(text);
  expect(given).toEqual([]);
  expect(said).toHaveLength(1);
  expect(said[0]).toContain(`the order file a.order is refused`);
  expect(said[0]).toContain(`(${code})`);
  expect(readdirSync(join(home, "orders", "refused"))).toEqual(["a.order"]);
});

test("an order that nobody decides on is said, for nobody waits for an answer", async () => {
  answer = { words: [], reasons: [{ code: "not-leading", says: "another Houston leads; give the order there" }] };
  await put(signed());
  expect(said).toEqual([
    "ana ordered by a signed file: hold everything",
    "what ana ordered by a signed file was not followed: another Houston leads; give the order there",
  ]);
});

test("an order that can't be put aside is followed, once", async () => {
  // Where it would go stands what no file can replace.
  for (const each of ["taken", "refused"])
    mkdirSync(join(home, "orders", each, "a.order", "full"), { recursive: true });
  await put(signed());
  await clock.pass(3_000);
  expect(given).toHaveLength(1);
  expect(said).toEqual(["ana ordered by a signed file: hold everything"]);
});

test("a pipe is not read: whoever opens one waits for its writer", async () => {
  execFileSync("mkfifo", [join(home, "orders", "a.order")]);
  await clock.pass(1_000);
  expect(said).toEqual(["the order file a.order is refused: it is no file (no-signed-order)"]);
});

test.each([
  ["torn", (list: string) => writeFileSync(list, '{"signedAfter":0,"taken":[{"id":"4f')],
  ["of another shape", (list: string) => writeFileSync(list, "[1]")],
  ["far too long", (list: string) => writeFileSync(list, "[".repeat(3_000_000))],
  ["a pipe that nobody writes", (list: string) => execFileSync("mkfifo", [list])],
])(
  "a list of what was taken that is %s takes no order twice: none is followed until a person has looked",
  async (_what, damage) => {
    const [list, aside] = [join(home, "taken.json"), join(home, "taken.json.refused")];
    const text = signed({ goodForSeconds: 86_400 });
    await put(text);
    expect(given).toHaveLength(1);
    stop();
    rmSync(list);
    damage(list);
    stop = follow();
    // It is said before anybody puts a file, and kept over a restart.
    expect(said.at(-1)).toContain(`no order by file is followed: the list of those that were taken could not be read`);
    expect(said.at(-1)).toContain(aside);
    stop();
    stop = follow();
    await put(text, "copy.order");
    await put(signed({ at: clock.now() }), "new.order");
    expect(said.filter((each) => each.includes("(taken-unknown)"))).toHaveLength(2);
    rmSync(aside);
    await clock.pass(1_000);
    expect(said.at(-1)).toBe("orders by file are followed again");
    await put(text, "copy-again.order");
    expect(said.at(-1)).toContain("(signed-before-list)");
    expect(given).toHaveLength(1);
    await clock.pass(400_000);
    await put(signed({ at: clock.now() }), "anew.order");
    expect(given).toHaveLength(2);
  },
);

test("a list that can't be written follows nothing, and is said", async () => {
  stop();
  mkdirSync(join(home, "taken.json"));
  mkdirSync(join(home, "taken.json.refused", "full"), { recursive: true });
  stop = follow();
  expect(said.at(-1)).toContain("can't be kept");
  await put(signed());
  expect(given).toEqual([]);
  expect(said.at(-1)).toContain("(unreadable)");
});

test("what openssl makes is a key as good as ours", () => {
  // RFC 8032, section 7.1, test 1: the secret key and its public one.
  const secret = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
  const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), Buffer.from(secret, "hex")]);
  const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  expect(Buffer.from(publicText(key), "base64url").toString("hex")).toBe(
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
  );
});
