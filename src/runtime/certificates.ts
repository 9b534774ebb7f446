import { webcrypto } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
// The certificate library needs it before its own first line runs.
// oxlint-disable-next-line import/no-unassigned-import
import "reflect-metadata";
import * as x509 from "@peculiar/x509";

/**
 * Who is who among nodes: one authority of our own, and for each name a certificate and a key that serve both ends of
 * mutual TLS. A peer's name is its certificate's common name, and nothing that it says.
 */
export type Certificates = {
  readonly authorityPem: string;
  readonly byName: Readonly<Record<string, { readonly certificatePem: string; readonly keyPem: string }>>;
};

const CURVE = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const DAY_MS = 86_400_000;
/** A planet is made anew at each start, so a year is plenty. */
const VALID_DAYS = 365;

/** Makes an authority and a certificate for each name. `now` is the Unix millisecond from which they are valid. */
export async function makeCertificates(options: {
  readonly names: readonly string[];
  readonly now: number;
}): Promise<Certificates> {
  x509.cryptoProvider.set(webcrypto);
  // A day of slack: a machine whose clock is behind ours must still accept us.
  const notBefore = new Date(options.now - DAY_MS);
  const notAfter = new Date(options.now + VALID_DAYS * DAY_MS);
  const authorityKeys = await newKeys();
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    name: "CN=Houston authority",
    keys: authorityKeys,
    notBefore,
    notAfter,
    signingAlgorithm: CURVE,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  });
  const made = await Promise.all(
    options.names.map(async (name) => {
      const keys = await newKeys();
      const certificate = await x509.X509CertificateGenerator.create({
        subject: [{ CN: [name] }],
        issuer: authority.subject,
        notBefore,
        notAfter,
        signingKey: authorityKeys.privateKey,
        publicKey: keys.publicKey,
        signingAlgorithm: CURVE,
        extensions: [
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
          new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
          new x509.SubjectAlternativeNameExtension([{ type: "dns", value: name }]),
        ],
      });
      return [
        name,
        { certificatePem: certificate.toString("pem"), keyPem: await privatePem(keys.privateKey) },
      ] as const;
    }),
  );
  return { authorityPem: authority.toString("pem"), byName: Object.fromEntries(made) };
}

/** Makes certificates and writes them as files that only we can read; gives each name's file names. */
export async function writeCertificates(options: {
  readonly directory: string;
  readonly names: readonly string[];
  readonly now: number;
}): Promise<Record<string, { authority: string; certificate: string; key: string }>> {
  const made = await makeCertificates(options);
  mkdirSync(options.directory, { recursive: true, mode: 0o700 });
  const authority = join(options.directory, "authority.pem");
  writeFileSync(authority, made.authorityPem, { mode: 0o600 });
  return Object.fromEntries(
    Object.entries(made.byName).map(([name, pems]) => {
      const files = {
        authority,
        certificate: join(options.directory, `${name}.certificate.pem`),
        key: join(options.directory, `${name}.key.pem`),
      };
      writeFileSync(files.certificate, pems.certificatePem, { mode: 0o600 });
      writeFileSync(files.key, pems.keyPem, { mode: 0o600 });
      return [name, files];
    }),
  );
}

async function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(CURVE, true, ["sign", "verify"]);
}

async function privatePem(key: CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", key), "PRIVATE KEY");
}
