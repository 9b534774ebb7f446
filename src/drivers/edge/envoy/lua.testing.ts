import { spawnSync } from "node:child_process";

/** A request as Envoy's Lua filter shows it to the script, `X-Forwarded-For` as Envoy has written it already. */
export type Asking = {
  readonly host: string;
  readonly from: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** What the script leaves in the headers that are ours; null: nothing. */
export type Asked = { readonly to: string | null; readonly forwarded: string | null };

/** What stands in for Envoy's `request_handle`: names in lower case, a value each (Envoy joins several with commas). */
const HANDLE = `
local function asked(given)
  local headers = {}
  function headers:get(name) return given[name] end
  function headers:add(name, value) given[name] = given[name] and given[name] .. "," .. value or value end
  function headers:replace(name, value) given[name] = value end
  function headers:remove(name) given[name] = nil end
  envoy_on_request({ headers = function() return headers end })
  print((given["x-rp-to"] or "-") .. "\\t" .. (given["forwarded"] or "-"))
end
`;

/** Runs the script for each request in LuaJIT. */
export function askedInLua(script: string, asking: readonly Asking[]): readonly Asked[] {
  const calls = asking.map(({ host, from, headers = {} }) => {
    const given = { "x-forwarded-proto": "https", ...headers, ":authority": host, "x-forwarded-for": from };
    const words = Object.entries(given).map(([name, value]) => `[${JSON.stringify(name)}]=${JSON.stringify(value)}`);
    return `asked({${words.join(",")}})`;
  });
  const { stdout, stderr, status } = spawnSync("/usr/bin/luajit", ["-"], {
    input: [script, HANDLE, ...calls].join("\n"),
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`luajit: ${stderr}`);
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => {
      const [to, forwarded] = line.split("\t").map((word) => (word === "-" ? null : word));
      return { to: to ?? null, forwarded: forwarded ?? null };
    });
}
