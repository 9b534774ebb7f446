import { expect, test } from "vitest";
import type { Reading } from "../reading.ts";
import { graphOf } from "./graph.ts";
import { newHistories, remember } from "./rank.ts";
import { whereIsIt } from "./where.ts";

const service = (...dependsOn: string[]) => ({ layer: "service", dependsOn }) as const;
const graph = graphOf({
  services: {
    web: service("cart", "search"),
    cart: service("store"),
    search: service(),
    store: service(),
    batch: service(),
  },
  journeys: { buy: { needs: ["web"] } },
});
const NAMES = ["web", "cart", "search", "store", "batch"];
const AT = 1_700_000_000_000;
const MINUTE_MS = 60_000;

type Seen = { cpu?: number; ownMs?: number; wayMs?: number; failing?: number; p50Ms?: number };

/** An hour in ten-second readings, the last minutes of which are as told, with a little scatter; then: where? */
function named(ail: (name: string, minute: number) => Seen, minutes = 60): string[] {
  const histories = newHistories();
  for (let i = 0; i < minutes * 6; i++) {
    const at = AT + i * 10_000;
    for (const name of NAMES) {
      const { cpu = 20, ownMs = 8, wayMs = 1, failing = 0.01, p50Ms = 20 } = ail(name, Math.floor(i / 6));
      const wave = 1 + 0.03 * Math.sin(i * 1.7 + name.length);
      const of = { at, location: "here", service: name };
      const gauge = (gaugeName: string, value: number): Reading => ({
        ...of,
        signal: "gauge",
        name: gaugeName,
        value: value * wave,
        worse: "up",
      });
      const readings: Reading[] = [
        gauge("cpu_percent", cpu),
        gauge("own_ms", ownMs),
        gauge("network_in_ms", wayMs),
        { ...of, signal: "requests", good: Math.round(100 * (1 - failing)), total: 100 },
        { ...of, signal: "latency_ms", quantile: 0.5, value: p50Ms * wave },
      ];
      for (const reading of readings) remember(histories, reading);
    }
  }
  return whereIsIt(histories, graph, AT + minutes * MINUTE_MS).map(({ name }) => name);
}

test("nobody is named when nobody is unlike themselves", () => {
  expect(named(() => ({}))).toEqual([]);
});

test("a busy service is named, not the callers that wait for it", () => {
  expect(
    named((name, minute) => {
      if (minute < 57) return {};
      if (name === "store") return { cpu: 95, ownMs: 60, p50Ms: 80 };
      return name === "web" || name === "cart" ? { p50Ms: 90 } : {};
    })[0],
  ).toBe("store");
});

test("who errs without an erring callee is named, and callers that err with it are explained", () => {
  const errs = named((name, minute) => (minute < 57 || name === "search" || name === "batch" ? {} : { failing: 0.3 }));
  expect(errs[0]).toBe("store");
});

test("a way in that is slow to all its callees is the caller's doing; to one callee, that callee's", () => {
  const all = named((name, minute) => {
    if (minute < 57) return {};
    return name === "web" ? { cpu: 98, ownMs: 80 } : { wayMs: 90 };
  });
  expect(all[0]).toBe("web");
  expect(named((name, minute) => (minute >= 57 && name === "cart" ? { wayMs: 200 } : {}))[0]).toBe("cart");
});

test("the fourth failure in a row of the same kind is still named", () => {
  const again = named((name, minute) => (name === "cart" && minute >= 30 && minute % 8 < 4 ? { failing: 0.5 } : {}));
  expect(again[0]).toBe("cart");
});

test("what no journey needs is named only when nobody else has anything", () => {
  expect(named((name, minute) => (minute >= 57 && name === "batch" ? { cpu: 99 } : {}))).toEqual(["batch"]);
  const both = named((name, minute) => (minute >= 57 && (name === "batch" || name === "search") ? { cpu: 99 } : {}));
  expect(both[0]).toBe("search");
});
