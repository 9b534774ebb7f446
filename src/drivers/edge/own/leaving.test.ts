import { expect, test } from "vitest";
import { leaving, PINNED_MAX } from "./leaving.ts";

const chunk = { class: "public", zone: "z", bucket: 7 };

function hall(options: { readonly withinSeconds?: number; readonly ttlSeconds?: number } = {}) {
  let isElsewhere = false;
  let asked = 0;
  const stay = leaving({
    isElsewhere: () => isElsewhere,
    withinSeconds: options.withinSeconds ?? 10,
    ttlSeconds: options.ttlSeconds ?? 60,
    counted: () => (asked += 1),
  });
  const left: string[] = [];
  return {
    stay,
    left,
    askedTo: () => asked,
    move: () => (isElsewhere = true),
    back: () => (isElsewhere = false),
    stream: (name: string, now: number, user = "192.0.2.1") => {
      const held = stay.opened();
      held.asked({ chunk, user, now });
      held.lasts(() => {
        left.push(name);
        return true;
      });
      return held;
    },
  };
}

test("nobody is asked while its users belong here; then a few each second until all were, and not sooner", () => {
  const { stay, stream, left, move } = hall();
  for (let each = 0; each < 100; each += 1) stream(`s${each}`, 0);
  stay.turn(1000);
  expect(left).toEqual([]);
  move();
  for (let second = 2; second <= 11; second += 1) {
    stay.turn(second * 1000);
    expect(left.length).toBe((second - 1) * 10);
  }
  stay.turn(12_000);
  expect(left.length).toBe(100);
});

test("the silent are asked first, the busy once half of the time is over; one that is held not at all", () => {
  const { stay, stream, left, move } = hall({ withinSeconds: 4 });
  const busy = stream("busy", 0);
  const checkout = stream("checkout", 0);
  stream("silent", 500);
  const done = checkout.hold();
  move();
  for (let second = 2; second <= 3; second += 1) {
    busy.active(second * 1000 - 1);
    stay.turn(second * 1000);
  }
  expect(left).toEqual(["silent"]);
  for (let second = 4; second <= 8; second += 1) {
    busy.active(second * 1000 - 1);
    stay.turn(second * 1000);
  }
  expect(left).toEqual(["silent", "busy"]);
  done();
  done();
  stay.turn(9000);
  expect(left).toEqual(["silent", "busy", "checkout"]);
});

test("one that came after the move would come right back: it is asked when DNS's answers have run out", () => {
  const { stay, stream, left, move } = hall({ ttlSeconds: 30 });
  move();
  stream("late", 1000);
  for (let second = 2; second <= 30; second += 1) stay.turn(second * 1000);
  expect(left).toEqual([]);
  stay.turn(31_000);
  expect(left).toEqual(["late"]);
});

test("whose users came back in the meantime stays", () => {
  const { stay, stream, left, move, back } = hall();
  stream("s", 0);
  move();
  back();
  stay.turn(5000);
  expect(left).toEqual([]);
});

test("`Connection: close` takes from the same second's allowance", () => {
  const { stay, move, askedTo } = hall({ withinSeconds: 10 });
  const kept = Array.from({ length: 50 }, () => {
    const held = stay.opened();
    held.asked({ chunk, user: "192.0.2.1", now: 0 });
    return held;
  });
  expect(stay.mayClose(kept[0]!, 500)).toBe(false);
  move();
  expect(kept.filter((held) => stay.mayClose(held, 1500)).length).toBe(5);
  expect(askedTo()).toBe(5);
});

test("who stays is told by network, the most first, and the rest in one sum", () => {
  const { stay, stream, move } = hall();
  for (let each = 0; each < PINNED_MAX + 10; each += 1) stream("s", 1000, `10.0.${each}.1`);
  for (let each = 0; each < 3; each += 1) stream("s", 0, `10.9.9.${each}`).active(0);
  expect(stay.pinned(5000)).toEqual([]);
  move();
  const pinned = stay.pinned(5000);
  expect(pinned[0]).toEqual({ network: "10.9.9.0/24", class: "public", zone: "z", connections: 3, oldestSeconds: 5 });
  expect(pinned).toHaveLength(PINNED_MAX + 1);
  expect(pinned.at(-1)).toMatchObject({ network: "others", connections: 11 });
});
