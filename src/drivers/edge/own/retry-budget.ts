/**
 * Second tries, as a share of what is asked at all: where everything fails they would be twice the load on what is left. A token is a second
 * try; each request brings a tenth of one.
 */
export type RetryBudget = { asked(): void; take(): boolean };

const EACH_REQUEST = 0.1;
/** So many may come at once, as when a kept connection is closed under many requests. */
const TOKENS_MAX = 20;

export function retryBudget(): RetryBudget {
  let tokens = TOKENS_MAX;
  return {
    asked() {
      tokens = Math.min(TOKENS_MAX, tokens + EACH_REQUEST);
    },
    take() {
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
