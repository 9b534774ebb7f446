/** The faults that the planet knows, each with its ramp in a line. docs/faults.md tells them at length. */
export type FaultDescription = {
  readonly name: string;
  readonly where: "location" | "everywhere" | "link";
  readonly does: string;
};

export const FAULTS: readonly FaultDescription[] = [
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
  { name: "slow", where: "location", does: "a service answers 2 s later, at once; health checks stay green" },
  { name: "gray", where: "location", does: "20 % of some services' requests fail, at once; health checks stay green" },
  {
    name: "bad-deploy",
    where: "everywhere",
    does: "a new version whose cart and checkout calls fail in 18 %, in every location alike",
  },
  { name: "cut-off", where: "location", does: "its Houston node can reach nobody; users are served as before" },
  { name: "link", where: "link", does: "two locations can't reach each other (--to names the second)" },
  { name: "surge", where: "everywhere", does: "demand x1.4 everywhere, at once" },
  { name: "ddos", where: "location", does: "its own demand tenfold, at once: nine parts of ten are bots" },
  { name: "poison-tenant", where: "everywhere", does: "one tenant's requests make any location sick that serves them" },
  { name: "cannot-grow", where: "everywhere", does: "every request to scale up is refused" },
  { name: "receiver-slow", where: "location", does: "it gets slower as its load grows beyond what it had" },
  {
    name: "replica-lag",
    where: "location",
    does: "what is written there reaches the others after 10 s instead of 0.5 s",
  },
  { name: "flap", where: "location", does: "single probes fail now and then; users are served as before" },
];
