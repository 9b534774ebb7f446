import { houstonClient, type HoustonClient } from "../../api/client.ts";
import { readRunFile } from "../../runtime/run-file.ts";
import { LIVE_NAMES, type LiveNames, type Said } from "./model.ts";

/** A person waits with a finger on Tab: what has not come by then is not offered. HOUSTON_TAB_MS waits longer for one far away. */
const ANSWER_WITHIN_MS = 150;
const ANSWER_WITHIN_MS_MAX = 60_000;

/** The names of a kind as they are now. Rejects when Houston does not say in time; who completes then offers none. */
export async function liveNames(kind: string, given: readonly string[]): Promise<readonly Said[]> {
  const known = LIVE_NAMES.find((each) => each === kind);
  return known === undefined ? [] : namesOf(known, given);
}

/** What only some of them need is only loaded for them: loading takes longer than asking. */
async function namesOf(kind: LiveNames, given: readonly string[]): Promise<readonly Said[]> {
  switch (kind) {
    case "locations":
      return (await houston().status()).locations.map(({ name, state, verdict }) => ({
        name,
        says: state === "serving" ? verdict : `${verdict}, ${state}`,
      }));
    case "places": {
      const { planetLocations } = await import("../../planet/geography/locations.ts");
      return planetLocations.map(({ name, provider, country }) => ({ name, says: `${provider}, ${country}` }));
    }
    case "classes":
      return (await houston().world()).estate.classes.map(({ name }) => ({ name, says: "" }));
    case "services": {
      const { services } = (await houston().world()).estate;
      return Object.entries(services).map(([name, { layer }]) => ({ name, says: layer }));
    }
    case "drills":
      return (await import("../../planet/drills/catalogue.ts")).DRILLS.map(({ name, says }) => ({ name, says }));
    case "faults": {
      const { FAULTS } = await import("../../planet/drills/fault-names.ts");
      return [...FAULTS.map(({ name, does }) => ({ name, says: does })), { name: "clear", says: "ends all faults" }];
    }
    case "scenarios": {
      const { SCENARIOS } = await import("../../simulation/faults.ts");
      return Object.keys(SCENARIOS).map((name) => ({ name, says: "" }));
    }
    case "questions":
      return (await houston().view()).questions.map(({ id, asks }) => ({ name: id, says: asks }));
    case "choices": {
      const question = (await houston().view()).questions.find(({ id }) => id === given[0]);
      return (question?.choices ?? []).map((says, index) => ({ name: String(index + 1), says }));
    }
    case "incidents":
      return (await houston().incidents()).map(({ number, brief }) => ({ name: String(number), says: brief }));
  }
}

function answerWithinMs(): number {
  const wished = Number(process.env["HOUSTON_TAB_MS"]);
  return wished >= 1 && wished <= ANSWER_WITHIN_MS_MAX ? wished : ANSWER_WITHIN_MS;
}

/** As commands find it, without the options that may stand on the line. */
function houston(): HoustonClient {
  const given = process.env["HOUSTON_API"];
  const api = given ?? readRunFile()?.api;
  if (api === undefined) throw new Error("no Houston runs here");
  return houstonClient({
    api,
    token: "",
    fetch: (address, init) => fetch(address, { ...init, signal: AbortSignal.timeout(answerWithinMs()) }),
  });
}
