import type { Incident } from "../../core/control-contract.ts";
import type { UnixMs } from "../../core/step.ts";
import type { Clock } from "../../runtime/clock.ts";
import { GONE_SAYS, isGone, missingSince } from "../absence.ts";
import type { ChatFace, ChatLog, Moment } from "../contract.ts";
import { deliverer, type Letter, type Post } from "../deliver.ts";
import { incidentKey, type ChatMemory } from "../memory.ts";
import { materialOf } from "../parts.ts";
import { closingEvent, triggerEvent, type PagerDutyEvent } from "./event.ts";

/**
 * PagerDuty: an incident that is urgent triggers one alert, is acknowledged when it is urgent no more (somebody answered, or it
 * got better), and resolved when it is closed. One that never was urgent rings nobody; one that PagerDuty refuses is offered
 * again, for an alert that nobody got is none.
 */
type Kept = {
  readonly told: "nothing" | PagerDutyEvent["event_action"];
  /** What the alert said last. */
  readonly material: string | null;
  readonly toldAt: UnixMs;
  /** How often in a row PagerDuty said no to what it is to be told, and when it did so last. */
  readonly refused: { readonly times: number; readonly at: UnixMs };
};

const NOT_REFUSED = { times: 0, at: 0 } as const;
/** Somebody may be putting the key right. */
const REFUSED_FOR_MS = 60_000;
/** A day of it. Then the incident is over, or everybody knows of it. */
const REFUSALS_MAX = 1440;

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
  const kept = new Map<string, Kept>(
    [...memory.incidents(FACE)].map(([key, one]) => [key, { ...(one as Kept), refused: NOT_REFUSED }]),
  );
  let newest: ReadonlyMap<string, Incident> = new Map();
  const missing = new Map<string, UnixMs>();
  /** What PagerDuty knows once the letter has arrived. */
  const saying = new WeakMap<Letter, Kept>();

  const keep = (key: string, next: Kept): void => {
    kept.set(key, next);
    memory.keepIncident(FACE, key, next);
  };

  const letterOf = (key: string): Letter | null => {
    const at = clock.now();
    const incident = newest.get(key) ?? null;
    const isOver = incident === null ? isGone(missing.get(key) ?? null, at) : incident.closedAt !== null;
    const action = nextAction({ incident, isOver }, kept.get(key)!, at);
    if (action === null) return null;
    const about = { routingKey, dedupKey: `houston-${key}` };
    const event =
      action === "trigger"
        ? triggerEvent(incident!, about)
        : closingEvent(action, { ...about, says: incident === null ? GONE_SAYS : null, at });
    const letter = { about: key, url, body: JSON.stringify(event), headers: () => ({}) };
    saying.set(letter, { told: action, material: incident && materialOf(incident), toldAt: at, refused: NOT_REFUSED });
    return letter;
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
    done(letter, how) {
      const key = letter.about;
      const one = kept.get(key);
      const said = saying.get(letter);
      if (one === undefined || said === undefined) return;
      const times = one.refused.times + 1;
      // What was given up on is asked for afresh at once, and what was refused after a while.
      if (how === "taken" || (how === "refused" && times >= REFUSALS_MAX)) keep(key, said);
      else if (how === "refused") keep(key, { ...one, refused: { times, at: clock.now() } });
    },
  });

  const take = (moment: Moment): void => {
    newest = new Map(moment.view.incidents.map((incident) => [incidentKey(incident), incident]));
    for (const [key, incident] of newest) {
      if (kept.has(key) || incident.level !== "urgent" || incident.closedAt !== null) continue;
      if (kept.size < INCIDENTS_MAX) keep(key, { told: "nothing", material: null, toldAt: 0, refused: NOT_REFUSED });
    }
    for (const [key, { told }] of kept) {
      const since = missingSince(missing.get(key) ?? null, { isShown: newest.has(key), moment });
      if (since === null) missing.delete(key);
      else missing.set(key, since);
      if (!isGone(since, moment.at) || rings(told) || sender.isOnItsWay(key)) continue;
      kept.delete(key);
      missing.delete(key);
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

/** Whether there is an alert that is not resolved. */
function rings(told: Kept["told"]): boolean {
  return told === "trigger" || told === "acknowledge";
}

/** What PagerDuty must be told next; null when it knows, or has just said no to it. */
function nextAction(
  { incident, isOver }: { readonly incident: Incident | null; readonly isOver: boolean },
  one: Kept,
  now: UnixMs,
): PagerDutyEvent["event_action"] | null {
  if (one.refused.times > 0 && now - one.refused.at < REFUSED_FOR_MS) return null;
  if (isOver) return rings(one.told) ? "resolve" : null;
  if (incident === null || one.told === "resolve") return null;
  if (incident.level !== "urgent") return one.told === "trigger" ? "acknowledge" : null;
  if (one.told !== "trigger") return "trigger";
  return materialOf(incident) !== one.material && now - one.toldAt >= UPDATE_EVERY_MS ? "trigger" : null;
}
