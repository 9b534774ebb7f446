import { providersOf, type ProviderName } from "../estate.ts";
import { estateOf, type DraftPlace, type Turn } from "./turn.ts";

/**
 * Providers under suspicion: one that a verdict names as the cause, for most of its locations are sick and hardly any other; and one
 * that lost two locations at once, for one loss may be chance, and the next of its regions may be the next to go. A provider that has
 * all locations is not suspected: there is nowhere else to go.
 */
export function suspectProviders(turn: Turn): readonly ProviderName[] {
  const providers = providersOf(estateOf(turn));
  if (providers.size < 2) return [];
  return [...providers]
    .filter(([provider, locations]) => {
      const places = locations.map((name) => turn.now.places[name]!);
      const lost = places.filter(({ lostAt }) => lostAt !== null).length;
      return lost >= LOST_TOGETHER || places.some(({ verdict }) => names(verdict, provider));
    })
    .map(([provider]) => provider);
}

const LOST_TOGETHER = 2;

function names(verdict: DraftPlace["verdict"], provider: ProviderName): boolean {
  return (
    verdict !== null &&
    verdict.verdict !== "healthy" &&
    verdict.scope === "provider" &&
    verdict.causes.some(({ layer, name }) => layer === "provider" && name === provider)
  );
}
