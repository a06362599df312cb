#!/bin/bash
# bench/compare.sh [PART] [REPETITIONS]: weft beside the limit and its peers, on this machine: installs what it
# needs (Debian 12), builds weft with both compilers and the others, runs all of it interleaved (5 repetitions unless told)
# and prints medians, ratios and whether the bounds hold; build/compare/ keeps the table (TSV) and the chart (SVG).
# ONLY="spawn hop echo" picks workloads. README.md says what each figure means.

set -euo pipefail
cd "$(dirname "$0")/.."
parts='micro|servers|crawl|idle|latency|scaling|all' # those of compare/parts.py; compile is apart
part=${1:-all}
repetitions=${2:-5}
if ! [[ $part =~ ^($parts|compile)$ && $repetitions =~ ^[1-9][0-9]*$ ]]; then
  echo "usage: [ONLY='WORKLOAD...'] $0 [$parts|compile] [REPETITIONS]" >&2
  exit 2
fi
# The compilers and the Python that Debian packages, for theirs are the versions that the table names.
export PATH=/usr/bin:/bin:$PATH
jobs=$(nproc)

scripts/install-packages.sh compare
scripts/install-packages.sh peers || echo "Not all peers' packages are there; what can't be built is left out." >&2

for preset in release gcc-release; do
  cmake --preset "$preset" --log-level=WARNING -DWEFT_BUILD_TESTS=OFF >&2
  if [[ $part == compile ]]; then
    cmake --build --preset "$preset" --parallel "$jobs" --target weft >&2
  else
    cmake --build --preset "$preset" --parallel "$jobs" --target weft-bench weft-crawl >&2
  fi
done
if [[ $part == compile ]]; then exec /usr/bin/python3 -B bench/compare/compile_time.py . "$repetitions"; fi
mkdir -p build/compare
if ! make -k -j "$jobs" -C bench/peers > build/compare/make.log 2>&1; then
  grep -E 'error|\*\*\*' build/compare/make.log >&2 || true
  echo "Some of the others can't be built (build/compare/make.log has all that was said):" >&2
fi

/usr/bin/python3 -B bench/compare/compare.py "$part" "$repetitions" build build/compare
