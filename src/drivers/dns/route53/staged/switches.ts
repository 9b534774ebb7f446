import { Agent } from "undici";
import type { Outcome } from "../../../../core/control-contract.ts";
import { jsonCall, statusMeaning } from "../../../json-call.ts";
import { trusting } from "../../../probe/trusting.ts";
import { connectionFailure } from "../../ask-server.ts";
import { refused, retry } from "../../record-server.ts";
import { SWITCHES_NEEDED, type StagedSettings } from "./shape.ts";
import type { SwitchWord } from "./switch-word.ts";

/** The three servers that Route 53's checkers ask. */
export type Switches = {
  /** Done: so many hold it that Route 53 will follow; who did not take it is named. */
  tell(word: SwitchWord, signal: AbortSignal): Promise<Outcome>;
  stop(): Promise<void>;
};

export function switches(options: {
  readonly switches: readonly (Pick<StagedSettings["switches"][number], "url"> & { readonly authorities?: string })[];
  readonly token: string;
  readonly withinMs: number;
}): Switches {
  const { token, withinMs } = options;
  const doors = options.switches.map(({ url, authorities }) => ({
    host: new URL(url).host,
    url: `${new URL(url).origin}/word`,
    agent: new Agent({
      connections: 1,
      connect: { timeout: withinMs, ...(authorities !== undefined && { secureContext: trusting(authorities) }) },
    }),
  }));

  const tellOne = async (
    { host, url, agent }: (typeof doors)[number],
    word: SwitchWord,
    signal: AbortSignal,
  ): Promise<Outcome> => {
    try {
      const { status, text } = await jsonCall(
        {
          method: "PUT",
          url,
          headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
          body: JSON.stringify(word),
          signal: AbortSignal.any([signal, AbortSignal.timeout(withinMs)]),
          dispatcher: agent,
        },
        { bytes: ANSWER_BYTES_MAX, tooLong: () => new Error("the answer is too long") },
      );
      if (status === 204) return { kind: "done" };
      if (status === 409)
        return refused(text.includes("another-writer") ? "another-writer" : "table-not-newer", `${host} holds ${text}`);
      if (statusMeaning(status) === "forbidden")
        return refused("forbidden", `${host} does not take this token: HOUSTON_SWITCH_TOKEN is the same at both ends`);
      return retry("bad-answer", `${host} answers ${status}: is it \`houston dns switch\`?`);
    } catch (error) {
      return connectionFailure(error, host);
    }
  };

  return {
    async tell(word, signal) {
      const told = await Promise.all(doors.map(async (door) => tellOne(door, word, signal)));
      const failed = told.filter(({ kind }) => kind !== "done");
      const says = failed.map((each) => each.says ?? each.kind).join("; ");
      if (told.length - failed.length >= SWITCHES_NEEDED)
        return failed.length === 0 ? { kind: "done" } : { kind: "done", says: `without one switch: ${says}` };
      const worst = failed.find(({ kind }) => kind === "refused") ?? failed[0]!;
      return { ...worst, says: `${told.length - failed.length} of 3 switches took it: ${says}` };
    },
    stop: async () => void (await Promise.all(doors.map(({ agent }) => agent.destroy()))),
  };
}

const ANSWER_BYTES_MAX = 1024;
