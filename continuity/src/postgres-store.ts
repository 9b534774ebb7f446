import postgres from "postgres";
import { appendByCompare, type Change, type Found } from "./append-by-compare.ts";
import { wallClock } from "./clock.ts";
import type { Entry } from "./entry.ts";
import { ContinuityError } from "./errors.ts";
import { closedError } from "./memory-store.ts";
import { countsOf, namesIn, type JournalRecord, type JournalStore, type Phase } from "./store.ts";

/**
 * A journal in a PostgreSQL that several locations share, or in what speaks its language over several regions. Each write is
 * one statement that compares the head's position and fence and changes head, entries and names together; statements carry
 * the writes of many requests. Nothing but plain SQL: data-changing WITH, json_to_recordset, clock_timestamp(); no
 * triggers, no LISTEN, no advisory locks, which CockroachDB and YugabyteDB do not have in full.
 *
 * Quiet times are by the database's clock. A write is durable when the database says so: with a standby, set
 * `synchronous_standby_names`, else what was acknowledged may be lost with its primary.
 */
export type PostgresOptions = {
  /** postgres://user:password@host:5432,standby:5432/database; the host that takes writes is found. */
  readonly url: string;
  /** Its tables' own schema; made when missing. */
  readonly schema?: string;
  /** The authority of the server's certificate in PEM, or true for those that Node trusts. */
  readonly ssl?: boolean | { readonly ca: string };
  readonly maxRequests?: number;
  /** How long a call outlives a database that does not answer: longer than a promotion, if callers should not notice. */
  readonly patienceMs?: number;
  /** A server that takes longer for one statement is stopped or cut off: its connections are given up. */
  readonly answerWithinMs?: number;
};

/** Statements under way at once. */
const connections = 4;
/** Writes in one statement: some milliseconds of work, and a size far below any limit. */
const writesAtOnce = 128;
/** How often a waiter looks for what others wrote. */
const pollMs = 40;
const pageRequests = 500;
const firstPauseMs = 20;
const longestPauseMs = 320;
const takesNoWrites = "25006";
const noSuchTable = "42P01";
const noSuchSchema = "3F000";

type Row = {
  readonly id: string;
  readonly seq: string;
  readonly epoch: string;
  readonly phase: Phase;
  readonly location: string;
  readonly quiet_ms: string;
  readonly body: string | null;
};

type Queued = {
  readonly change: Change<true>;
  readonly resolve: (kept: true | null) => void;
  readonly reject: (error: unknown) => void;
};

