import { expect, test } from "vitest";
import { NO_REQUESTS, requestsWords, sumOfRequests } from "./requests.ts";

const at = (name: string, given: Partial<typeof NO_REQUESTS>) => ({ name, requests: { ...NO_REQUESTS, ...given } });

test("nothing is told while there is nothing to tell", () => {
  expect(requestsWords({ ...NO_REQUESTS, silent: [] }, [at("us-east-1", {})])).toBeNull();
});

test("who goes on with them and whose they were is named, the most first, and no more than two", () => {
  const locations = [
    at("us-east-1", { inFlight: 9, parked: 2, inDoubt: 1 }),
    at("ca-central-1", { inFlight: 3, resumedElsewhere: 9 }),
    at("us-east-2", { resumedElsewhere: 31 }),
    at("us-central1", { resumedElsewhere: 9 }),
    { name: "eu-west-1", requests: null },
  ];
  const sum = sumOfRequests(locations.flatMap(({ requests }) => requests ?? []));
  expect(requestsWords({ ...sum, silent: [] }, locations)).toBe(
    "12 in flight, 49 resumed elsewhere (us-east-2 31, ca-central-1 9, 1 more), 2 parked (us-east-1 2), 1 of them in doubt",
  );
});

test("a journal that does not answer is told even when nothing else is", () => {
  expect(requestsWords({ ...NO_REQUESTS, silent: ["journal"] }, [])).toBe("not heard: journal");
});
