import { useEffect, useState } from "react";
import type { HoustonClient } from "../../../../src/api/client.ts";
import type { LocationView } from "../../../../src/core/control-contract.ts";
import type { Estate } from "../../../../src/core/estate.ts";
import { ProblemBox } from "../../look/problem-box.tsx";
import { Sign } from "../../look/sign.tsx";
import { Link, navigate } from "../../navigation.tsx";
import { problemOf, type Problem } from "../../use-answer.ts";
import { added, counted, fullness, rps } from "../shared/figures.ts";
import { summarisePlan, worstFirst, type Loss } from "./plan-summary.ts";

/** "Could we lose any of them?": each location's loss, the worst first. Asked one after the other, and only when told to. */
export function EveryLoss(props: {
  readonly client: HoustonClient;
  readonly estate: Estate;
  readonly locations: readonly LocationView[];
  readonly isAsked: boolean;
}) {
  const { estate, isAsked } = props;
  return (
    <section className="card" aria-label="Every loss">
      <h3>Could any one of them go?</h3>
      {isAsked ? (
        <Losses {...props} />
      ) : (
        <p>
          <button type="button" onClick={() => navigate({ view: "losses" }, "within")}>
            Check {counted(estate.locations.length, "location")}
          </button>{" "}
          <span className="muted">one plan each, as things are now; nothing moves</span>
        </p>
      )}
    </section>
  );
}

function Losses(props: {
  readonly client: HoustonClient;
  readonly estate: Estate;
  readonly locations: readonly LocationView[];
}) {
  // As things were when it was asked: rows that come later must not be about another moment than those before.
  const [{ client, estate, locations }] = useState(props);
  const [losses, setLosses] = useState<readonly Loss[]>([]);
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => {
    let ended = false;
    const askAll = async (): Promise<void> => {
      for (const { name } of estate.locations) {
        const answer = await client.plan(name);
        if (ended) return;
        const summary = summarisePlan({ answer, estate, locations });
        setLosses((before) => [...before, { name, summary, medianMs: answer.addedMs.p50 }].sort(worstFirst));
      }
    };
    askAll().catch((error: unknown) => !ended && setProblem(problemOf(error)));
    return () => {
      ended = true;
      setLosses([]);
    };
  }, [client, estate, locations]);
  const all = estate.locations.length;
  const short = losses.filter(({ summary }) => summary.unservedRps > 0).length;
  return (
    <>
      <p role="status">
        {losses.length < all
          ? `${losses.length} of ${all} asked ...`
          : short === 0
            ? `Any one of the ${all} could go now; everyone fits.`
            : `${short} of ${all} could not go without someone finding no place.`}
      </p>
      {problem !== null && <ProblemBox problem={problem} />}
      {losses.length > 0 && (
        <table className="plan-receivers">
          <thead>
            <tr>
              <th scope="col">without</th>
              <th scope="col">finds no place</th>
              <th scope="col" className="number">
                moves
              </th>
              <th scope="col">fullest then</th>
              <th scope="col" className="number">
                median
              </th>
              <th scope="col">grows first</th>
            </tr>
          </thead>
          <tbody>
            {losses.map((loss) => (
              <LossRow key={loss.name} loss={loss} />
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

function LossRow({ loss: { name, summary, medianMs } }: { readonly loss: Loss }) {
  const [fullest] = summary.receivers;
  return (
    <tr>
      <th scope="row">
        <Link to={{ view: "plan", without: name }}>{name}</Link>
      </th>
      <td data-label="finds no place">
        <span>
          <Sign verdict={summary.unservedRps > 0 ? "failing" : "healthy"} size={12} />
          {summary.unserved.length === 0
            ? "everyone fits"
            : summary.unserved.map((each) => `${each.class.toUpperCase()} ${rps(each.rps)}`).join(", ")}
        </span>
      </td>
      <td className="number" data-label="moves">
        {rps(summary.leavesRps - summary.unservedRps)}
      </td>
      <td data-label="fullest then">
        {fullest === undefined ? "–" : `${fullest.name} ${fullness(fullest.utilisationAfter)}`}
      </td>
      <td className="number" data-label="median">
        {added(medianMs)}
      </td>
      <td data-label="grows first">{summary.grow.map(({ location }) => location).join(", ") || "nobody"}</td>
    </tr>
  );
}
