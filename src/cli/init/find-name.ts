import { Resolver } from "node:dns/promises";
import { CallerError } from "../../core/errors.ts";

/** How users' name is answered now, by the server that was named. */
export type FoundName = {
  readonly name: string;
  readonly server: string;
  readonly addresses: readonly {
    readonly family: "A" | "AAAA";
    readonly address: string;
    readonly ttlSeconds: number;
  }[];
  /** The name that it follows, where it is an alias by CNAME. */
  readonly follows: string | null;
};

/** Asks A, AAAA and CNAME once each. Throws `CallerError` when the server does not answer, or knows no such name. */
export async function findName({
  name,
  server,
}: {
  readonly name: string;
  readonly server: string;
}): Promise<FoundName> {
  const resolver = new Resolver({ timeout: ANSWER_WITHIN_MS, tries: 2 });
  try {
    resolver.setServers([server]);
  } catch (cause) {
    throw new CallerError({
      code: "bad-dns-server",
      message: `--dns ${server} is no address of a name server`,
      hint: "an IP address, with a port where it is not 53: --dns 192.0.2.53 or --dns 192.0.2.53:5353",
      cause,
    });
  }
  const [a, aaaa, follows] = await Promise.all([
    orNothing(resolver.resolve4(name, { ttl: true })),
    orNothing(resolver.resolve6(name, { ttl: true })),
    orNothing(resolver.resolveCname(name)),
  ]).catch((cause: unknown) => {
    throw new CallerError({
      code: "dns-unreachable",
      message: `${server} does not say what ${name} is: ${(cause as NodeJS.ErrnoException).code ?? String(cause)}`,
      hint: "is it the server that has the zone, or a resolver that may be asked from here?",
      cause,
    });
  });
  if (a.length + aaaa.length + follows.length === 0) {
    throw new CallerError({
      code: "unknown-name",
      message: `${server} knows no address of ${name}`,
      hint: "--name is the name that users ask for, such as www.example.com",
    });
  }
  return {
    name,
    server,
    addresses: [
      ...a.map(({ address, ttl }) => ({ family: "A", address, ttlSeconds: ttl }) as const),
      ...aaaa.map(({ address, ttl }) => ({ family: "AAAA", address, ttlSeconds: ttl }) as const),
    ],
    follows: follows[0] ?? null,
  };
}

/** That a name has none of a kind is an answer. */
async function orNothing<Found>(asked: Promise<readonly Found[]>): Promise<readonly Found[]> {
  try {
    return await asked;
  } catch (error) {
    if (NOTHING.has((error as NodeJS.ErrnoException).code ?? "")) return [];
    throw error;
  }
}

const NOTHING: ReadonlySet<string> = new Set(["ENODATA", "ENOTFOUND"]);
const ANSWER_WITHIN_MS = 2_000;
