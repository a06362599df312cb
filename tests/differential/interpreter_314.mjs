// interpreter.py in CPython 3.14: programs come on the standard input, one a line as JSON; the trace of each is
// printed as a line, a JSON list, at once.
import { writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { startPython } from "../conformance/python_314.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const python = await startPython([join(here, "..", "conformance"), here]);
const run = python.runPython(`
import interpreter
interpreter.begin()
interpreter.run
`);

function printWhole(text) {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length;) {
    try {
      done += writeSync(1, bytes, done);
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
    }
  }
}

try {
  for await (const line of createInterface({ input: process.stdin })) printWhole(run(line) + "\n");
} catch (error) { // its text only: node would print pyodide's source too
  console.error(error.message);
  process.exitCode = 1;
}
