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
    withinMs: 1500,
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
        const why = says === undefined ? {} : { says };
        if (statusCode === 401) return { kind: "refused", code: "forbidden", ...why };
        return statusCode === 409 || statusCode === 400
          ? { kind: "refused", code: code ?? "quota", ...why }
          : { kind: "retry", code: "provider-fault", says: says ?? `HTTP ${statusCode}` };
      } catch (error) {
        if (signal.aborted) return { kind: "retry", code: "timeout", says: "no answer in time" };
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
