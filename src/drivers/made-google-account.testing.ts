import { createVerify, generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** A service account at Google's: its key, as the file that Google gives out. */
export type MadeGoogleAccount = {
  readonly email: string;
  readonly publicKey: string;
  readonly privateKey: string;
  /** The name of its key's file. */
  readonly file: string;
};

export function madeGoogleAccount(folder: string, name: string): MadeGoogleAccount {
  const email = "houston@shop-1.iam.gserviceaccount.com";
  const { publicKey, privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const file = join(folder, name);
  const account = { type: "service_account", project_id: "shop-1", private_key_id: "1", private_key: privateKey };
  writeFileSync(file, JSON.stringify({ ...account, client_email: email, token_uri: "http://127.0.0.1:9/token" }));
  return { email, publicKey, privateKey, file };
}

/** A token that the account's own key has signed, as Google checks it: RS256, scope, time. */
export function isSignedBy(
  { email, publicKey }: Pick<MadeGoogleAccount, "email" | "publicKey">,
  { token, scope }: { readonly token: string; readonly scope: string },
): boolean {
  const [header = "", claims = "", signature = ""] = token.split(".");
  const verifier = createVerify("RSA-SHA256").update(`${header}.${claims}`);
  if (!verifier.verify(publicKey, Buffer.from(signature, "base64url"))) return false;
  const said = JSON.parse(Buffer.from(claims, "base64url").toString()) as Record<string, unknown>;
  const seconds = Date.now() / 1000;
  return (
    said["iss"] === email &&
    said["scope"] === scope &&
    Number(said["exp"]) > seconds &&
    Number(said["iat"]) < seconds + 60
  );
}
