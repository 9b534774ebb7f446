import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";
import { noteBuiltFrom } from "../scripts/up-to-date.js";

/**
 * The console is built into files that Houston serves itself. Their names carry a hash of their content, so they are kept for a
 * year; beside each lies what it is compressed, so that nobody compresses while people wait. `--mode made` builds the same
 * console on made data, for looking at it: that is never served by Houston.
 */
export default defineConfig(({ mode, command }) => {
  // Whoever builds it (a test has an environment of its own): it is what people use, so without React's aids for developers.
  if (command === "build") process.env["NODE_ENV"] = "production";
  return {
    root: import.meta.dirname,
    base: "/",
    plugins: mode === "made" ? [madeEntry()] : [builtFrom(), compressed()],
    build: {
      outDir: mode === "made" ? "made/dist" : "dist",
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
  };
});

const root = join(import.meta.dirname, "..");

function madeEntry(): Plugin {
  return {
    name: "made-entry",
    transformIndexHtml: {
      order: "pre",
      handler: (html) => html.replace("/src/main.tsx", "/src/made-data/main.tsx"),
    },
  };
}

/** Notes which files went in, and what they were: `scripts/build-console.js` builds again when one has changed. */
function builtFrom(): Plugin {
  return {
    name: "built-from",
    writeBundle({ dir }, bundle) {
      const modules = Object.values(bundle).flatMap((file) => (file.type === "chunk" ? file.moduleIds : []));
      noteBuiltFrom(join(dir!, "built-from.json"), [
        ...modules
          .map((id) => relative(root, id.replace(/[?\0].*$/, "")))
          .filter((path) => /^(?:src|console)\//.test(path)),
        "console/index.html",
        "console/vite.config.ts",
        "package-lock.json",
      ]);
    },
  };
}

function compressed(): Plugin {
  return {
    name: "compressed",
    closeBundle: {
      sequential: true,
      handler() {
        const dir = this.environment.config.build.outDir;
        const folder = join(import.meta.dirname, dir);
        for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
          const path = join(entry.parentPath, entry.name);
          if (!entry.isFile() || !/\.(?:js|css|html|svg)$/.test(entry.name)) continue;
          const content = readFileSync(path);
          writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
          writeFileSync(
            `${path}.br`,
            brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
          );
        }
      },
    },
  };
}
