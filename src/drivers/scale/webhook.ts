import { createHash } from "node:crypto";
import { webhookHeaders } from "../webhook-signature.ts";
import { httpCall, type HttpAnswer } from "./http-call.ts";
import type { Machines, MachinesProblem } from "./machines.ts";
import { readProblem, readSeen, SEEN_SHAPE } from "./plain-answer.ts";
import { problem } from "./problem.ts";

/**
 * Whatever has no driver of its own, behind an address of yours: two questions, as JSON that is signed as the incidents' webhook
 * is (standardwebhooks.com). `{"version":1,"do":"look","location":...,"part":...}` is answered with
 * `{"floor":6,"ready":6,"most":40}`, `{"version":1,"do":"floor",...,"replicas":12}` with any 2xx.
 */
export type WebhookPart = {
  readonly url: string;
  readonly key: Uint8Array;
  readonly location: string;
  readonly part: string;
};

export function webhookMachines({ url, key, location, part }: WebhookPart, now: () => number): Machines {
  const call = async (
    ask: { readonly do: "look" } | { readonly do: "floor"; readonly replicas: number },
    signal: AbortSignal,
  ): Promise<HttpAnswer | MachinesProblem> => {
    const body = JSON.stringify({ version: 1, location, part, ...ask });
    const seconds = Math.floor(now() / 1000);
    // The same order in the same second is the same letter.
    const id = `scale-${createHash("sha256").update(`${seconds}.${body}`).digest("hex").slice(0, 24)}`;
    const headers = { "content-type": "application/json", ...webhookHeaders({ key, id, seconds, body }) };
    // An address may hold a token of its own.
    return httpCall({ method: "POST", url, headers, body, secrets: secretsOf(url), signal }, (_status, answer) =>
      readProblem(answer),
    );
  };
  return {
    name: `webhook ${location}/${part}`,
    async look(signal) {
      const answer = await call({ do: "look" }, signal);
      if (answer.kind !== "answer") return answer;
      return readSeen(answer.body) ?? problem({ code: "bad-answer", says: SEEN_SHAPE, secrets: [] });
    },
    async ask(replicas, signal) {
      const answer = await call({ do: "floor", replicas }, signal);
      return answer.kind === "answer" ? { kind: "done" } : answer;
    },
  };
}

/** What stands in an address beside where it points to. */
function secretsOf(url: string): string[] {
  const { pathname, search, username, password } = new URL(url);
  return [password, username, search, pathname.length > 1 ? pathname : ""];
}
