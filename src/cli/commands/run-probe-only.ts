import { lookedAt, httpLooker, textOfFile, vantageToken } from "../../production/vantages.ts";
import { CallerError } from "../../core/errors.ts";
import { startProbeOnly } from "../../production/probe-only.ts";
import { badUsage, unknownName } from "../ask.ts";
import { clockTime } from "../amounts.ts";
import { listenAddress } from "../listen-address.ts";
import { print, printJson, tell } from "../output.ts";
import { seldom } from "../seldom.ts";
import { STOPPED, untilSignal } from "../until-signal.ts";
import { goodConfig } from "../watched-config.ts";

export type ProbeOnlyWords = {
  readonly config: string;
  readonly listen: string;
  readonly vantage?: string;
  readonly certificate?: string;
  readonly key?: string;
  readonly json?: boolean;
};

/** `houston run --probe-only`: looks at the locations of houston.yaml when it is asked, until it is told to stop. */
export async function runProbeOnly({ config, vantage, listen, certificate, key, json }: ProbeOnlyWords): Promise<void> {
  if (vantage === undefined) throw badUsage("--probe-only wants to know where it stands: --vantage LOCATION");
  if ((certificate === undefined) !== (key === undefined))
    throw badUsage("--certificate and --key go together: a certificate is no good without its own key");
  const { estate, probes, steering } = goodConfig(config);
  const names = estate.locations.map(({ name }) => name);
  if (!names.includes(vantage)) throw unknownName("location", vantage, names);
  const looker =
    probes?.http === undefined
      ? null
      : httpLooker({ probes: { ...probes, http: { ...probes.http, from: vantage } }, steering });
  if (looker === null || steering === null)
    throw new CallerError({
      code: "no-page",
      message: `${config} does not say which page to look at: \`probes.http\` is missing`,
      hint: "give it the houston.yaml that asks it, with `probes.http` and `steering` (docs/how-to/steer.md)",
    });
  const { told } = untilSignal();
  const addresses = lookedAt(steering);
  const running = await startProbeOnly({
    vantage,
    driver: looker.driver,
    addresses,
    token: vantageToken(process.env),
    listen: listenAddress(listen),
    tls:
      certificate === undefined || key === undefined
        ? null
        : { certificate: textOfFile(certificate, "--certificate"), key: textOfFile(key, "--key") },
    now: () => Date.now(),
    refused: seldom((code) => {
      if (json) printJson({ at: Date.now(), refused: code });
      else print(`${clockTime(Date.now())}  somebody was refused: ${code}`);
    }),
  });
  const others = Object.keys(addresses).filter((name) => name !== vantage);
  if (json) printJson({ started: true, vantage, url: running.url, locations: others });
  else print(`Looks from ${vantage} at ${others.join(", ")} when asked, at ${running.url}. Ctrl-C stops it.`);
  await told;
  await running.stop();
  tell(STOPPED);
  process.exit();
}
