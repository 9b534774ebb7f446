/** How amounts read in every view: short, with their unit, never rounded to something better than they are. */

const grouped = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });

export function percent(share: number): string {
  const value = share * 100;
  if (value > 0 && value < 0.01) return "under 0.01 %";
  if (value > 99 && value < 100) return `${Math.floor(value * 10) / 10} %`;
  const digits = value === 0 || value >= 10 ? 0 : value < 1 ? 2 : 1;
  return `${value.toFixed(digits)} %`;
}

/** For how full a place is: half a percent more or less says nothing. */
export function fullness(share: number): string {
  return `${Math.round(share * 100)} %`;
}

export function amount(value: number): string {
  return value !== 0 && Math.abs(value) < 10 && !Number.isInteger(value) ? value.toFixed(1) : grouped.format(value);
}

export function rps(value: number): string {
  return `${amount(value)} rps`;
}

export function millis(ms: number): string {
  if (ms >= 10_000) return seconds(ms);
  return `${ms < 10 && !Number.isInteger(ms) ? ms.toFixed(1) : amount(Math.round(ms))} ms`;
}

/** From a second up to hours, two parts at most: `9.4 s`, `2 min 5 s`, `3 h 20 min`. */
export function seconds(ms: number): string {
  const whole = Math.round(ms / 1000);
  if (whole < 100) return `${ms < 10_000 && ms % 1000 !== 0 ? (ms / 1000).toFixed(1) : whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return whole % 60 === 0 ? `${minutes} min` : `${minutes} min ${whole % 60} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** `+3 ms`, `-2 ms`: what comes on top. */
export function added(ms: number): string {
  const value = Math.round(ms);
  return `${value < 0 ? "−" : "+"}${millis(Math.abs(value))}`;
}

/** `1 place`, `3 places`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${amount(count)} ${count === 1 ? one : many}`;
}

/** `a, b and c`. */
export function listed(names: readonly string[]): string {
  if (names.length <= 1) return names[0] ?? "nobody";
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
