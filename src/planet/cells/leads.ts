import type { LocationName } from "../../core/estate.ts";
import type { SteeringDriver } from "../../drivers/steering-contract.ts";
import type { Clock } from "../../runtime/clock.ts";

/**
 * Who leads a cell. Before users leave a location its member hands the lead on, so that no checkout of theirs waits for an election;
 * and while it is left, it is given no lead again.
 */
export type Leads = {
  /** Resolves when no cell is led from where users leave, or after a while: a move never waits for more. */
  left(): Promise<void>;
  stop(): void;
};

export type LedCell = {
  readonly members: Readonly<Record<LocationName, string>>;
  readonly leaveLead: (...leaving: readonly string[]) => Promise<unknown>;
};

/** A lead is handed on in a round trip; a member that takes longer is ill itself, and leads no longer than it lives. */
const LEAVE_WITHIN_MS = 400;
const LOOK_EVERY_MS = 2000;

export function watchLeads(options: {
  readonly clock: Clock;
  readonly cells: readonly LedCell[];
  /** Where users leave, or have left. */
  readonly leaving: () => readonly LocationName[];
}): Leads {
  const { clock, cells, leaving } = options;
  let done = "";
  let underway: Promise<void> | null = null;

  async function leave(locations: readonly LocationName[]): Promise<void> {
    await Promise.all(
      cells.map(async ({ members, leaveLead }) => {
        const endpoints = locations.flatMap((name) => members[name] ?? []);
        // A cell without a majority has no lead to hand on, and one that is left whole keeps its own.
        if (endpoints.length === 0 || endpoints.length === Object.keys(members).length) return;
        await leaveLead(...endpoints).catch(() => {});
      }),
    );
  }
  const stop = clock.every(LOOK_EVERY_MS, () => {
    const locations = leaving();
    if (locations.length > 0) void leave(locations);
  });
  return {
    async left() {
      const locations = leaving();
      const wanted = locations.join(" ");
      if (wanted === done) return underway ?? undefined;
      done = wanted;
      if (locations.length === 0) return;
      const late = new Promise<void>((resolve) => clock.after(LEAVE_WITHIN_MS, resolve));
      underway = Promise.race([leave(locations), late]).finally(() => (underway = null));
      return underway;
    },
    stop,
  };
}

/** A table is applied once no cell is led from where it takes users away. */
export function afterLeads(leads: Pick<Leads, "left">, driver: SteeringDriver): SteeringDriver {
  return {
    ...driver,
    async apply(table, signal) {
      await leads.left();
      return driver.apply(table, signal);
    },
  };
}
