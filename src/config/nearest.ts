import { distance } from "fastest-levenshtein";

/** The known name that was most likely meant, or null when none is near: at most a third of its letters differ. */
export function nearest(given: string, names: readonly string[]): string | null {
  let best: { readonly name: string; readonly off: number } | null = null;
  for (const name of names) {
    const off = distance(given.toLowerCase(), name.toLowerCase());
    if (best === null || off < best.off || (off === best.off && name < best.name)) best = { name, off };
  }
  return best !== null && best.off <= Math.max(1, Math.floor(best.name.length / 3)) ? best.name : null;
}
