import type { Post } from "../receiver.ts";
import { STEPS } from "../three-steps.ts";
import type { Peers } from "./installed.ts";

/** What of https://docs.dbos.dev/typescript/reference is used. */
type Dbos = {
  setConfig(config: Readonly<Record<string, unknown>>): void;
  registerWorkflow<Result>(
    work: (key: string) => Promise<Result>,
    as: { readonly name: string },
  ): (key: string) => Promise<Result>;
  runStep<Result>(work: () => Promise<Result>, as: { readonly name: string }): Promise<Result>;
  withNextWorkflowID<Result>(id: string, run: () => Promise<Result>): Promise<Result>;
  launch(): Promise<void>;
  shutdown(): Promise<void>;
};

/**
 * The checkout as DBOS has it: `native`, a step each, which records results alone; `intent`, with one more step before each
 * effect, so that it too knows what it was about to do.
 */
export async function dbosCheckouts(peers: Peers, databaseUrl: string, post: Post) {
  const { DBOS } = peers.load("@dbos-inc/dbos-sdk") as { DBOS: Dbos };
  DBOS.setConfig({
    name: "checkout",
    applicationVersion: "1",
    systemDatabaseUrl: databaseUrl,
    logLevel: "error",
    runAdminServer: false,
  });
  const workflow = (kind: "native" | "intent") =>
    DBOS.registerWorkflow(
      async (key: string) => {
        for (const name of STEPS) {
          if (kind === "intent") await DBOS.runStep(() => Promise.resolve({ about: name }), { name: `${name} intent` });
          await DBOS.runStep(() => post(`/${name}/${key}`).then(() => ({ done: true })), { name });
        }
        return { order: "o-1" };
      },
      { name: `checkout ${kind}` },
    );
  const [native, intent] = [workflow("native"), workflow("intent")];
  await DBOS.launch();
  return {
    native: (key: string) => DBOS.withNextWorkflowID(key, () => native(key)),
    intent: (key: string) => DBOS.withNextWorkflowID(key, () => intent(key)),
    close: () => DBOS.shutdown(),
  };
}
