// docs/how-to/scale.md says what is so: its config is good, its rights are those that the drivers use, its codes are all there are.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { problemLines, readConfig } from "./config-file.ts";

const root = join(import.meta.dirname, "..", "..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const howTo = read("docs/how-to/scale.md");
const blocks = (language: string): string[] =>
  [...howTo.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, "g"))].map(([, text]) => text!);
const [config, role, googleRole] = blocks("yaml");

test("the config of the how-to is a good one", () => {
  const example = read("examples/houston.yaml");
  const found = readConfig(`${example.slice(0, example.indexOf("scale:\n"))}${config}`);
  expect("problems" in found && problemLines("scale.md", found.problems)).toBe(false);
});

test("the rights are those of the calls that are made, and no others", () => {
  const { rules } = parse(role!) as { rules: { apiGroups: string[]; resources: string[]; verbs: string[] }[] };
  expect(rules.map(({ apiGroups, resources, verbs }) => [apiGroups, resources, verbs].map(String).join(" "))).toEqual([
    "apps deployments get",
    "apps deployments/scale patch",
    "autoscaling horizontalpodautoscalers get,patch",
  ]);
  const policy = JSON.parse(blocks("json")[0]!) as { Statement: { Action: string[] }[] };
  const used = [...read("src/drivers/scale/aws.ts").matchAll(/new api\.(\w+)Command\(/g)].map(([, name]) => name);
  expect(policy.Statement.flatMap(({ Action }) => Action).toSorted()).toEqual(
    used.map((name) => `autoscaling:${name}`).toSorted(),
  );
  expect((parse(googleRole!) as { includedPermissions: string[] }).includedPermissions).toEqual([
    "compute.instanceGroupManagers.get",
    "compute.instanceGroupManagers.update",
    "compute.autoscalers.get",
    "compute.autoscalers.update",
    "compute.instanceGroupManagers.use",
  ]);
});

test("every code that a scaler may answer is in the how-to's table, and no other", () => {
  const codes = [...read("src/drivers/scale/contract.ts").matchAll(/^ {2}\| "([a-z-]+)"/gm)].map(([, code]) => code!);
  const [, table = ""] = /\| code \| what \|\n\|---\|---\|\n([\s\S]*?)\n\n/.exec(howTo) ?? [];
  const told = table
    .split("\n")
    .flatMap((row) => [...row.split("|")[1]!.matchAll(/`([^`]+)`/g)].map(([, code]) => code!));
  expect(codes.length).toBeGreaterThan(10);
  expect(told.toSorted()).toEqual(codes.toSorted());
});
