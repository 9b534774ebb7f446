import { readFileSync } from "node:fs";
import type { ExternalAccountClientOptions } from "google-auth-library";
import { unlessAborted } from "./unless-aborted.ts";

export type GoogleAccount = {
  /** A key or a federation's description; else GOOGLE_APPLICATION_CREDENTIALS, or the machine's own account. */
  readonly credentialsFile?: string | undefined;
  /** What the token is for: `https://www.googleapis.com/auth/...` */
  readonly scope: string;
};

export type GoogleToken =
  | { readonly kind: "token"; readonly authorization: string }
  | { readonly kind: "late" }
  /** There are none, or they were not taken; the library's words may quote a file of credentials, and are left out. */
  | { readonly kind: "no-credentials" };

/** The header for calls of Google's APIs. Google's own library finds and renews the credentials. */
export function googleSigner(account: GoogleAccount): (url: string, signal: AbortSignal) => Promise<GoogleToken> {
  let made: Promise<Signer> | undefined;
  return async (url, signal) => {
    try {
      made ??= loadSigner(account);
      const signer = await made;
      // The library takes no signal; one that hangs is left, and a new one begins anew.
      const headers = await unlessAborted(signer.getRequestHeaders(url), { signal, afterMs: 0, instead: null });
      if (headers !== null) return { kind: "token", authorization: headers.get("authorization") ?? "" };
      made = undefined;
      return { kind: "late" };
    } catch {
      // The file may come, or be put right, later.
      made = undefined;
      return { kind: signal.aborted ? "late" : "no-credentials" };
    }
  };
}

type Signer = { getRequestHeaders(url: string): Promise<Headers> };

/** Loaded when it is first needed: a quarter of a second and some 20 MiB that whoever has nothing at Google's need not pay. */
async function loadSigner({ credentialsFile, scope }: GoogleAccount): Promise<Signer> {
  const { ExternalAccountClient, GoogleAuth, JWT } = await import("google-auth-library");
  if (credentialsFile === undefined) {
    const found = new GoogleAuth({ scopes: [scope] });
    found.useJWTAccessWithScope = true;
    return found;
  }
  const given = JSON.parse(readFileSync(credentialsFile, "utf8")) as ServiceAccount & ExternalAccountClientOptions;
  if (given.type === "service_account") {
    const { client_email: email, private_key: key, private_key_id: keyId } = given;
    const account = new JWT({ email, key, keyId, scopes: [scope] });
    // A service account's key signs for itself: one server fewer that has to be up when it is needed.
    account.useJWTAccessWithScope = true;
    return account;
  }
  const federated = ExternalAccountClient.fromJSON({ ...given, scopes: [scope] });
  if (federated === null) throw new Error("neither a service account's key nor a federation");
  return federated;
}

type ServiceAccount = {
  readonly type: string;
  readonly client_email: string;
  readonly private_key: string;
  readonly private_key_id: string;
};
