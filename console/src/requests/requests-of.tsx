import { requestsWords } from "../../../src/core/requests.ts";
import { useStatus } from "./use-status.ts";

/** Of the requests on their way those that this location ran last. */
export function RequestsOf({ name }: { readonly name: string }) {
  const requests = useStatus()?.locations.find((each) => each.name === name)?.requests ?? null;
  const words = requests === null ? null : requestsWords({ ...requests, silent: [] }, []);
  return words === null ? null : <p className="muted">Requests that it ran last: {words}.</p>;
}
