#!/bin/bash
# scripts/demo.sh BIN: serves a real site on loopback with weft's own server (BIN/example_serve_site) and crawls all of it
# with BIN/weft-crawl. SITE chooses the site: python (526 pages) or cppreference (4,389). Beside what was crawled it says
# how many pages a walk over the files on disk finds, which shares no code with the crawler.
# Ends with 0 when the crawl ran to its end and fetched what the walk found. Broken links are no failure: each of the two
# sites has one.

set -euo pipefail

bin=${1:?usage: $0 BIN}
here=$(cd "$(dirname "$0")/.." && pwd)
case ${SITE:-python} in
  python) package=python3.11-doc index=/html/index.html start=/index.html ;;
  cppreference) package=cppreference-doc-en-html index=/html/en/index.html start=/en/index.html ;;
  *)
    echo "SITE is python or cppreference, not '${SITE}'" >&2
    exit 2
    ;;
esac

index_file=$(dpkg -L "$package" 2> /dev/null | grep "$index\$" | head -n 1 || true)
if [[ -z $index_file ]]; then
  echo "the package $package is not installed (apt install $package)" >&2
  exit 1
fi
root=${index_file%"$start"}

work=$(mktemp -d)
server=
walk=
finish() {
  # By process id, and only what was started here.
  for process in $server $walk; do kill "$process" 2> /dev/null || true; done
  for _ in {1..50}; do
    kill -0 $server 2> /dev/null || break
    sleep 0.1
  done
  kill -KILL $server 2> /dev/null || true
  rm -rf "$work"
}
trap finish EXIT

echo "== serving $root"
mkfifo "$work/url"
set -m  # Else the shell would start it with SIGINT ignored, and it ends by SIGINT and by what it makes one of, SIGTERM.
"$bin/example_serve_site" "$root" 0 > "$work/url" &
server=$!
set +m
exec 3< "$work/url"
read -r line <&3
url=$(grep -Eo 'http://[^ ]+' <<< "$line" | head -n 1)
url=${url%/}
[[ -n $url ]] || { echo "the server said '$line' and no address" >&2; exit 1; }

echo "== crawling $url$start"
status=0
"$bin/weft-crawl" "$url$start" --output pages.jsonl --report "$work/report.json" || status=$?
((status <= 1)) || { echo "== the crawl did not run to its end (it ended with $status)" >&2; exit 1; }

echo
echo "== the same site, walked as files on disk (half a minute or less)"
python3 -B "$here/tests/crawl/walk.py" --root "$root" --start "$start" > "$work/walk.json" &
walk=$!
wait "$walk"
walk=
python3 -B - "$work/report.json" "$work/walk.json" "$status" << 'PYTHON'
import json, sys
crawled, walked = (json.load(open(name, encoding="utf-8")) for name in sys.argv[1:3])
holders = lambda broken: sum(len(pages) for pages in broken)
print(f"                  {'crawled':>9} {'on disk':>9}")
rows = [("pages", crawled["pages"], len(walked["pages"])),
        ("links", crawled["links"], walked["links"]),
        ("broken URLs", len(crawled["broken"]), len(walked["broken"])),
        ("  on pages", holders(b["pages"] for b in crawled["broken"]), holders(walked["broken"].values()))]
for name, *counts in rows:
    print(f"  {name:<14}" + "".join(f"  {count:>8,}" for count in counts))
different = [name.strip() for name, a, b in rows if a != b]
if different:
    sys.exit(f"== different: {', '.join(different)}")
print("== the crawl ran to its end and found what is on disk" +
      ("; it found broken links (status 1), as it should" if sys.argv[3] == "1" else ""))
PYTHON
echo "== a record for each URL: pages.jsonl"
