import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import type { HoustonClient } from "../../src/api/client.ts";
import { App } from "./app.tsx";
import { startLive } from "./live/live.ts";
import { showTheme } from "./look/theme.ts";
import { sayBroken } from "./shell/last-words.ts";
import { frameStore } from "./timeline/frame-store.ts";

/** Puts the console on the page, speaking to Houston through this client. */
export function mount(options: { readonly client: HoustonClient; readonly canOrder: boolean }): void {
  const { client, canOrder } = options;
  showTheme();
  const live = startLive({
    client,
    clock: {
      now: () => Date.now(),
      after(ms, run) {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
      chance: () => Math.random(),
    },
  });
  live.setSeen(!document.hidden);
  document.addEventListener("visibilitychange", () => live.setSeen(!document.hidden));
  addEventListener("online", () => live.wake());
  const frames = frameStore(client, () => Date.now() + live.get().aheadMs);
  const root = document.querySelector("#root");
  if (root === null) throw new Error("index.html has no #root");
  createRoot(root, { onUncaughtError: sayBroken }).render(
    <StrictMode>
      <App client={client} live={live} frames={frames} canOrder={canOrder} />
    </StrictMode>,
  );
}
