import type { ControlEffect, Words } from "../control-contract.ts";
import type { Estate, LocationName } from "../estate.ts";
import { assert } from "../errors.ts";
import type { Reason, UnixMs } from "../step.ts";
import type { ControlState, Place } from "./state.ts";

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type DraftPlace = Writable<Place>;
type Draft = Writable<Omit<ControlState, "places" | "said">> & {
  places: Record<LocationName, DraftPlace>;
  said: Record<string, UnixMs>;
};

/**
 * One turn of control: a draft of the next state that the rooms below may write, and what comes out.
 * Only the top and the places are copied; everything deeper is replaced, never written, so the state
 * that went in stays as it was.
 */
export type Turn = {
  readonly now: Draft;
  readonly effects: ControlEffect[];
  readonly reasons: Reason[];
};

/** Said and reasoned keys older than this are forgotten, which bounds the state. */
const SAID_KEPT_MS = 900_000;
const SAID_KEPT_MAX = 500;

export function openTurn(state: ControlState, at: UnixMs): Turn {
  const places: Record<LocationName, DraftPlace> = {};
  for (const location of state.estate?.locations ?? []) places[location.name] = { ...state.places[location.name]! };
  // An event that comes late never turns the clock back.
  return { now: { ...state, at: Math.max(at, state.at), places, said: { ...state.said } }, effects: [], reasons: [] };
}

export function estateOf(turn: Turn): Estate {
  assert(turn.now.estate !== null, "control decided before it was configured");
  return turn.now.estate;
}

export function placesOf(turn: Turn): readonly DraftPlace[] {
  return estateOf(turn).locations.map((location) => turn.now.places[location.name]!);
}

export function placeOf(turn: Turn, name: LocationName): DraftPlace {
  const place = turn.now.places[name];
  assert(place !== undefined, `no place ${name}`);
  return place;
}

export type { DraftPlace };

/** Whether a thing may be said again: true at most once in `everyMs`. */
export function once(turn: Turn, key: string, everyMs: number): boolean {
  const last = turn.now.said[key];
  if (last !== undefined && turn.now.at - last < everyMs) return false;
  turn.now.said[key] = turn.now.at;
  return true;
}

export function forget(turn: Turn, key: string): void {
  delete turn.now.said[key];
}

/** Waits repeat four times a second; their reasons are given when they begin and every so often. */
const REASON_EVERY_MS = 60_000;

export function reason(turn: Turn, code: string, says: string, location?: LocationName): void {
  if (!once(turn, `reason ${code} ${location ?? ""}`, REASON_EVERY_MS)) return;
  turn.reasons.push(location === undefined ? { code, says } : { code, says, location });
}

/** A decision: its reason is always given. */
export function decision(turn: Turn, code: string, says: string, location?: LocationName): void {
  turn.reasons.push(location === undefined ? { code, says } : { code, says, location });
}

export function effectId(turn: Turn, kind: string): string {
  turn.now.effects += 1;
  return `${kind}-${turn.now.effects}`;
}

export function say(turn: Turn, words: Omit<Words, "at">): void {
  turn.effects.push({ kind: "say", id: effectId(turn, "say"), words: { at: turn.now.at, ...words } });
}

/** Ends the turn: bounds what would grow for ever. */
export function closeTurn(turn: Turn): ControlState {
  const { now } = turn;
  const keys = Object.keys(now.said);
  if (keys.length > SAID_KEPT_MAX) {
    for (const key of keys.toSorted((a, b) => (a < b ? -1 : 1)))
      if (now.at - now.said[key]! > SAID_KEPT_MS) delete now.said[key];
  }
  return now;
}
