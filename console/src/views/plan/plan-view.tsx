import { useCallback, useId, useMemo } from "react";
import type { HoustonClient } from "../../../../src/api/client.ts";
import type { ControlView } from "../../../../src/core/control-contract.ts";
import type { Estate } from "../../../../src/core/estate.ts";
import type { WhatIf } from "../../../../src/core/plan/what-if.ts";
import { useLive } from "../../context.tsx";
import { navigate } from "../../navigation.tsx";
import { Answered } from "../shared/answered.tsx";
import { added, amount, fullness, listed, rps } from "../shared/figures.ts";
import { usePolled } from "../shared/use-polled.ts";
import { Sign } from "../../look/sign.tsx";
import { EveryLoss } from "./every-loss.tsx";
import { growSentence, planSentence, summarisePlan, type PlanSummary } from "./plan-summary.ts";
import { ReceiverTable } from "./receiver-table.tsx";
import { When } from "../shared/when.tsx";
import "./plan.css";

/** Demand drifts over minutes, and each answer costs Houston a plan of the whole estate. */
const ASK_EVERY_MS = 10_000;

/** "What if this location went?": where its users would go, how full that makes the others, who would find no place. */
export function PlanView(props: {
  readonly client: HoustonClient;
  readonly without: string | null;
  /** Whether the loss of each location is worked out as well; only with nobody gone. */
  readonly areLossesAsked: boolean;
}) {
  const { client, without, areLossesAsked } = props;
  const estate = useLive((live) => live.world?.estate ?? null);
  const plan = usePolled(
    useCallback(async () => {
      const [answer, view] = await Promise.all([client.plan(without ?? undefined), client.view()]);
      return { answer, view };
    }, [client, without]),
    ASK_EVERY_MS,
  );
  const field = useId();
  return (
    <article className="view plan-view">
      <header>
        <h2>What if a location went?</h2>
        {estate !== null && (
          <p>
            <label htmlFor={field}>Without</label>{" "}
            <select
              id={field}
              value={without ?? ""}
              onChange={({ target }) =>
                navigate({ view: "plan", without: target.value === "" ? null : target.value }, "within")
              }
            >
              <option value="">nobody gone: is there a better plan?</option>
              {estate.locations.map(({ name }) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </p>
        )}
      </header>
      <Answered polled={plan} what="the plan">
        {({ answer, view }) =>
          estate !== null && (
            <>
              <Planned estate={estate} answer={answer} view={view} />
              {without === null && (
                <EveryLoss client={client} estate={estate} locations={view.locations} isAsked={areLossesAsked} />
              )}
            </>
          )
        }
      </Answered>
    </article>
  );
}

function Planned({
  estate,
  answer,
  view,
}: {
  readonly estate: Estate;
  readonly answer: WhatIf;
  readonly view: ControlView;
}) {
  const summary = useMemo(
    () => summarisePlan({ answer, estate, locations: view.locations }),
    [answer, estate, view.locations],
  );
  const grows = growSentence(summary);
  const short = summary.unservedRps > 0;
  return (
    <>
      <section className={short ? "card short" : "card"} aria-label="In a sentence">
        <p className="headline">
          <Sign size={12} verdict={short ? "failing" : "healthy"} />
          <strong>{planSentence(summary, answer.addedMs)}</strong> {grows}
        </p>
        <p className="muted">
          As things are at <When at={view.at} />. Nothing moves by asking.
        </p>
      </section>
      {short && <NoPlace summary={summary} />}
      {summary.receivers.length > 0 && (
        <section className="card" aria-label="Who would go where">
          <h3>Who would go where</h3>
          <ReceiverTable summary={summary} guard={estate.guards.maxUtilisation} />
          {summary.makesRoomRps > 0 && (
            <p className="muted">{rps(summary.makesRoomRps)} of that are others' users, who move on to make room.</p>
          )}
          {summary.others.length > 0 && (
            <p className="muted">
              Not touched: {listed(summary.others.map(({ name, utilisation }) => `${name} ${fullness(utilisation)}`))}.
            </p>
          )}
        </section>
      )}
      {answer.moves.length > 0 && <Added addedMs={answer.addedMs} />}
    </>
  );
}

function NoPlace({ summary }: { readonly summary: PlanSummary }) {
  return (
    <section className="card short" aria-label="Who finds no place">
      <h3>
        <Sign verdict="failing" size={12} /> {rps(summary.unservedRps)} find no place
      </h3>
      <ul className="no-place">
        {summary.unserved.map(({ class: name, rps: count, zones, why }) => (
          <li key={name}>
            <b>{name.toUpperCase()}</b> {rps(count)}: {why ?? "no room where it may go"}
            <span className="muted"> in {namesOrCount(zones)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** More names than this say no more than their number. */
const ZONES_NAMED = 4;

function namesOrCount(zones: readonly string[]): string {
  if (zones.length <= ZONES_NAMED) return listed(zones);
  return `${zones.slice(0, ZONES_NAMED - 1).join(", ")} and ${amount(zones.length - ZONES_NAMED + 1)} more zones`;
}

function Added({ addedMs }: { readonly addedMs: WhatIf["addedMs"] }) {
  const { p50, p95, worstZone } = addedMs;
  return (
    <section className="card" aria-label="How much further">
      <h3>How much further they would be</h3>
      <dl className="facts">
        <div>
          <dt>half of them, at most</dt>
          <dd>{added(p50)}</dd>
        </div>
        <div>
          <dt>95 of 100, at most</dt>
          <dd>{added(p95)}</dd>
        </div>
        {worstZone !== null && (
          <div>
            <dt>furthest</dt>
            <dd>
              {worstZone.zone} {added(worstZone.ms)}
            </dd>
          </div>
        )}
      </dl>
    </section>
  );
}
