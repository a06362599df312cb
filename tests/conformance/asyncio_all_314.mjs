// Prints the public names of CPython 3.14's asyncio, for the test of docs/guide/from-asyncio.md.
//
//     node asyncio_all_314.mjs > asyncio_all.txt
import { startPython } from "./python_314.mjs";

const python = await startPython([]);
python.runPython(`
import asyncio, sys
version = sys.version.split()[0]
print(f"# asyncio.__all__ of CPython {version}: node asyncio_all_314.mjs > asyncio_all.txt")
print(*sorted(asyncio.__all__), sep="\\n")
`);
