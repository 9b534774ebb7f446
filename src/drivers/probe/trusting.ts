import { createSecureContext, getCACertificates, type SecureContext } from "node:tls";

/** Trusts the usual authorities and these, in PEM. `ca` alone would replace the usual ones, and all of them are read anew for each connection. */
export const trusting = (authorities: string): SecureContext =>
  createSecureContext({ ca: [...getCACertificates("default"), authorities] });
