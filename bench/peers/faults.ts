import { BAD } from "./world.ts";

/** What goes wrong, and what a good system does about it. */
export type FaultName = "hard-down" | "black-hole" | "errors" | "gray" | "slow" | "bad-deploy" | "half-room";

export type Fault = {
  readonly says: string;
  /** Where; null: everywhere, and then whoever moves anybody is wrong. */
  readonly where: string | null;
  /** To the location's process, or as its own behaviour. */
  readonly how: { readonly signal: "SIGKILL" | "SIGSTOP" } | { readonly behaves: Behaviour };
  /** The nearest receiver has room for half of those who must leave. */
  readonly half: boolean;
};

/** `gray` fails a fifth of the requests with health checks green, every second of them after it was carried out; `slow` takes 2 s, with quick checks. */
export type Behaviour = "well" | "errors" | "gray" | "slow";

export const faults: Readonly<Record<FaultName, Fault>> = {
  "hard-down": { says: "killed", where: BAD, how: { signal: "SIGKILL" }, half: false },
  "black-hole": { says: "takes connections, never answers", where: BAD, how: { signal: "SIGSTOP" }, half: false },
  errors: { says: "500 for everything, health checks too", where: BAD, how: { behaves: "errors" }, half: false },
  gray: { says: "20 % fail, health checks green", where: BAD, how: { behaves: "gray" }, half: false },
  slow: { says: "2 s instead of 2 ms, health checks green", where: BAD, how: { behaves: "slow" }, half: false },
  "bad-deploy": { says: "20 % fail everywhere", where: null, how: { behaves: "gray" }, half: false },
  "half-room": { says: "killed; the nearest has room for half", where: BAD, how: { signal: "SIGKILL" }, half: true },
};

export const faultNames = Object.keys(faults) as readonly FaultName[];
