import type { Incident } from "../../core/control-contract.ts";
import type { UnixMs } from "../../core/step.ts";
import { partsOf } from "../parts.ts";
import { cut, plain } from "../plain.ts";

/** An event of PagerDuty's Events API v2 (developer.pagerduty.com, "Send an Alert Event"). */
export type PagerDutyEvent = {
  readonly routing_key: string;
  readonly event_action: "trigger" | "acknowledge" | "resolve";
  readonly dedup_key: string;
  readonly payload?: {
    readonly summary: string;
    readonly source: string;
    readonly severity: "critical" | "error" | "warning" | "info";
    readonly timestamp: string;
    readonly component?: string;
    readonly group: string;
    readonly class: string;
    readonly custom_details: Readonly<Record<string, string>>;
  };
  readonly client?: string;
};

/** Why an alert is resolved is told only where it was not closed as it should be. */
export function closingEvent(
  action: "acknowledge" | "resolve",
  told: { readonly routingKey: string; readonly dedupKey: string; readonly says: string | null; readonly at: UnixMs },
): PagerDutyEvent {
  const { routingKey, dedupKey, says, at } = told;
  const event = { routing_key: routingKey, event_action: action, dedup_key: dedupKey };
  if (says === null) return event;
  const timestamp = new Date(at).toISOString();
  const about = {
    source: "houston chat",
    severity: "info",
    group: "houston",
    class: "gone",
    custom_details: {},
  } as const;
  return { ...event, payload: { summary: says, timestamp, ...about } };
}

/** The published limits. */
const SUMMARY_MAX = 1024;
/** Of 512 kB for the whole event: seven parts of so much are far below it, and more than a phone shows. */
const PART_MAX = 8000;

export function triggerEvent(incident: Incident, about: { routingKey: string; dedupKey: string }): PagerDutyEvent {
  return {
    routing_key: about.routingKey,
    event_action: "trigger",
    dedup_key: about.dedupKey,
    client: "Houston",
    payload: {
      summary: cut(plain(incident.brief || incident.what), SUMMARY_MAX),
      source: incident.location === null ? "all locations" : cut(plain(incident.location), SUMMARY_MAX),
      // A question with a deadline is as bad as users who are hurt: both want a person now.
      severity: incident.level === "urgent" ? "critical" : "warning",
      timestamp: new Date(incident.openedAt).toISOString(),
      ...(incident.location === null ? {} : { component: cut(plain(incident.location), SUMMARY_MAX) }),
      group: "houston",
      class: incident.location === null ? "everywhere" : "location",
      custom_details: {
        What: cut(plain(incident.what), PART_MAX),
        ...Object.fromEntries(partsOf(incident).map(({ label, text }) => [label, cut(text, PART_MAX)])),
      },
    },
  };
}
