import { request } from "undici";
import type { LocationName } from "../../core/estate.ts";
import type { ScaleDriver } from "./contract.ts";

/** Scales a world of the planet by its admin port: 202 it grows, 409 it was refused. */
export function planetScale(options: {
  readonly worldAdmins: Readonly<Record<LocationName, { readonly host: string; readonly port: number }>>;
  readonly token: string;
}): ScaleDriver {
  return {
    name: "planet",
    async scale({ location, targetRps }, signal) {
      const admin = options.worldAdmins[location];
      if (!admin) return { kind: "refused", code: "unknown-location", says: `${location} has no scaler` };
      try {
        const { statusCode, body } = await request(`http://${admin.host}:${admin.port}/scale`, {
          method: "POST",
          headers: { authorization: `Bearer ${options.token}`, "content-type": "application/json" },
          body: JSON.stringify({ targetRps }),
          signal,
        });
        const text = await body.text();
        if (statusCode < 300) return { kind: "done" };
        const { code, says } = refusal(text);
        return statusCode === 409 || statusCode === 400
          ? { kind: "refused", code: code ?? "quota", ...(says === undefined ? {} : { says }) }
          : { kind: "retry", code: `http-${statusCode}`, ...(says === undefined ? {} : { says }) };
      } catch (error) {
        return { kind: "retry", code: "unreachable", says: error instanceof Error ? error.message : String(error) };
      }
    },
  };
}

function refusal(text: string): { readonly code?: string; readonly says?: string } {
  try {
    const { code, says } = JSON.parse(text) as { code?: unknown; says?: unknown };
    return { ...(typeof code === "string" ? { code } : {}), ...(typeof says === "string" ? { says } : {}) };
  } catch {
    return {};
  }
}
