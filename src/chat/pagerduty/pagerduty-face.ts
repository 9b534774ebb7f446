import type { Incident } from "../../core/control-contract.ts";
import type { UnixMs } from "../../core/step.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { ChatFace, ChatLog, Moment } from "../contract.ts";
import { deliverer, type Letter, type Post } from "../deliver.ts";
import { incidentKey, type ChatMemory } from "../memory.ts";
import { materialOf } from "../parts.ts";
import { triggerEvent, type PagerDutyEvent } from "./event.ts";

/**
 * PagerDuty: an incident that is urgent triggers one alert, is acknowledged when it is urgent no more (somebody answered, or it
 * got better), and resolved when it is closed. One that never was urgent rings nobody.
 */
type Kept = {
  readonly told: "nothing" | PagerDutyEvent["event_action"];
  /** What the alert said last. */
  readonly material: string | null;
  readonly toldAt: UnixMs;
};

/** An alert that is there already is only brought up to date: seldom, for each one is a line in its log. */
const UPDATE_EVERY_MS = 60_000;
const INCIDENTS_MAX = 500;
const FACE = "pagerduty";

export function pagerDutyFace(options: {
  readonly url: string;
  readonly routingKey: string;
  readonly clock: Clock;
  readonly memory: ChatMemory;
  readonly log: ChatLog;
  readonly post: Post;
}): ChatFace {
  const { url, routingKey, clock, memory, log, post } = options;
  const kept = new Map([...memory.incidents(FACE)].map(([key, one]) => [key, one as Kept]));
  /** Null until Houston was heard: what is missing in nothing is not gone. */
  let newest: ReadonlyMap<string, Incident> | null = null;
  /** What PagerDuty knows once the letter on its way has arrived. */
  const saying = new Map<string, Kept>();

  const keep = (key: string, next: Kept): void => {
    kept.set(key, next);
    memory.keepIncident(FACE, key, next);
  };

  const letterOf = (key: string): Letter | null => {
    const incident = newest?.get(key) ?? null;
    const action = newest === null ? null : nextAction(incident, kept.get(key)!, clock.now());
    if (action === null) return null;
    const dedupKey = `houston-${key}`;
    const event =
      action === "trigger"
        ? triggerEvent(incident!, { routingKey, dedupKey })
        : { routing_key: routingKey, event_action: action, dedup_key: dedupKey };
    saying.set(key, { told: action, material: incident && materialOf(incident), toldAt: clock.now() });
    return { about: key, url, body: JSON.stringify(event), headers: () => ({}) };
  };

  const sender = deliverer({
    name: FACE,
    clock,
    log,
    post,
    next: (isOnItsWay) =>
      [...kept.keys()]
        .filter((key) => !isOnItsWay(key))
        .sort((a, b) => (a < b ? -1 : 1))
        .flatMap((key) => letterOf(key) ?? []),
    done({ about: key }, how) {
      const said = saying.get(key);
      saying.delete(key);
      // What was given up on is asked for afresh: an alert that nobody got is none. A refused one would be refused again.
      if (how !== "given-up" && said !== undefined && kept.has(key)) keep(key, said);
    },
  });

  const take = (moment: Moment): void => {
    newest = new Map(moment.view.incidents.map((incident) => [incidentKey(incident), incident]));
    for (const [key, incident] of newest) {
      if (kept.has(key) || incident.level !== "urgent" || incident.closedAt !== null) continue;
      if (kept.size < INCIDENTS_MAX) keep(key, { told: "nothing", material: null, toldAt: 0 });
    }
    for (const [key, { told }] of kept) {
      if (newest.has(key) || told === "trigger" || told === "acknowledge" || saying.has(key)) continue;
      kept.delete(key);
      memory.forgetIncident(FACE, key);
    }
    sender.wake();
  };

  return {
    name: FACE,
    take,
    async stop() {
      sender.stop();
    },
  };
}

/** What PagerDuty must be told next; null when it knows. An incident that Houston has no more is closed. */
export function nextAction(incident: Incident | null, one: Kept, now: UnixMs): PagerDutyEvent["event_action"] | null {
  const rings = one.told === "trigger" || one.told === "acknowledge";
  if (incident === null || incident.closedAt !== null) return rings ? "resolve" : null;
  if (one.told === "resolve") return null;
  if (incident.level !== "urgent") return one.told === "trigger" ? "acknowledge" : null;
  if (one.told !== "trigger") return "trigger";
  return materialOf(incident) !== one.material && now - one.toldAt >= UPDATE_EVERY_MS ? "trigger" : null;
}
