import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { regionIn } from "./known-regions.ts";

/** A Kubernetes context that a person has, and the region that its names tell. Its users' keys are not looked at, and no cluster is called. */
export type FoundContext = {
  readonly name: string;
  /** Null: none of its names tells one. */
  readonly region: string | null;
};

/** Files as kubectl finds them: what `--kubeconfig` names, else KUBECONFIG, else the one at home. */
export function kubeconfigFiles(given: string | undefined, env: NodeJS.ProcessEnv): readonly string[] {
  if (given !== undefined) return [given];
  const named = (env["KUBECONFIG"] ?? "").split(delimiter).filter((each) => each !== "");
  return named.length > 0 ? named : [join(homedir(), ".kube", "config")];
}

/** A file that is not there, or says nothing that can be read, has no contexts: it is somebody else's file. */
export function findContexts(files: readonly string[]): readonly FoundContext[] {
  const found = files.flatMap((file) => contextsIn(textOf(file)));
  const first = found.filter(({ name }, index) => found.findIndex((each) => each.name === name) === index);
  return first.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

export function contextsIn(text: string): readonly FoundContext[] {
  let value: unknown;
  try {
    value = parse(text);
  } catch {
    return [];
  }
  const read = kubeconfigShape.safeParse(value);
  if (!read.success) return [];
  const servers = new Map(read.data.clusters.map(({ name, cluster }) => [name, cluster.server]));
  return read.data.contexts.map(({ name, context: { cluster } }) => {
    // Amazon and Google have it in the context's name, Azure in the server's.
    const told = [name, cluster, servers.get(cluster) ?? ""].map(regionIn).find((region) => region !== null);
    return { name, region: told?.name ?? null };
  });
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

const kubeconfigShape = z.object({
  clusters: z.array(z.object({ name: z.string(), cluster: z.object({ server: z.string() }) })).default([]),
  contexts: z.array(z.object({ name: z.string(), context: z.object({ cluster: z.string() }) })),
});
