import { defineConfig } from "vite";

/** The console is built into files that Houston serves itself: names carry a hash of their content, so they are kept for a year. */
export default defineConfig({
  root: import.meta.dirname,
  base: "/",
  build: {
    outDir: "dist",
    emptyOutDir: true,
    // What `light-dark()` and reading a stream in a loop need; older browsers would show half of it.
    target: ["chrome125", "firefox125", "safari18"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    host: "127.0.0.1",
    // `npm run dev -w console` beside a Houston that runs.
    proxy: { "/api": { target: "http://127.20.0.70:7070", changeOrigin: true } },
  },
});
