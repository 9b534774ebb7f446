import { X509Certificate } from "node:crypto";
import { readFileSync, type StatsListener, unwatchFile, watchFile } from "node:fs";
import { createSecureContext, type PeerCertificate } from "node:tls";
import { CallerError } from "../../../core/errors.ts";

/**
 * Our side of mutual TLS between locations. Each location has a certificate that names it (`us-west-2`, as a DNS name of
 * subjectAltName), signed by an authority of one's own; by it, and by nothing that is said, one edge believes another.
 */
export type PeerCertificateFiles = {
  readonly certificateFile: string;
  readonly keyFile: string;
  /** Who signs edges' certificates, and nobody else's. */
  readonly caFile: string;
};

export type PeerCertificates = {
  /** What stands in the files now; a half written or a wrong one leaves what was there before. */
  read(): PeerPems;
  /** Calls when they have changed. */
  onChange(changed: () => void): void;
  stop(): void;
};

export type PeerPems = { readonly cert: Buffer; readonly key: Buffer; readonly ca: Buffer };

/** Certificate and key are renewed as two writes: what is read between them does not fit together. */
const SETTLES_MS = 200;
/** A renewal comes days before it is needed. */
const LOOK_EVERY_MS = 1000;

/** Throws `CallerError` for files that can't be used from the start; later ones are told to `said`. */
export function peerCertificates(
  files: PeerCertificateFiles,
  location: string,
  said: (problem: string) => void,
): PeerCertificates {
  let pems = readPems(files, location);
  const changed: (() => void)[] = [];
  let settling: NodeJS.Timeout | null = null;
  const again = (): void => {
    settling = null;
    try {
      pems = readPems(files, location);
    } catch (error) {
      said(`the new certificate is not used: ${(error as Error).message}`);
      return;
    }
    for (const each of changed) each();
  };
  const look: StatsListener = () => void (settling ??= setTimeout(again, SETTLES_MS).unref());
  const names = [files.certificateFile, files.keyFile, files.caFile];
  // By their paths: renewals put new files in the old ones' places, turn links (Kubernetes), or make the folder anew.
  for (const name of names) watchFile(name, { persistent: false, interval: LOOK_EVERY_MS }, look);
  return {
    read: () => pems,
    onChange: (each) => void changed.push(each),
    stop() {
      if (settling !== null) clearTimeout(settling);
      for (const name of names) unwatchFile(name, look);
    },
  };
}

function readPems(files: PeerCertificateFiles, location: string): PeerPems {
  const read = (file: string): Buffer => {
    try {
      return readFileSync(file);
    } catch (error) {
      throw wrong(
        `${file} can't be read: ${(error as NodeJS.ErrnoException).code}`,
        "check the path and its rights",
        error,
      );
    }
  };
  const pems = { cert: read(files.certificateFile), key: read(files.keyFile), ca: read(files.caFile) };
  try {
    createSecureContext(pems);
  } catch (error) {
    const why = (error as Error).message;
    throw wrong(
      `${files.certificateFile} and ${files.keyFile} don't fit together: ${why}`,
      "a key and its own certificate, in PEM",
      error,
    );
  }
  const certificate = new X509Certificate(pems.cert);
  if (certificate.validToDate.getTime() <= Date.now())
    throw wrong(`${files.certificateFile} has expired on ${certificate.validTo}`, "renew it");
  if (certificate.checkHost(location, { wildcards: false }) === undefined)
    throw wrong(
      `${files.certificateFile} does not name ${location}`,
      `one with the DNS name ${location} in subjectAltName`,
    );
  return pems;
}

const wrong = (message: string, hint: string, cause?: unknown): CallerError =>
  new CallerError({ code: "bad-peer-certificate", message, hint, cause });

/**
 * The location that a certificate stands for; null: none of these. It was signed by our authority, which signs edges alone, or we would not be
 * asked: whoever knows of no locations yet (`locations` is null) takes its first name.
 */
export function locationOf(certificate: PeerCertificate | null, locations: readonly string[] | null): string | null {
  const names = (certificate?.subjectaltname?.split(", ") ?? []).flatMap((name) => /^DNS:(.+)$/.exec(name)?.[1] ?? []);
  return (locations === null ? names[0] : locations.find((location) => names.includes(location))) ?? null;
}
