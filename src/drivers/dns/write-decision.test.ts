import { expect, test } from "vitest";
import { setsDigest, type Marker } from "./marker.ts";
import type { RecordSet } from "./record-server.ts";
import { decideWrite } from "./write-decision.ts";

const set = (name: string): RecordSet => ({ name, type: "A", ttlSeconds: 60, values: ["192.0.2.1"] });
const www = set("www.example.com");
const marker: Marker = {
  version: 7,
  table: "a".repeat(12),
  lost: [],
  config: "b".repeat(12),
  sets: setsDigest([www, set("old.example.com")]),
};

test("a host that was taken out of houston.yaml is let go in words: what becomes of its records, and of the others", () => {
  const wanted = { ...marker, version: 8, config: "c".repeat(12), sets: setsDigest([www]) };
  const refused = decideWrite({ marker, leading: [www] }, wanted, undefined);
  expect(refused).toMatchObject({ kind: "refused", code: "foreign-records" });
  const says = "says" in refused ? refused.says : "";
  expect(says).toContain(
    "a host that was taken out of it is let go, its records answer on as they are and nobody keeps them",
  );
  expect(says).toContain(`\`takeOver: ${setsDigest([www])}\``);
  expect(decideWrite({ marker, leading: [www] }, wanted, setsDigest([www]))).toEqual({ kind: "write" });
});

test("of the same houston.yaml somebody else changed them, and nothing is said of hosts", () => {
  const refused = decideWrite({ marker, leading: [www] }, { ...marker, version: 8 }, undefined);
  expect("says" in refused ? refused.says : "").toMatch(
    /somebody changed Houston's records: .* To let Houston replace exactly these/,
  );
});
