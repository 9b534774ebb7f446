import type { UnixMs } from "../step.ts";
import { newGaugeCase } from "./gauge-case.ts";
import { newHistories } from "./rank.ts";
import type { JudgeState } from "./state.ts";
import { forgetLooks } from "./stream.ts";

/**
 * Time goes on, and small steps back are not taken. A clock that was far ahead and is put right is another matter: this
 * node would date all it says ahead, and nobody would hear it, until the world has caught up. Then what was seen lately
 * is forgotten, what is usual is kept, and it goes on from the right time.
 */
export function advance(state: JudgeState, at: UnixMs): void {
  if (!Number.isFinite(at)) return;
  if (at >= state.at - PUT_RIGHT_MS) {
    state.at = Math.max(state.at, at);
    return;
  }
  for (const stream of state.streams.values()) {
    forgetLooks(stream);
    stream.lastAt = 0;
    stream.finestAt = Math.min(stream.finestAt, at);
    stream.frozenSince = null;
    stream.rhythm = null;
  }
  for (const known of state.units.values()) if (known.changed !== null) known.changed = { ...known.changed, since: at };
  for (const each of [...state.zones.values(), ...state.gauges.values()]) each.usedAt = Math.min(each.usedAt, at);
  for (const kept of state.versions.values()) kept.at = Math.min(kept.at, at);
  for (const { waiting } of Object.values(state.doors)) waiting.clear();
  for (const door of Object.values(state.doors)) door.sweptAt = 0;
  for (const line of state.setAside.lines.values()) line.lastAt = Math.min(line.lastAt, at);
  state.deploys = state.deploys.map((deploy) => ({ ...deploy, at: Math.min(deploy.at, at) }));
  state.silence.heardAt = at;
  state.histories = newHistories();
  state.gaugeCase = newGaugeCase();
  state.sights.clear();
  state.others.clear();
  state.heard.clear();
  state.startedAt = at;
  state.at = at;
}

/** Further than clocks are ever nudged. */
const PUT_RIGHT_MS = 60_000;
