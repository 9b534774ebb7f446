import { vi } from "vitest";

export type Ended = { readonly code: number; readonly out: string; readonly err: string };

/** What a command printed while it ran, and the code that it ended with; the process' own is as before. */
export async function captured(runs: () => Promise<number>): Promise<Ended> {
  let [out, err] = ["", ""];
  const spies = [
    vi.spyOn(process.stdout, "write").mockImplementation((chunk) => ((out += String(chunk)), true)),
    vi.spyOn(process.stderr, "write").mockImplementation((chunk) => ((err += String(chunk)), true)),
  ];
  process.exitCode = undefined;
  try {
    return { code: await runs(), out, err };
  } finally {
    process.exitCode = undefined;
    for (const spy of spies) spy.mockRestore();
  }
}
