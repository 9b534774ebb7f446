import { startProgram } from "../program.ts";
import { SERVICE_PORT } from "../world.ts";

/** A proxy whose fronts, one for each zone, all answer for the host. */
export async function startEdge(options: {
  readonly argv: readonly [string, ...string[]];
  readonly folder: string;
  readonly debianPackage: string;
  readonly fronts: readonly string[];
  readonly host: string;
}) {
  const { argv, folder, debianPackage, fronts, host } = options;
  const program = await startProgram({
    argv,
    folder,
    debianPackage,
    isReady: async () => {
      const asked = fronts.map((front) => fetch(`http://${front}:${SERVICE_PORT}/api`, { headers: { host } }));
      return (await Promise.all(asked)).every(({ ok }) => ok);
    },
  });
  return { entry: { kind: "address" as const, byZone: fronts }, stop: () => program.stop() };
}
