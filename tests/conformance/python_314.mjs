// CPython 3.14 on WebAssembly, as npm's package pyodide brings it: installed once, in a folder of the system's
// temporary ones.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const version = "314.0.7"; // CPython 3.14.2
const base = join(tmpdir(), "conformance-pyodide-" + version);
const entry = join(base, "node_modules", "pyodide", "pyodide.mjs");

// A Python which finds modules in these folders, asyncio's own tasks, and no trace of pyodide's loop.
export async function startPython(folders) {
  if (!existsSync(entry)) {
    mkdirSync(base, { recursive: true });
    execFileSync("npm", ["install", "--no-save", "--prefix", base, "pyodide@" + version],
      { stdio: ["ignore", 2, 2] }); // its chatter isn't a trace
  }
  const { loadPyodide } = await import(pathToFileURL(entry).href);
  const python = await loadPyodide();
  folders.forEach((folder, i) => {
    const mounted = "/corpus" + i;
    python.FS.mkdirTree(mounted);
    python.FS.mount(python.FS.filesystems.NODEFS, { root: folder }, mounted);
    python.runPython(`import sys; sys.path.insert(0, "${mounted}")`);
  });
  python.runPython(`
import asyncio, sys
sys.dont_write_bytecode = True
assert sys.version_info[:2] == (3, 14)
assert asyncio.Task is asyncio.tasks._CTask     # the one CPython itself uses
`);
  return python;
}