export function postgresStore(options: PostgresOptions): JournalStore {
  const { schema = "continuity", maxRequests = 2_000_000, patienceMs = 5_000, answerWithinMs = 1_500 } = options;
  const text = statements(quoted(schema));
  const hosts = hostsOf(options.url);
  let turn = 0;
  let pool = connect(hosts[0] ?? "", options);
  let prepared: Promise<unknown> | null = null;
  let queue: Queued[] = [];
  let flights = 0;
  const stop = new AbortController();
  const closed = stop.signal;

  const { append, remember, recount } = appendByCompare<true>({
    compareAndSet: (change) =>
      new Promise((resolve, reject) => {
        queue.push({ change, resolve, reject });
        if (queue.length === 1) setImmediate(depart);
      }),
    read: async (id) => (await readMany([id]))[0] ?? null,
    async count() {
      const [row] = await ask<{ total: string }>(text.total);
      return Number(row?.total ?? 0);
    },
    maxRequests,
  });

  function depart(): void {
    while (queue.length > 0 && flights < connections) {
      const batch: Queued[] = [];
      const ids = new Set<string>();
      // One statement changes a row once.
      const rest = queue.filter((queued) => {
        const { id } = queued.change.write;
        if (batch.length === writesAtOnce || ids.has(id)) return true;
        ids.add(id);
        batch.push(queued);
        return false;
      });
      queue = rest;
      void fly(batch);
    }
  }

  async function fly(batch: readonly Queued[]): Promise<void> {
    flights += 1;
    const begins = batch.filter(({ change }) => change.from === null);
    const goesOn = batch.filter(({ change }) => change.from !== null);
    await Promise.all([keep(text.begin, begins), keep(text.goOn, goesOn)]);
    flights -= 1;
    if (queue.length > 0) depart();
  }

  async function keep(statement: string, batch: readonly Queued[]): Promise<void> {
    if (batch.length === 0) return;
    try {
      const rows = await ask<{ id: string }>(statement, [
        batch.map(({ change }) => writeRow(change)),
        batch.flatMap(({ change: { write } }) =>
          // PostgreSQL's text has no zero bytes.
          [...new Set(namesIn(write.entries))].map((name) => ({ name: name.replaceAll("\0", ""), id: write.id })),
        ),
      ]);
      const kept = new Set(rows.map(({ id }) => id));
      for (const { change, resolve } of batch) resolve(kept.has(change.write.id) ? true : null);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  /** One statement, again while the database says that it may be, or says nothing: each compares before it changes. */
  async function ask<Answer>(statement: string, parameters: readonly unknown[] = []): Promise<readonly Answer[]> {
    const until = performance.now() + patienceMs;
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      if (closed.aborted) throw closedError();
      const used = pool;
      try {
        prepared ??= prepare(used);
        await prepared;
        const rows = used.unsafe(statement, parameters as postgres.ParameterOrJSON<never>[], { prepare: true });
        return (await within(rows, answerWithinMs)) as unknown as readonly Answer[];
      } catch (thrown) {
        if (closed.aborted) throw closedError();
        const { again, fresh, error } = readFailure(thrown);
        if (!again || performance.now() + pauseMs >= until) throw error;
        if (fresh && pool === used) {
          // The next host: only one of them takes writes.
          turn += 1;
          pool = connect(hosts[turn % hosts.length] ?? "", options);
          prepared = null;
          void used.end({ timeout: 0 }).catch(() => undefined);
        }
        await wallClock.sleep(pauseMs, closed);
      }
    }
  }

  /** Once for each host: a standby would answer with what was; whoever may not make tables finds those made for it. */
  async function prepare(used: postgres.Sql): Promise<void> {
    try {
      const [row] = await within(used.unsafe("SHOW transaction_read_only"), answerWithinMs);
      if (row?.["transaction_read_only"] === "on")
        throw Object.assign(new Error("this host is a standby"), { code: takesNoWrites });
      await within(used.unsafe(text.probe), answerWithinMs).catch((thrown: unknown) => {
        const { code } = thrown as { code?: string };
        if (code !== noSuchTable && code !== noSuchSchema) throw thrown;
        return within(used.unsafe(text.tables).simple(), patienceMs);
      });
    } catch (thrown) {
      prepared = null;
      throw thrown;
    }
  }

  async function readMany(ids: readonly string[]): Promise<readonly (Found<true> | null)[]> {
    const rows = await ask<Row>(text.read, [ids]);
    const byId = Map.groupBy(rows, ({ id }) => id);
    return ids.map((id) => {
      const found = recordOf(byId.get(id) ?? []);
      if (found !== null) remember(found);
      return found;
    });
  }

  return {
    async append(write) {
      if (closed.aborted) throw closedError();
      return append(write);
    },
    async read(id) {
      return (await readMany([id]))[0]?.record ?? null;
    },
    async changed(id, seq, { withinMs, signal }) {
      const until = performance.now() + withinMs;
      const ended = signal === undefined ? closed : AbortSignal.any([signal, closed]);
      for (;;) {
        const [row] = await ask<{ seq: string }>(text.seq, [id]);
        const leftMs = until - performance.now();
        if (leftMs <= 0 || ended.aborted || Number(row?.seq ?? 0) > seq)
          return (await readMany([id]))[0]?.record ?? null;
        await wallClock.sleep(Math.min(pollMs, leftMs), ended);
      }
    },
    async list({ phases, location, quietForMs = 0, limit }) {
      const listed = await ask<{ id: string }>(text.list, [phases, location ?? null, quietForMs, limit]);
      const records: JournalRecord[] = [];
      for (let from = 0; from < listed.length; from += pageRequests) {
        const page = await readMany(listed.slice(from, from + pageRequests).map(({ id }) => id));
        for (const found of page) if (found !== null && phases.includes(found.record.phase)) records.push(found.record);
      }
      return records;
    },
    async find(name) {
      const rows = await ask<{ id: string }>(text.find, [name.replaceAll("\0", "")]);
      return rows.map(({ id }) => id);
    },
    async retain({ answeredForMs, maxRequests: most }) {
      let forgotten = 0;
      const forget = async (olderMs: number, atMost: number) => {
        for (let left = atMost; left > 0;) {
          const page = Math.min(pageRequests, left);
          const gone = (await ask(text.forget, [olderMs, page])).length;
          forgotten += gone;
          left -= gone;
          if (gone < page) return;
        }
      };
      await forget(answeredForMs, Number.MAX_SAFE_INTEGER);
      const [row] = await ask<{ total: string }>(text.total);
      await forget(0, Number(row?.total ?? 0) - most);
      if (forgotten > 0) recount();
      return { forgotten };
    },
    async purge(idPrefix) {
      let forgotten = 0;
      for (let gone = pageRequests; gone === pageRequests; forgotten += gone)
        gone = (await ask(text.purge, [idPrefix, pageRequests])).length;
      if (forgotten > 0) recount();
      const [row] = await ask<{ total: string }>(text.left, [idPrefix]);
      return { forgotten, left: Number(row?.total ?? 0) };
    },
    async counts() {
      const rows = await ask<{ phase: Phase; location: string | null; total: string }>(text.counts);
      const answered = rows.find(({ phase }) => phase === "answered");
      const unfinished = rows.flatMap(({ phase, location, total }) =>
        phase === "answered" ? [] : [{ phase, location: location ?? "", count: Number(total) }],
      );
      return countsOf(unfinished, Number(answered?.total ?? 0));
    },
    async close() {
      if (closed.aborted) return;
      stop.abort();
      await pool.end({ timeout: 0 });
    },
  };
}

const writeRow = ({ write, text, from, to }: Change<true>) => ({
  id: write.id,
  was_seq: write.expect.seq,
  was_epoch: write.expect.epoch,
  was_phase: from?.head.phase ?? "",
  seq: to.seq,
  epoch: to.epoch,
  phase: to.phase,
  location: to.location,
  body: write.entries.length === 0 ? null : text,
});

function recordOf(rows: readonly Row[]): Found<true> | null {
  const [head] = rows;
  if (head === undefined) return null;
  const { id, phase, location } = head;
  const entries = rows.flatMap(({ body }) => (body === null ? [] : entriesIn(id, body)));
  const [seq, epoch, quietMs] = [Number(head.seq), Number(head.epoch), Math.max(0, Number(head.quiet_ms))];
  return { record: { id, seq, epoch, phase, location, quietMs, entries }, mark: true };
}

function entriesIn(id: string, body: string): Entry[] {
  try {
    return JSON.parse(body) as Entry[];
  } catch (cause) {
    throw new ContinuityError({
      code: "journal-corrupt",
      message: `an entry of ${id} in PostgreSQL is not JSON`,
      hint: "restore the journal's tables from their last good copy; nothing was changed",
      cause,
    });
  }
}

/** All that is asked of the database. Tables are the schema's, so one database holds several journals. */
function statements(schema: string) {
  const [requests, entries, names] = ["requests", "entries", "names"].map((table) => `${schema}.${table}`);
  const writes = `w AS (SELECT * FROM json_to_recordset($1::json) AS w(id TEXT, was_seq INT8, was_epoch INT8, was_phase TEXT,
    seq INT8, epoch INT8, phase TEXT, location TEXT, body TEXT))`;
  const additions = `
    added AS (INSERT INTO ${entries}(id, seq, body)
      SELECT w.id, w.was_seq, w.body FROM w JOIN kept ON kept.id = w.id WHERE w.body IS NOT NULL RETURNING id),
    named AS (INSERT INTO ${names}(name, id)
      SELECT n.name, n.id FROM json_to_recordset($2::json) AS n(name TEXT, id TEXT) JOIN kept ON kept.id = n.id
      ON CONFLICT DO NOTHING RETURNING id)
    SELECT id FROM kept`;
  // Nothing that an index or a collation could read otherwise; a purge is rare.
  const begins = "left(id, length($1::TEXT)) = $1::TEXT";
  const forget = (which: string) => `WITH gone AS (DELETE FROM ${requests} WHERE id IN (
        SELECT id FROM ${requests} WHERE phase = 'answered' AND ${which} ORDER BY wrote_at, born_at LIMIT $2::INT8) RETURNING id),
      e AS (DELETE FROM ${entries} WHERE id IN (SELECT id FROM gone) RETURNING id),
      n AS (DELETE FROM ${names} WHERE id IN (SELECT id FROM gone) RETURNING id)
      SELECT id FROM gone`;
  return {
    tables: `CREATE SCHEMA IF NOT EXISTS ${schema};
      CREATE TABLE IF NOT EXISTS ${requests}(id TEXT PRIMARY KEY, seq INT8 NOT NULL, epoch INT8 NOT NULL, phase TEXT NOT NULL,
        location TEXT NOT NULL, wrote_at TIMESTAMPTZ NOT NULL, born_at TIMESTAMPTZ NOT NULL);
      CREATE INDEX IF NOT EXISTS requests_by_phase ON ${requests}(phase, wrote_at);
      CREATE TABLE IF NOT EXISTS ${entries}(id TEXT NOT NULL, seq INT8 NOT NULL, body TEXT NOT NULL, PRIMARY KEY(id, seq));
      CREATE TABLE IF NOT EXISTS ${names}(name TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY(name, id));
      CREATE INDEX IF NOT EXISTS names_of ON ${names}(id);`,
    probe: `SELECT 1 FROM ${requests}, ${entries}, ${names} LIMIT 0`,
    begin: `WITH ${writes}, kept AS (INSERT INTO ${requests}(id, seq, epoch, phase, location, wrote_at, born_at)
      SELECT id, seq, epoch, phase, location, clock_timestamp(), clock_timestamp() FROM w
      ON CONFLICT (id) DO NOTHING RETURNING id), ${additions}`,
    goOn: `WITH ${writes}, kept AS (UPDATE ${requests} AS r
      SET seq = w.seq, epoch = w.epoch, phase = w.phase, location = w.location, wrote_at = clock_timestamp() FROM w
      WHERE r.id = w.id AND r.seq = w.was_seq AND r.epoch = w.was_epoch AND r.phase = w.was_phase RETURNING r.id), ${additions}`,
    read: `SELECT r.id, r.seq, r.epoch, r.phase, r.location, e.body,
        extract(epoch FROM clock_timestamp() - r.wrote_at) * 1000 AS quiet_ms
      FROM ${requests} AS r LEFT JOIN ${entries} AS e ON e.id = r.id WHERE r.id IN (SELECT json_array_elements_text($1::json)) ORDER BY r.id, e.seq`,
    seq: `SELECT seq FROM ${requests} WHERE id = $1`,
    list: `SELECT id FROM ${requests} WHERE phase IN (SELECT json_array_elements_text($1::json)) AND ($2::TEXT IS NULL OR location = $2::TEXT)
        AND wrote_at <= clock_timestamp() - $3::FLOAT8 * INTERVAL '1 millisecond' ORDER BY wrote_at, id LIMIT $4::INT8`,
    find: `SELECT r.id FROM ${requests} AS r WHERE r.id = $1::TEXT OR r.id IN (SELECT id FROM ${names} WHERE name = $1::TEXT)
      ORDER BY r.born_at DESC, r.id LIMIT 20`,
    forget: forget(`wrote_at <= clock_timestamp() - $1::FLOAT8 * INTERVAL '1 millisecond'`),
    purge: forget(begins),
    left: `SELECT count(*) AS total FROM ${requests} WHERE ${begins}`,
    total: `SELECT count(*) AS total FROM ${requests}`,
    // Who answered is not asked for, so that the answered ones are one line.
    counts: `SELECT phase, CASE phase WHEN 'answered' THEN NULL ELSE location END AS location, count(*) AS total
      FROM ${requests} GROUP BY 1, 2`,
  };
}

function quoted(schema: string): string {
  if (/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) return `"${schema}"`;
  throw new ContinuityError({
    code: "bad-input",
    message: `"${schema}" is no name for a schema`,
    hint: "use small letters, digits and underscores",
  });
}

const connect = (url: string, { ssl = false }: PostgresOptions) =>
  postgres(url, {
    max: connections,
    ssl,
    connect_timeout: 2,
    // What the driver asks for itself when it connects has no one who hears of its failure: so it asks nothing.
    fetch_types: false,
    // Table exists, skipping: nobody needs to read that.
    onnotice: () => undefined,
  });

/** One address for each host of the list. */
function hostsOf(url: string): readonly string[] {
  const [, before = "", hosts = "", after = ""] = /^([^:]+:\/\/(?:[^@/]*@)?)([^/?]+)(.*)$/s.exec(url) ?? [];
  if (hosts !== "") return hosts.split(",").map((host) => before + host + after);
  throw new ContinuityError({
    code: "bad-input",
    message: "the database's address cannot be read",
    hint: "write it as postgres://user:password@host:5432,standby:5432/database",
  });
}

async function within<Answer>(answer: PromiseLike<Answer>, ms: number): Promise<Answer> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  try {
    return await Promise.race([answer, promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** SQLSTATEs, https://www.postgresql.org/docs/current/errcodes-appendix.html; the driver's and Node's own codes are words. */
function readFailure(thrown: unknown): { again: boolean; fresh: boolean; error: ContinuityError } {
  if (thrown instanceof ContinuityError) return { again: false, fresh: false, error: thrown };
  const { code = "", message = String(thrown) } = thrown as { code?: string; message?: string };
  const told = (kind: string, says: string, hint: string) =>
    new ContinuityError({ code: kind, message: `${says}: ${message}`, hint, cause: thrown });
  // Two at once, or a table that another made in the same moment: the statement may simply be said again.
  const racing = ["40001", "40P01", "23505", "42P06", "42P07"].includes(code);
  if (racing)
    return { again: true, fresh: false, error: told("journal-unavailable", "the database is busy", "try again") };
  if (code.startsWith("53") && code !== "53300")
    return {
      again: false,
      fresh: false,
      error: told("journal-full", "the database is out of space", "make room; nothing of the refused writes was kept"),
    };
  if (code.startsWith("28") || code === "42501" || /CERT|TLS|UNABLE_TO|SIGNATURE/.test(code))
    return {
      again: false,
      fresh: false,
      error: told(
        "journal-untrusted",
        "the database does not let us in, or we do not trust its certificate",
        "see the user, its rights on the schema, and the authority in `ssl.ca`",
      ),
    };
  if (/^[0-9A-Z]{5}$/.test(code) && !/^(08|57|25|53|XX)/.test(code))
    return {
      again: false,
      fresh: false,
      error: told("journal-unavailable", "the database refuses the journal's statement", "see its words"),
    };
  return {
    again: true,
    fresh: true,
    error: told(
      "journal-unavailable",
      "no database takes our writes",
      "requests go on when it is back or its standby was promoted",
    ),
  };
}
