import type { GeoPermissibleObjects } from "d3-geo";
import { feature } from "topojson-client";
import type { Topology } from "topojson-specification";
import { useAnswer } from "../use-answer.ts";

/**
 * The outlines of the continents: out of the program's own files, never from elsewhere. Null until they are there; without them
 * it is still a map: the places are where they are.
 */
export function useLand(): GeoPermissibleObjects | null {
  const answer = useAnswer("land", loadLand);
  return answer.state === "known" ? answer.value : null;
}

async function loadLand(): Promise<GeoPermissibleObjects> {
  const topology = (await import("world-atlas/land-110m.json")).default as unknown as Topology;
  return feature(topology, topology.objects["land"]!);
}
