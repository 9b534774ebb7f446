import { createPrivateKey } from "node:crypto";
import { expect, test } from "vitest";
import { makeCertificates } from "./certificates.ts";
import { sealChecker, sealText } from "./seal.ts";

test("a seal counts for who its certificate names, for the text as it is, and while the certificate is valid", async () => {
  let now = 1_795_000_000_000;
  const { authorityPem, byName } = await makeCertificates({ names: ["alpha", "beta"], now });
  const { certificatePem, keyPem } = byName["alpha"]!;
  const check = sealChecker(authorityPem, () => now);
  const body = "all is well";
  const letter = { body, seal: sealText(body, createPrivateKey(keyPem)) };
  expect(check(letter, certificatePem, "alpha")).toBe(true);
  expect(check(letter, certificatePem, "beta")).toBe(false);
  expect(check(letter, byName["beta"]!.certificatePem, "beta")).toBe(false);
  expect(check({ ...letter, body: "all is lost" }, certificatePem, "alpha")).toBe(false);
  now += 366 * 86_400_000;
  expect(check(letter, certificatePem, "alpha")).toBe(false);
});
