#!/bin/bash
# demo.sh BIN: weft's own server serves a real site on loopback, weft-crawl crawls all of it, and an independent walk over
# the files says how many pages there were to find. SITE=python|cppreference chooses the site. Writes pages.jsonl here.
# Ends with 0 when the crawl ran to its end: that it found broken links (both sites hold one) is a finding, not a failure.

set -euo pipefail
bin=${1:?usage: demo.sh BIN}
here=$(cd "$(dirname "$0")/.." && pwd)

case ${SITE:-python} in
  python) package=python3.11-doc start=/index.html ;;
  cppreference) package=cppreference-doc-en-html start=/en/index.html ;;
  *)
    echo "SITE is python or cppreference, not '$SITE'" >&2
    exit 2
    ;;
esac
# The page that we start from tells where the package keeps its HTML.
page=$(dpkg -L "$package" | grep -E "/html$start\$|/reference$start\$" | head -n 1) || true
if [[ -z $page ]]; then
  echo "demo: $package has no page that ends in $start; is it installed?" >&2
  exit 2
fi
root=${page%"$start"}

work=$(mktemp -d)
server=
finish() {
  if [[ -n $server ]]; then
    kill -TERM "$server" 2> /dev/null || true
    wait "$server" 2> /dev/null || true
  fi
  rm -rf "$work"
}
trap finish EXIT

mkfifo "$work/address"
"$bin/example_serve_site" "$root" 0 > "$work/address" &
server=$!
read -r address < "$work/address"
echo "serving $root at $address"
echo

status=0
"$bin/weft-crawl" "${address%/}$start" --output pages.jsonl || status=$?

echo
crawled=$(python3 -c '
import json, sys
pages = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
print(sum(page["status"] == 200 and page["type"].startswith("text/html") for page in pages))' pages.jsonl)
walked=$(python3 "$here/tests/crawl/walk.py" --root "$root" --start "$start" --count)
echo "crawled $crawled pages; an independent walk over the files finds $walked reachable"
if ((status > 1)); then
  echo "demo: the crawl did not run to its end (weft-crawl ended with $status)" >&2
  exit "$status"
fi
if [[ $crawled != "$walked" ]]; then
  echo "demo: the two differ" >&2
  exit 1
fi
