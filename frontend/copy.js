// After the bundle: the icon sprite, the fonts for printed papers, and compressed twins of what browsers load.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const out = "../src/anru/web/shell/static/build";
const assets = join(out, "assets");

function sprite() {
  const wanted = JSON.parse(readFileSync("icons.json", "utf8"));
  const symbols = Object.entries(wanted).map(([name, source]) => {
    const svg = readFileSync(`node_modules/@tabler/icons/icons/outline/${source}.svg`, "utf8");
    const inner = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
    return `<symbol id="${name}" viewBox="0 0 24 24">${inner.replace(/\s+/g, " ").trim()}</symbol>`;
  });
  const text = `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
  const file = `assets/icons-${createHash("sha256").update(text).digest("hex").slice(0, 8)}.svg`;
  writeFileSync(join(out, file), text);
  const path = join(out, "manifest.json");
  const manifest = JSON.parse(readFileSync(path, "utf8"));
  manifest["icons.svg"] = { file, names: Object.keys(wanted) };
  writeFileSync(path, JSON.stringify(manifest, null, 1));
}

function fonts() {
  mkdirSync(join(out, "fonts"), { recursive: true });
  const base = "node_modules/@expo-google-fonts/noto-sans-sc";
  for (const weight of ["400Regular", "700Bold"]) {
    copyFileSync(join(base, weight, `NotoSansSC_${weight}.ttf`), join(out, "fonts", `NotoSansSC_${weight}.ttf`));
  }
}

function compress() {
  for (const name of readdirSync(assets)) {
    if (!/\.(js|css|svg)$/.test(name)) continue;
    const bytes = readFileSync(join(assets, name));
    writeFileSync(join(assets, `${name}.gz`), gzipSync(bytes, { level: 9 }));
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
    writeFileSync(join(assets, `${name}.br`), brotliCompressSync(bytes, { params }));
  }
}

sprite();
fonts();
compress();
