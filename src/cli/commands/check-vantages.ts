import type { ProbesSettings } from "../../config/probes-shape.ts";
import type { SteeringConfig } from "../../config/steering-config.ts";
import { CallerError } from "../../core/errors.ts";
import type { Estate, LocationName } from "../../core/estate.ts";
import type { RemoteLook, RemoteProbes } from "../../drivers/probe/remote.ts";
import { remoteLookers } from "../../production/vantages.ts";
import { clean } from "../clean.ts";

/** What a vantage elsewhere says when it is asked. */
export type ReachedVantage = {
  readonly from: LocationName;
  /** Whether it looked at every other location, as it was asked. */
  readonly reached: boolean;
  /** Why it could not be asked, or why it did not look; null: reached. */
  readonly says: string | null;
  /** How far its clock is from ours; null: not known. Nothing depends on it. */
  readonly clockAheadSeconds: number | null;
  /** Places that it looked at and did not see well, with what it saw instead. */
  readonly ill: readonly { readonly location: LocationName; readonly says: string }[];
};

/** Asks each for one look at every other location, with the very token that `houston run` asks with. */
export async function askVantages(config: {
  readonly estate: Estate;
  readonly probes: ProbesSettings | null;
  readonly steering: SteeringConfig | null;
}): Promise<readonly ReachedVantage[]> {
  let remotes: ReadonlyMap<LocationName, RemoteProbes>;
  try {
    remotes = remoteLookers({ ...config, env: process.env }, () => {});
  } catch (error) {
    if (!(error instanceof CallerError)) throw error;
    const says = `${error.message}: ${error.hint}`;
    return (config.probes?.remote ?? []).map(({ from }) => ({ ...UNASKED, from, says }));
  }
  const names = config.estate.locations.map(({ name }) => name);
  return Promise.all(
    [...remotes].map(async ([from, remote]): Promise<ReachedVantage> => {
      const others = names.filter((name) => name !== from);
      const looks = await Promise.all(
        others.map(async (location) => ({ location, look: await remote.ask({ location }) })),
      );
      await remote.stop();
      return { from, ...summed(looks, Date.now()) };
    }),
  );
}

export function isWellPlaced({ reached, ill }: ReachedVantage): boolean {
  return reached && ill.length === 0;
}

export function vantageLine({ from, says, clockAheadSeconds, ill }: ReachedVantage): string {
  const clock =
    clockAheadSeconds === null || Math.abs(clockAheadSeconds) < CLOCK_WORTH_SAYING_SECONDS
      ? ""
      : `; its clock is ${Math.abs(clockAheadSeconds)} s ${clockAheadSeconds > 0 ? "ahead" : "behind"}, which harms nothing`;
  if (says !== null) return `the vantage in ${from} can't be asked: ${clean(says)}`;
  if (ill.length === 0) return `the vantage in ${from} looks, and sees every other location well${clock}`;
  return `the vantage in ${from} looks, and does not see ${ill.map((each) => `${each.location} (${clean(each.says)})`).join(", ")}: is there a firewall between?${clock}`;
}

function summed(
  looks: readonly { readonly location: LocationName; readonly look: RemoteLook }[],
  now: number,
): Omit<ReachedVantage, "from"> {
  const unasked = looks.find(({ look }) => look.kind === "unasked");
  const saw = looks.flatMap(({ location, look }) => (look.kind === "saw" ? [{ location, ...look }] : []));
  return {
    reached: unasked === undefined,
    says: unasked?.look.kind === "unasked" ? `${unasked.location}: ${unasked.look.says}` : null,
    clockAheadSeconds: saw[0] === undefined ? null : Math.round((saw[0].at - now) / 1000),
    ill: saw.flatMap(({ location, answer }) => (answer.ok ? [] : [{ location, says: answer.says }])),
  };
}

const UNASKED = { reached: false, clockAheadSeconds: null, ill: [] } as const;
/** Looks take as long as a second and a half. */
const CLOCK_WORTH_SAYING_SECONDS = 5;
