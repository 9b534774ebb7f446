/** Natural logarithms of milliseconds, as means of requests have them: from far below a nanosecond to longer than the world is old. */
export const LOG_MS_LEAST = -30;
export const LOG_MS_MOST = 60;
/** The most by which two of them differ. */
export const LOG_MS_APART_MOST = LOG_MS_MOST - LOG_MS_LEAST;

/** Whatever is learnt stays where another life of this node takes it: rounding, or a unit that changes again and again, leads beyond. */
export const boundLogMs = (logMs: number): number => Math.max(LOG_MS_LEAST, Math.min(LOG_MS_MOST, logMs));
export const boundApart = (logMs: number): number => Math.max(-LOG_MS_APART_MOST, Math.min(LOG_MS_APART_MOST, logMs));
