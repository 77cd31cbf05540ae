// Builds app/static/vendor from app/assets_src and the packages of package-lock.json. For maintainers:
//   cd tools/assets && npm ci && npm run build
// The output is committed, so nobody else needs Node. tests/unit/web_kit/test_assets.py re-hashes sources and output.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync, copyFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");
const modules = join(here, "node_modules");
const sources = join(root, "app", "assets_src");
const target = join(root, "app", "static", "vendor");
const python = join(root, ".venv", "bin", "python");

const packages = [
  { name: "govuk-frontend", licence: "MIT", licenceFile: "govuk-frontend.txt" },
  { name: "@fontsource-variable/source-sans-3", licence: "OFL-1.1", licenceFile: "source-sans-3.txt" },
];
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

function listFiles(folder) {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .sort();
}

function writeCss() {
  const { css } = sass.compile(join(sources, "scss", "innoverkko.scss"), {
    loadPaths: [modules],
    style: "compressed",
    quietDeps: true,
  });
  if (/GDS Transport|crown/i.test(css)) throw new Error("GOV.UK's own typeface or crown is in the style sheet");
  // The hash of asset_url() in app/web/filters.py, so that a page's preload and the style sheet ask for one address.
  const versioned = css.replace(/url\("?([\w-]+\.woff2)"?\)/g, (_, name) => {
    return `url("${name}?v=${sha256(readFileSync(join(target, name))).slice(0, 10)}")`;
  });
  writeFileSync(join(target, "innoverkko.css"), versioned + "\n");
}

function writeJs() {
  esbuild.buildSync({
    entryPoints: [join(sources, "js", "main.js")],
    nodePaths: [modules],
    outfile: join(target, "innoverkko.js"),
    bundle: true,
    format: "esm",
    minify: true,
    charset: "utf8",
    target: "es2022",
    legalComments: "none",
  });
}

function writeFonts() {
  const files = join(modules, "@fontsource-variable", "source-sans-3", "files");
  execFileSync(python, ["-W", "ignore", join(here, "subset_fonts.py"), files, target], { stdio: "inherit" });
}

// WhiteNoise serves these siblings; fonts are compressed already.
function compress(path) {
  const bytes = readFileSync(path);
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }));
}

function writeManifest() {
  const describe = (base) => (path) => {
    const bytes = readFileSync(path);
    return [relative(base, path), { bytes: bytes.length, sha256: sha256(bytes) }];
  };
  const manifest = {
    packages: packages.map(({ name, licence }) => ({
      name,
      version: JSON.parse(readFileSync(join(modules, name, "package.json"))).version,
      licence,
    })),
    sources: Object.fromEntries(listFiles(sources).map(describe(sources))),
    files: Object.fromEntries(listFiles(target).map(describe(target))),
  };
  writeFileSync(join(target, "manifest.json"), JSON.stringify(manifest, null, 1) + "\n");
}

rmSync(target, { recursive: true, force: true });
mkdirSync(join(target, "licences"), { recursive: true });
writeFonts();
writeCss();
writeJs();
for (const { licenceFile } of packages) copyFileSync(join(here, "licences", licenceFile), join(target, "licences", licenceFile));
for (const name of ["innoverkko.css", "innoverkko.js"]) compress(join(target, name));
copyFileSync(join(sources, "favicon.svg"), join(target, "favicon.svg"));
writeManifest();
