import type { LocationDetail } from "../../../../src/api/contract.ts";
import { seconds } from "../shared/figures.ts";
import { Sign } from "../../look/sign.tsx";
import { seenSentence, sightEvidence, sightVerdict, sightWords } from "./stack-words.ts";

/** How the other locations see it by their probes: nobody is believed alone. */
export function SeenBy({ seenBy, at }: { readonly seenBy: LocationDetail["seenBy"]; readonly at: number | null }) {
  const sights = Object.entries(seenBy).sort(
    ([one, a], [other, b]) =>
      b.failedLooks - a.failedLooks || b.failures - a.failures || b.grayNats - a.grayNats || (one < other ? -1 : 1),
  );
  return (
    <section className="card" aria-label="How others see it">
      <h3>How others see it</h3>
      <p>{seenSentence(sights.map(([, sight]) => sight))}</p>
      {sights.length > 0 && (
        <details>
          <summary>By who looks</summary>
          <table>
            <thead>
              <tr>
                <th scope="col">from</th>
                <th scope="col">in the last 10 s</th>
                <th scope="col">evidence</th>
                <th scope="col" className="number">
                  looked
                </th>
              </tr>
            </thead>
            <tbody>
              {sights.map(([from, sight]) => (
                <tr key={from}>
                  <th scope="row">{from}</th>
                  <td>
                    <Sign verdict={sightVerdict(sight)} size={12} /> {sightWords(sight)}
                  </td>
                  <td>{sightEvidence(sight)}</td>
                  <td className="number">
                    {at === null ? "–" : `${seconds(Math.max(0, at - sight.lookedAt))} before`}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
    </section>
  );
}
