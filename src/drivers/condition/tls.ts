import { checkServerIdentity, connect, type PeerCertificate, type TLSSocket } from "node:tls";
import type { ConditionFailure, ConditionFinding } from "../../core/conditions.ts";
import type { ClassName, LocationName } from "../../core/estate.ts";
import { bucketOfHost } from "../../core/route/host.ts";
import { unknown, type ConditionDriver, type ConditionTurn } from "./contract.ts";
import { whyNot } from "./get.ts";

/**
 * Holds where a real handshake with each host's name (SNI) gives a certificate that is for that name, is signed by somebody who is trusted, and
 * does not expire soon. A host that everybody uses keeps everybody away; a tenant's own host, the tenant's bucket.
 */
export type TlsOptions = {
  readonly addresses: Readonly<Record<LocationName, { readonly host: string; readonly port: number }>>;
  /** Everybody's. */
  readonly hosts: readonly string[];
  /** Each the business of its own bucket. */
  readonly tenants: readonly string[];
  /** Whose tenants they are; absent: of all classes that the condition is about. */
  readonly tenantClass?: ClassName | undefined;
  readonly expiryDays: number;
  /** In place of the authorities that this machine trusts: PEM. */
  readonly authorities?: string | undefined;
  readonly now: () => number;
};

/** A location's edge is no stranger, and is not to be hammered all the same. */
const HANDSHAKES_AT_ONCE = 8;

export function tlsCondition(turn: ConditionTurn, options: TlsOptions): ConditionDriver {
  const { hosts, tenants, tenantClass } = options;
  const wanted: readonly Wanted[] = [
    ...hosts.map((host) => ({ host, about: {} })),
    ...tenants.map((host) => ({
      host,
      about: { bucket: bucketOfHost(host), ...(tenantClass !== undefined && { class: tenantClass }) },
    })),
  ];
  return {
    ...turn,
    async ask(location, signal) {
      const address = options.addresses[location];
      if (address === undefined) return unknown("its address is not configured");
      const shown = await inTurns(wanted, (one) => handshake(one, { ...options, address, signal }));
      return findingOf(shown);
    },
  };
}

type Wanted = { readonly host: string; readonly about: Omit<ConditionFailure, "says"> };
type Shown = { readonly failure: ConditionFailure | null } | { readonly noAnswer: string };

/** What was clearly said counts even if others did not answer; only when nothing failed and something is missing it can't be told. */
function findingOf(shown: readonly Shown[]): ConditionFinding {
  const failures = shown.flatMap((each) => ("failure" in each && each.failure !== null ? [each.failure] : []));
  if (failures.length > 0) return { kind: "fails", failures };
  const silent = shown.find((each) => "noAnswer" in each);
  return silent === undefined ? { kind: "holds" } : unknown(silent.noAnswer);
}

async function inTurns<One, Answer>(
  all: readonly One[],
  ask: (one: One) => Promise<Answer>,
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < all.length) {
      const index = next++;
      answers[index] = await ask(all[index]!);
    }
  };
  await Promise.all(Array.from({ length: HANDSHAKES_AT_ONCE }, lane));
  return answers;
}

async function handshake(
  { host, about }: Wanted,
  options: TlsOptions & {
    readonly address: { readonly host: string; readonly port: number };
    readonly signal: AbortSignal;
  },
): Promise<Shown> {
  const { address, signal } = options;
  if (signal.aborted) return { noAnswer: `${host}: no answer in time` };
  const socket = connect({
    host: address.host,
    port: address.port,
    servername: host,
    // What is wrong with it is looked at below, and told; nothing is ever sent over this connection.
    rejectUnauthorized: false,
    ...(options.authorities !== undefined && { ca: options.authorities }),
  });
  const leave = (): void => void socket.destroy(new Error("no answer in time"));
  signal.addEventListener("abort", leave, { once: true });
  try {
    const says = await new Promise<string | null>((resolve, reject) => {
      socket.once("secureConnect", () => {
        // A throw in here would be nobody's, and end Houston.
        try {
          resolve(wrongWith(socket, host, options));
        } catch (error) {
          reject(error);
        }
      });
      socket.once("error", reject);
      socket.once("close", () => reject(new Error("it closed the connection")));
    });
    return { failure: says === null ? null : { ...about, says } };
  } catch (error) {
    // An alert is an answer, and a no: it knows no such name. Anything else may be the way there.
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code.startsWith("ERR_SSL_"))
      return { failure: { ...about, says: `it refuses the handshake for ${host} (${code})` } };
    return { noAnswer: `${host}: ${whyNot(error, signal)}` };
  } finally {
    signal.removeEventListener("abort", leave);
    socket.destroy();
  }
}

const DAY_MS = 86_400_000;

/** The name first: a certificate for somebody else explains itself best. */
function wrongWith(socket: TLSSocket, host: string, { expiryDays, now }: TlsOptions): string | null {
  const certificate: Partial<PeerCertificate> = socket.getPeerCertificate();
  if (certificate.valid_to === undefined) return `it shows no certificate for ${host}`;
  if (checkServerIdentity(host, certificate as PeerCertificate) !== undefined)
    return `its certificate is not for ${host}`;
  const leftMs = Date.parse(certificate.valid_to) - now();
  if (leftMs <= 0) return `its certificate for ${host} has expired`;
  if (!socket.authorized) return `its certificate for ${host} is not trusted (${String(socket.authorizationError)})`;
  if (leftMs < expiryDays * DAY_MS)
    return `its certificate for ${host} expires in ${(leftMs / DAY_MS).toFixed(1)} days`;
  return null;
}
