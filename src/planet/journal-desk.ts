import type { Unfinished } from "@reactive-production/continuity";
import { request } from "undici";
import type { JournalDesk } from "../api/api-options.ts";
import type { Doubt, Doubts } from "../api/contract.ts";
import { CallerError } from "../core/errors.ts";
import type { LocationName } from "../core/estate.ts";
import type { HostPort } from "./settings.ts";

const ANSWER_WITHIN_MS = 3000;

/** The planet's journal, for Houston's API. */
export type PlanetJournal = Omit<JournalDesk, "requests"> & {
  /** Each journal's own word, by its name: what it has not finished, by who ran it last. Rejects when it does not answer. */
  readonly unfinished: Readonly<Record<string, () => Promise<Readonly<Record<LocationName, Unfinished>>>>>;
  /** A request's journal as it stands, by its id, key or another name; null: unknown. Rejects when nobody can tell. */
  trace(id: string): Promise<unknown>;
};

export function journalDesk(options: { readonly journal: HostPort; readonly token: string }): PlanetJournal {
  const { journal, token } = options;
  async function ask(path: string, said?: unknown): Promise<{ readonly status: number; readonly body: unknown }> {
    try {
      const { statusCode, body } = await request(`http://${journal.host}:${journal.port}${path}`, {
        method: said === undefined ? "GET" : "POST",
        headers: { authorization: `Bearer ${token}` },
        body: said === undefined ? null : JSON.stringify(said),
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      return { status: statusCode, body: await body.json() };
    } catch (cause) {
      throw journalAway(cause);
    }
  }
  return {
    unfinished: {
      async journal() {
        const { status, body } = await ask("/unfinished");
        if (status !== 200) throw journalAway();
        return (body as { readonly at: Readonly<Record<LocationName, Unfinished>> }).at;
      },
    },
    async trace(id) {
      const { status, body } = await ask(`/requests/${encodeURIComponent(id)}`);
      return status === 200 ? body : null;
    },
    async doubts(limit) {
      const { status, body } = await ask(`/doubts?limit=${limit}`);
      if (status !== 200) throw journalAway();
      return (body as Doubts).doubts;
    },
    async doubt(id) {
      const { status, body } = await ask(`/doubts/${encodeURIComponent(id)}`);
      if (status === 404) throw unknownDoubt(id);
      if (status !== 200) throw journalAway();
      return body as Doubt;
    },
    async settle(id, word) {
      const { status, body } = await ask(`/requests/${encodeURIComponent(id)}/settle`, word);
      if (status === 200) return;
      const { code = "", detail = "", hint = "" } = body as { code?: string; detail?: string; hint?: string };
      if (status === 409) throw unknownDoubt(id);
      if (status < 500) throw new CallerError({ code, message: detail, hint });
      throw journalAway();
    },
  };
}

export function unknownDoubt(id: string): CallerError {
  return new CallerError({
    code: "unknown-doubt",
    message: `request ${id} does not wait for a person`,
    hint: "`houston doubt list` shows who does; someone else may have settled it",
  });
}

export function journalAway(cause?: unknown): CallerError {
  return new CallerError({
    code: "journal-silent",
    message: "the journal does not answer",
    hint: "see whether its process runs; nothing was changed",
    cause,
  });
}
