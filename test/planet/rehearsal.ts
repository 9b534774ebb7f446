import { DRILLS } from "../../src/planet/drills/catalogue.ts";
import { planetClient } from "../../src/planet/drills/planet-client.ts";
import type { DrillReport } from "../../src/planet/drills/report.ts";
import { runDrill } from "../../src/planet/drills/run-drill.ts";
import type { Planet } from "../../src/planet/up.ts";

/** A drill's short form on a planet that runs. */
export async function drillNamed(
  planet: Planet,
  wish: { readonly name: string; readonly location?: string; readonly seconds: number },
): Promise<DrillReport> {
  const drill = DRILLS.find(({ name }) => name === wish.name);
  if (!drill) throw new Error(`there is no drill ${wish.name}`);
  const client = planetClient(planet);
  try {
    return await runDrill({
      planet: client,
      drill,
      withoutHouston: false,
      tell: () => {},
      seconds: wish.seconds,
      ...(wish.location === undefined ? {} : { location: wish.location }),
    });
  } finally {
    await client.close();
  }
}
