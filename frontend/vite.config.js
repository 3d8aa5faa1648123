import { defineConfig } from "vite";

// The manifest tells the templates the hashed names; nothing of the output is committed.
export default defineConfig({
  base: "/static/build/",
  build: {
    outDir: "../src/anru/web/shell/static/build",
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: { main: "src/main.ts", styles: "src/styles/main.scss" },
    },
  },
  css: { preprocessorOptions: { scss: { quietDeps: true, silenceDeprecations: ["import", "global-builtin", "color-functions", "if-function"] } } },
});
