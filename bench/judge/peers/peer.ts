import type { Tick } from "./recording.ts";

/** A way to decide that a location must be left, with one knob turned to several settings, all tried at once. */
export type Peer<State = unknown> = {
  readonly name: string;
  readonly settings: readonly string[];
  /** The setting as documented, or as most people have it. */
  readonly documented: number;
  readonly begin: (locations: readonly string[], tickSeconds: number) => State;
  /** Changes `state`; by location, in their order, whether each setting says now that it must be left. */
  readonly pass: (state: State, tick: Tick) => readonly (readonly boolean[])[];
};
