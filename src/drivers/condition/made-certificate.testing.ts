import { webcrypto } from "node:crypto";
// The certificate library needs it before its own first line runs.
// oxlint-disable-next-line import/no-unassigned-import
import "reflect-metadata";
import * as x509 from "@peculiar/x509";

/** A certificate of a made authority, for these host names, until so many days from now. */
export type MadeCertificate = { readonly cert: string; readonly key: string };

const CURVE = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const DAY_MS = 86_400_000;

export async function madeAuthority(name = "Made authority"): Promise<{
  readonly pem: string;
  certificate(options: { readonly hosts: readonly string[]; readonly days: number }): Promise<MadeCertificate>;
}> {
  x509.cryptoProvider.set(webcrypto);
  const keys = await newKeys();
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    notBefore: new Date(Date.now() - 100 * DAY_MS),
    notAfter: new Date(Date.now() + 1000 * DAY_MS),
    signingAlgorithm: CURVE,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ],
  });
  return {
    pem: authority.toString("pem"),
    async certificate({ hosts, days }) {
      const own = await newKeys();
      const made = await x509.X509CertificateGenerator.create({
        subject: [{ CN: [hosts[0]!] }],
        issuer: authority.subject,
        notBefore: new Date(Date.now() - 50 * DAY_MS),
        notAfter: new Date(Date.now() + days * DAY_MS),
        signingKey: keys.privateKey,
        publicKey: own.publicKey,
        signingAlgorithm: CURVE,
        extensions: [
          new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
          new x509.SubjectAlternativeNameExtension(hosts.map((value) => ({ type: "dns" as const, value }))),
        ],
      });
      const pkcs8 = await webcrypto.subtle.exportKey("pkcs8", own.privateKey);
      return { cert: made.toString("pem"), key: x509.PemConverter.encode(pkcs8, "PRIVATE KEY") };
    },
  };
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(CURVE, true, ["sign", "verify"]);
}
