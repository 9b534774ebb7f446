import { added, amount, counted, fullness, percent, rps } from "../shared/figures.ts";
import type { PlanSummary, Receiver } from "./plan-summary.ts";

/** Each receiver with what it takes of each class, how full that makes it, and whose users they are. */
export function ReceiverTable({ summary, guard }: { readonly summary: PlanSummary; readonly guard: number }) {
  const { receivers, classes } = summary;
  const taken = classes.filter((name) => receivers.some(({ byClass }) => byClass.has(name)));
  const all = Math.max(LEAST_RPS, sumOf(receivers));
  const most = Math.max(...receivers.map(({ takesRps }) => takesRps));
  return (
    <table className="plan-receivers">
      <thead>
        <tr>
          <th scope="col">to</th>
          <th scope="col" className="number">
            takes
          </th>
          {taken.map((name) => (
            <th scope="col" key={name} className="number">
              {name.toUpperCase()}
            </th>
          ))}
          <th scope="col">full, of what it can grow to; mark: the guard's {fullness(guard)}</th>
          <th scope="col" className="number">
            grows first to
          </th>
          <th scope="col">whose users</th>
        </tr>
      </thead>
      <tbody>
        {receivers.map((receiver) => (
          <tr key={receiver.name}>
            <th scope="row">{receiver.name}</th>
            <td className="number takes" data-label="takes">
              {rps(receiver.takesRps)} <span className="muted">{percent(receiver.takesRps / all)}</span>
              <span className="share" aria-hidden="true">
                <span style={{ width: `${(100 * receiver.takesRps) / Math.max(1, most)}%` }} />
              </span>
            </td>
            {taken.map((name) => (
              <td key={name} className="number" data-label={name.toUpperCase()}>
                {amount(receiver.byClass.get(name) ?? 0)}
              </td>
            ))}
            <td data-label="full">
              <Fullness receiver={receiver} guard={guard} />
            </td>
            <td className="number" data-label="grows first to">
              {receiver.growsToRps === null ? "ready" : rps(receiver.growsToRps)}
            </td>
            <td data-label="whose users">
              <Zones receiver={receiver} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const LEAST_RPS = 0.001;

function sumOf(receivers: readonly Receiver[]): number {
  return receivers.reduce((sum, { takesRps }) => sum + takesRps, 0);
}

/** Before and after as one bar: what is added stands out, and the guard is a line across it. */
function Fullness({ receiver, guard }: { readonly receiver: Receiver; readonly guard: number }) {
  const { utilisationBefore: before, utilisationAfter: after } = receiver;
  const atGuard = after >= guard - AT_GUARD;
  return (
    <span className="fullness">
      <span className="track" aria-hidden="true">
        <span className="before" style={{ width: wide(Math.min(before, after)) }} />
        <span
          className={atGuard ? "after at-guard" : "after"}
          style={{ left: wide(Math.min(before, after)), width: wide(Math.max(0, after - before)) }}
        />
        <span className="guard" style={{ left: wide(guard) }} />
      </span>
      <span>
        {fullness(before)} → <b>{fullness(after)}</b>
        {atGuard && " at the guard"}
      </span>
    </span>
  );
}

/** Less below it is rounding. */
const AT_GUARD = 0.002;

const wide = (share: number): string => `${100 * Math.min(1, Math.max(0, share))}%`;

const ZONES_MAX = 40;

function Zones({ receiver: { zones } }: { readonly receiver: Receiver }) {
  const [first] = zones;
  if (first === undefined) return null;
  if (zones.length === 1) return <ZoneLine zone={first} />;
  return (
    <details>
      <summary>{counted(zones.length, "zone")}</summary>
      <ul className="zones">
        {zones.slice(0, ZONES_MAX).map((zone) => (
          <li key={zone.zone}>
            <ZoneLine zone={zone} />
          </li>
        ))}
        {zones.length > ZONES_MAX && <li className="muted">and {counted(zones.length - ZONES_MAX, "more", "more")}</li>}
      </ul>
    </details>
  );
}

function ZoneLine({ zone: { zone, rps: count, addedMs } }: { readonly zone: Receiver["zones"][number] }) {
  return (
    <span>
      {zone}{" "}
      <span className="muted">
        {rps(count)}
        {addedMs !== null && `, ${added(addedMs)}`}
      </span>
    </span>
  );
}
