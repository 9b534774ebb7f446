/**
 * The one shape of everything that decides: an event goes in, and out come the next state, what the
 * world should now do, and why. No clock, no chance, no I/O: time arrives on events, chance as a seed.
 */
export type Step<State, Event, Effect> = (state: State, event: Event) => Stepped<State, Effect>;

export type Stepped<State, Effect> = {
  readonly state: State;
  readonly effects: readonly Effect[];
  /** Why it did what it did, "do nothing" included: stable codes with a sentence for people. */
  readonly reasons: readonly Reason[];
};

export type Reason = {
  /** Stable, kebab-case, for programs: `receiver-not-ready`. */
  readonly code: string;
  /** One sentence with numbers, for people. */
  readonly says: string;
  readonly location?: string;
};

/** Unix milliseconds. In the core time is only ever read from an event. */
export type UnixMs = number;
