import { useCallback, useEffect, useId, useMemo, useState } from "react";
import type { HoustonClient } from "../../../../src/api/client.ts";
import type { Trace } from "../../../../src/api/contract.ts";
import { navigate } from "../../navigation.tsx";
import { Answered } from "../shared/answered.tsx";
import { usePolled } from "../shared/use-polled.ts";
import { ExactMoment } from "./exact-moment.tsx";
import { readJournal, type Journal } from "./journal.ts";
import { silentSentence, traceSentence } from "./trace-words.ts";
import { WaterfallChart } from "./waterfall-chart.tsx";
import { waterfallOf } from "./waterfall.ts";
import "./trace.css";

/** A request may still be on its way, and hops come in late. */
const ASK_EVERY_MS = 3000;
/** As long as an id may be that Houston takes. */
const ID_LENGTH_MAX = 256;

/** One request's way through locations. */
export function TraceView({ client, id }: { readonly client: HoustonClient; readonly id: string | null }) {
  return (
    <article className="view trace-view">
      <header>
        <h2>One request's way</h2>
        <AskFor id={id} />
      </header>
      {id === null ? (
        <p className="muted">
          By its x-request-id, its trace id, the Idempotency-Key it was sent with, or the order that it made. Of what
          failed all is kept for a while, of what went well some; checkouts stay in the journal.
        </p>
      ) : (
        <Traced client={client} id={id} />
      )}
    </article>
  );
}

function AskFor({ id }: { readonly id: string | null }) {
  const [typed, setTyped] = useState(id ?? "");
  // Another address, another name; the field stays the same one, so that whoever types in it keeps the keyboard there.
  useEffect(() => setTyped(id ?? ""), [id]);
  const field = useId();
  return (
    <form
      className="ask-for"
      onSubmit={(event) => {
        event.preventDefault();
        if (typed.trim() !== "") navigate({ view: "trace", id: typed.trim() });
      }}
    >
      <label htmlFor={field}>Request, order or key</label>
      <input
        id={field}
        type="search"
        value={typed}
        maxLength={ID_LENGTH_MAX}
        spellCheck={false}
        autoComplete="off"
        onChange={({ target }) => setTyped(target.value)}
      />
      <button type="submit">Show its way</button>
    </form>
  );
}

function Traced({ client, id }: { readonly client: HoustonClient; readonly id: string }) {
  const trace = usePolled(
    useCallback(() => client.trace(id), [client, id]),
    ASK_EVERY_MS,
  );
  return (
    <Answered polled={trace} what="its way">
      {(found) => <Found id={id} trace={found} />}
    </Answered>
  );
}

function Found({ id, trace }: { readonly id: string; readonly trace: Trace }) {
  const journal = useMemo(() => readJournal(trace.journal), [trace.journal]);
  const waterfall = useMemo(() => waterfallOf({ journal, hops: trace.hops }), [journal, trace.hops]);
  const silent = silentSentence(trace);
  if (waterfall.lanes.length === 0) {
    return (
      <section className="card" role="status">
        <p>
          <strong>Nobody remembers a request {id}.</strong>
        </p>
        <p className="muted">
          Of what went well some is kept, and of what failed all, for a while; checkouts stay in the journal. {silent}
        </p>
      </section>
    );
  }
  return (
    <>
      <section className="card" aria-label="In a sentence">
        <p className="headline">
          <strong>{traceSentence(journal, waterfall)}</strong>
        </p>
        {silent !== null && <p className="silent">{silent}</p>}
        <p className="muted">
          Began <ExactMoment at={waterfall.axis.from} />. Times are by the clocks of those who wrote them down.
        </p>
      </section>
      <section className="card" aria-label="Step by step">
        <WaterfallChart waterfall={waterfall} />
      </section>
      {journal !== null && <Names journal={journal} />}
    </>
  );
}

function Names({ journal }: { readonly journal: Journal }) {
  return (
    <section className="card" aria-label="Its names">
      <h3>Also known as</h3>
      <ul className="names">
        {[...new Set([journal.key, ...journal.names])]
          .filter((name) => name !== "")
          .map((name) => (
            <li key={name}>
              <code>{name}</code>
            </li>
          ))}
      </ul>
    </section>
  );
}
