import { createPublicKey, sign, verify, X509Certificate, type KeyObject } from "node:crypto";
import type { LocationName } from "../core/estate.ts";
import type { UnixMs } from "../core/step.ts";

/**
 * A letter with a wax seal: a summary may be handed on by a neighbour, and whoever gets it can still tell that it was
 * written by the node that it names. Without seals one lying node could write everybody's summaries and so make a
 * majority for a loss notice all alone.
 */
export type Sealed = {
  /** The summary as JSON text, exactly as it was signed. */
  readonly body: string;
  /** ECDSA over `body`, base64. */
  readonly seal: string;
  /** The writer's certificate (PEM), when it is handed on; who writes directly has shown it already. */
  readonly by?: string;
};

export function sealText(body: string, key: KeyObject): string {
  return sign("sha256", Buffer.from(body), key).toString("base64");
}

/** Certificates of an estate's nodes, and a few that were replaced meanwhile. */
const CERTIFICATES_MAX = 128;

/** Checks seals against one authority, and remembers the certificates that it has accepted while they are valid. */
export function sealChecker(
  authorityPem: string,
  now: () => UnixMs,
): (sealed: Sealed, certificatePem: string, writer: LocationName) => boolean {
  const authority = new X509Certificate(authorityPem);
  const accepted = new Map<string, { readonly name: string; readonly key: KeyObject; readonly validTo: UnixMs }>();

  const read = (pem: string) => {
    const known = accepted.get(pem);
    if (known) return known;
    const certificate = new X509Certificate(pem);
    if (!certificate.checkIssued(authority) || !certificate.verify(authority.publicKey)) return null;
    const entry = {
      name: commonName(certificate.subject),
      key: createPublicKey(certificate.publicKey.export({ type: "spki", format: "pem" })),
      validTo: Date.parse(certificate.validTo),
    };
    if (accepted.size >= CERTIFICATES_MAX) accepted.clear();
    accepted.set(pem, entry);
    return entry;
  };

  return (sealed, certificatePem, writer) => {
    try {
      const certificate = read(certificatePem);
      if (certificate === null || certificate.name !== writer || now() > certificate.validTo) return false;
      return verify("sha256", Buffer.from(sealed.body), certificate.key, Buffer.from(sealed.seal, "base64"));
    } catch {
      // Not a certificate, not a signature: no seal.
      return false;
    }
  };
}

function commonName(subject: string): string {
  return /(?:^|\n)CN=(.*)/.exec(subject)?.[1] ?? "";
}
