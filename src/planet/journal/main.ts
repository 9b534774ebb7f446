import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { ContinuityError, sqliteStore, type JournalStore } from "@reactive-production/continuity";
import { serveUntilTold } from "../serve-until-told.ts";
import { journalServer } from "./server.ts";

/**
 * The planet's journal: one process that stands for the cells, sole writer of its file. Were the file shared,
 * a stopped writer would hold everyone's lock. Settings are one JSON argument, the token is in the environment.
 */
export type JournalSettings = {
  /** Where the planet expects it, unless told otherwise. */
  readonly address?: string;
  readonly port?: number;
  /** The SQLite file; its folder is made when missing. */
  readonly file: string;
};

/** Longer than any caller tries again (60 s), and than one looks at a drill afterwards. */
const answeredForMs = 2 * 60 * 60 * 1000;
/** With about 2 kB a request, some 400 MB of disk at most. */
const keptRequestsMax = 200_000;
/** Above what is kept between two sweeps of retention at 1,000 checkouts a second. */
const storedRequestsMax = 300_000;
const retainEveryMs = 20_000;

function start(settings: JournalSettings, token: string): void {
  const { address = "127.20.0.90", port = 7000, file } = settings;
  mkdirSync(dirname(file), { recursive: true });
  const store = sqliteStore({ file, soleWriter: true, maxRequests: storedRequestsMax });
  const server = journalServer(store, { token });
  const retaining = setInterval(() => void retain(store), retainEveryMs);
  const stop = async () => {
    clearInterval(retaining);
    server.close();
    server.closeAllConnections();
    await store.close();
  };
  server.on("error", (error) =>
    fail(`cannot listen on ${address}:${port}: ${error.message}`, "is another planet running?"),
  );
  server.listen(port, address, () => serveUntilTold(stop));
}

async function retain(store: JournalStore): Promise<void> {
  try {
    await store.retain({ answeredForMs, maxRequests: keptRequestsMax });
  } catch (error) {
    process.stderr.write(`journal: could not forget old requests: ${String(error)}\n`);
  }
}

function fail(message: string, hint: string): never {
  process.stderr.write(`journal: ${message}\n  fix: ${hint}\n`);
  process.exit(1);
}

try {
  const settings = JSON.parse(process.argv[2] ?? "") as JournalSettings;
  const token = process.env["HOUSTON_TOKEN"];
  if (token === undefined || token === "") fail("HOUSTON_TOKEN is not set", "start it with `houston up`");
  start(settings, token);
} catch (error) {
  if (error instanceof ContinuityError) fail(error.message, error.hint);
  fail(String(error), 'give {"file": ...} as one JSON argument');
}
