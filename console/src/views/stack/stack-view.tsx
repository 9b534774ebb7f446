import { useCallback, useMemo } from "react";
import type { HoustonClient } from "../../../../src/api/client.ts";
import type { LocationDetail } from "../../../../src/api/contract.ts";
import type { Why } from "../../../../src/api/why.ts";
import type { ServiceRate } from "../../../../src/core/summary.ts";
import { useLive } from "../../context.tsx";
import { lookAt, navigate, type Going } from "../../navigation.tsx";
import { Answered } from "../shared/answered.tsx";
import { usePolled } from "../shared/use-polled.ts";
import { Decisions } from "./decisions.tsx";
import { MomentChoice } from "./moment-choice.tsx";
import { SeenBy } from "./seen-by.tsx";
import { Stack } from "./stack.tsx";
import { withoutOldEvidence } from "./stack-evidence.ts";
import type { NodeId } from "./stack-graph.ts";
import { VerdictCard } from "./verdict-card.tsx";
import "./stack.css";

/** As often as a node speaks; what was decided changes more rarely. */
const NOW_EVERY_MS = 1000;
const WHY_EVERY_MS = 3000;

/** One location from its users down to its provider: what is wrong in it, how one knows, and what was decided about it. */
export function StackView(props: {
  readonly client: HoustonClient;
  readonly name: string;
  readonly at: number | null;
  /** The box that was chosen. */
  readonly part: string | null;
  /** Its node is not heard now. */
  readonly isSilent: boolean;
}) {
  const { client, name, at, part, isSilent } = props;
  const isNow = at === null;
  const now = usePolled(
    useCallback(async () => ({ detail: isNow ? await client.location(name) : null }), [client, name, isNow]),
    isNow ? NOW_EVERY_MS : null,
  );
  const why = usePolled(
    useCallback(() => client.why(name, at ?? undefined), [client, name, at]),
    isNow ? WHY_EVERY_MS : null,
  );
  const choose = useCallback(
    (next: NodeId, going: Going) => navigate({ view: "location", name, at, part: next }, going),
    [name, at],
  );
  return (
    <section className="view stack-view" aria-label={`The stack of ${name}`}>
      <MomentChoice at={at} setAt={(moment) => lookAt({ view: "location", name, at, part }, moment)} />
      <Answered polled={now} what="this location">
        {({ detail }) => (
          <Answered polled={why} what="its decisions">
            {(reasons) => <Located detail={detail} why={reasons} isSilent={isSilent} chosen={part} choose={choose} />}
          </Answered>
        )}
      </Answered>
    </section>
  );
}

function Located(props: {
  readonly detail: LocationDetail | null;
  readonly why: Why;
  readonly isSilent: boolean;
  readonly chosen: NodeId | null;
  readonly choose: (id: NodeId, going: Going) => void;
}) {
  const { detail, why, isSilent, chosen, choose } = props;
  const estate = useLive((live) => live.world?.estate ?? null);
  const found = detail?.view.verdict ?? why.verdict;
  const verdict = useMemo(() => (found === null ? null : withoutOldEvidence(found)), [found]);
  const provider = estate?.locations.find(({ name }) => name === why.location)?.provider ?? null;
  // What its services did when it was last heard is not what they do.
  const rates = isSilent ? NO_RATES : (detail?.own?.rates ?? NO_RATES);
  const stack = useMemo(
    () =>
      verdict === null || estate === null ? null : <Stack {...{ estate, provider, verdict, rates, chosen, choose }} />,
    [estate, provider, verdict, rates, chosen, choose],
  );
  return (
    <>
      {verdict === null ? (
        <p className="muted">Nothing had been noted of it by then.</p>
      ) : (
        <VerdictCard
          verdict={verdict}
          stateThen={detail === null ? why.state : null}
          deploys={detail?.own?.deploys ?? []}
        />
      )}
      {stack}
      {detail === null ? (
        <p className="muted">
          What each service did then, and how the others saw it, is in its recording:{" "}
          <code>houston record --location {why.location}</code>
        </p>
      ) : (
        <SeenBy seenBy={detail.seenBy} at={detail.view.summaryAt} />
      )}
      <Decisions why={why} />
    </>
  );
}

const NO_RATES: readonly ServiceRate[] = [];
