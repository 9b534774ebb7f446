import { percent, rps } from "../../../src/core/control/words.ts";
import { useLive } from "../context.tsx";
import { Bar } from "../look/bar.tsx";
import { ProblemBox } from "../look/problem-box.tsx";
import type { OrderPreview } from "../../../src/api/contract.ts";
import type { Answer } from "../use-answer.ts";

/** Who takes how much stands in the table, with bars; for faces without one it is a line as well. */
const isNoReceiverLine = (line: string): boolean => !/^to .+ \(then .+ full\)/.test(line);

/** What would happen, before it does. */
export function PreviewBox({ previewed }: { readonly previewed: Answer<OrderPreview> }) {
  const mark = useLive((live) => live.world?.estate.guards.maxUtilisation);
  switch (previewed.state) {
    case "none":
      return <p className="muted">Choose a location to see what would happen.</p>;
    case "asking":
      return <p className="muted">Asking what it would do ...</p>;
    case "failed":
      return <ProblemBox problem={previewed.problem} />;
    case "known": {
      const { says, receivers } = previewed.value;
      return (
        <section className="preview" aria-label="What it would do">
          <ul>
            {says.filter(isNoReceiverLine).map((line, index) => (
              <li key={`${index} ${line}`}>{line}</li>
            ))}
          </ul>
          {receivers.length > 0 && (
            <table className="receivers">
              <caption className="hidden">Who would take it</caption>
              <thead>
                <tr>
                  <th scope="col">To</th>
                  <th scope="col">Takes</th>
                  <th scope="col">Full then</th>
                </tr>
              </thead>
              <tbody>
                {receivers.map(({ name, takesRps, utilisation }) => (
                  <tr key={name}>
                    <th scope="row">{name}</th>
                    <td className="number">{rps(takesRps)} rps</td>
                    <td>
                      <Bar share={utilisation} {...(mark === undefined ? {} : { mark })} says={percent(utilisation)} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </section>
      );
    }
  }
}
