/** The faults that the planet knows, each with its ramp in a line. docs/faults.md tells them at length. */
export type FaultDescription = {
  readonly name: string;
  /**
   * What a location that is named with it means. `location`: where it is (it needs one). `link`: one of two ends.
   * `everywhere`: nothing, all are hurt alike. `home`: all are told, and whose users make the trouble is said.
   * `everywhere-or-location`: only there.
   */
  readonly where: "location" | "link" | "everywhere" | "home" | "everywhere-or-location";
  readonly does: string;
};

export const FAULTS = [
  {
    name: "hard-down",
    where: "location",
    does: "its processes are killed (SIGKILL): connections reset, then refused, at once",
  },
  {
    name: "black-hole",
    where: "location",
    does: "its processes are stopped (SIGSTOP): connections open, nothing answers",
  },
  {
    name: "provider-brownout",
    where: "location",
    does: "its dynamodb x1 -> x10 slower and 0 -> 10 % failing, linear over 180 s",
  },
  { name: "slow", where: "location", does: "some services answer 2 s later, at once; health checks stay green" },
  { name: "gray", where: "location", does: "20 % of some services' requests fail, at once; health checks stay green" },
  {
    name: "slower",
    where: "location",
    does: "each request that it serves takes 30 % longer, at once: certain, and not worth a move",
  },
  {
    name: "leak",
    where: "location",
    does: "some services get slower by 600 ms and, from half of the way on, fail up to 20 %, linear over 30 min",
  },
  {
    name: "noise",
    where: "everywhere-or-location",
    does: "in bursts of 1 to 2 s, each 10 to 30 s, 10 % of some services' requests fail and all are 200 ms slower",
  },
  {
    name: "path",
    where: "location",
    does: "the users of some zones lose half of what they send there and get from there; all others are well (--zones)",
  },
  {
    name: "bad-deploy",
    where: "everywhere",
    does: "a new version whose cart and checkout calls fail in 18 %, in every location alike",
  },
  { name: "cut-off", where: "location", does: "its Houston node can reach nobody; users are served as before" },
  { name: "link", where: "link", does: "two locations can't reach each other (--to names the second)" },
  { name: "surge", where: "everywhere", does: "demand x1.4 everywhere, at once" },
  { name: "ddos", where: "location", does: "its own demand tenfold, at once: nine parts of ten are bots" },
  {
    name: "poison-tenant",
    where: "home",
    does: "one tenant's requests (5 a second) make any location sick that serves them; LOCATION: where its users live",
  },
  {
    name: "cannot-grow",
    where: "everywhere-or-location",
    does: "requests to scale up are refused, everywhere or in LOCATION",
  },
  { name: "receiver-slow", where: "location", does: "it gets slower as its load grows beyond what it had" },
  {
    name: "replica-lag",
    where: "location",
    does: "what is written there reaches the others after 10 s instead of 0.5 s",
  },
  { name: "flap", where: "location", does: "single probes fail now and then; users are served as before" },
] as const satisfies readonly FaultDescription[];

export type FaultName = (typeof FAULTS)[number]["name"];

/** Where a fault is that needs a place, and where a poisonous tenant's users live, when nobody says. */
export const FAULT_LOCATION = "us-east-1";
