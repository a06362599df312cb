#!/bin/bash
# scripts/install-packages.sh GROUP: installs the Debian packages that GROUP (build, test, demo, tidy, format; compare and
# peers for bench/compare.sh) needs and that are missing, each named with its reason. Silent when nothing is missing. Asks
# first when a person sits there (a terminal, and CI is not true). COMPILER, BUILD and SITE choose among the packages as
# they do in the Makefile.

set -euo pipefail

# The table: groups | package | why.
packages() {
  local compiler=${COMPILER:-clang} build=${BUILD:-release} site=${SITE:-python}
  cat <<TABLE
build test demo tidy compare | cmake                  | configures the build
build test demo tidy compare | ninja-build            | runs the build
build test demo tidy compare | liburing-dev           | the header that describes io_uring
build test demo tidy compare | libcurl4-openssl-dev   | the HTTP client
build test demo tidy compare | node-llhttp            | the HTTP server's parser (its C sources)
build test demo tidy compare | libidn2-dev            | host names that are not ASCII
build test demo tidy compare | libfmt-dev             | the programs print with it
build test demo tidy compare | libcli11-dev           | the programs' options
build test demo tidy compare | nlohmann-json3-dev     | the crawler writes JSON with it
build test demo tidy compare | python3                | names HTML's characters, and runs the checks that are scripts
peers                        | python3                | a peer: asyncio
test tidy                    | libgtest-dev           | the tests' framework
test tidy                    | libgumbo-dev           | a second opinion on HTML pages
test demo                    | python3.11-doc         | the site that is crawled
test                         | valgrind               | counts the instructions of weft's fast paths
test                         | pkgconf                | a test builds a program by pkg-config
test                         | nginx                  | a server that the crawler is tested on
test                         | apache2-bin            | a server that the crawler is tested on
test                         | lighttpd               | a server that the crawler is tested on
test                         | lighttpd-mod-deflate   | compression in lighttpd
test                         | lighttpd-mod-openssl   | TLS in lighttpd
test                         | openssl                | makes the test servers' certificates
test                         | wget                   | a second opinion on broken links
test                         | curl                   | a second opinion on the HTTP server
tidy                         | clang-tidy-19          | the linter
tidy format                  | clang-format-19        | the formatter
compare                      | clang-19               | weft and the limit are measured with both compilers
compare                      | libstdc++-12-dev       | the C++ library
compare                      | g++                    | weft and the limit are measured with both compilers
compare                      | make                   | builds the limits and the peers
peers                        | libboost1.81-dev       | a peer: Boost.Asio
peers                        | libuv1-dev             | a peer: libuv
peers                        | golang-go              | a peer: Go
peers                        | cargo                  | builds the peer Tokio
peers                        | librust-tokio-dev      | a peer: Tokio
peers                        | librust-libc-dev       | Tokio's program asks for its CPU time with it
peers                        | python3-uvloop         | a peer: uvloop
peers                        | golang-golang-x-net-dev | the peer Go reads HTML with it
peers                        | wget2                  | a peer: a crawler
peers                        | nginx                  | serves the sites that are crawled
peers                        | python3.11-doc         | a site that is crawled
peers                        | cppreference-doc-en-html | a site that is crawled
TABLE
  if [[ $compiler == gcc ]]; then
    echo "build test demo tidy | g++ | the compiler"
  else
    echo "build test demo tidy | clang-19 | the compiler"
    echo "build test demo tidy | libstdc++-12-dev | the C++ library"
    if [[ $build == asan || $build == tsan ]]; then
      echo "build test demo | libclang-rt-19-dev | the sanitizers' runtime"
    fi
  fi
  if [[ $site == cppreference ]]; then
    echo "demo | cppreference-doc-en-html | the site that is crawled"
  fi
}

group=${1:-}
if ! [[ $group =~ ^(build|test|demo|tidy|format|compare|peers)$ ]]; then
  echo "usage: $0 build|test|demo|tidy|format|compare|peers" >&2
  exit 2
fi

declare -A reason=()
names=()
while IFS='|' read -r groups name why; do
  if [[ " $groups " == *" $group "* ]]; then
    name=${name//[[:space:]]/}
    names+=("$name")
    reason[$name]=${why# }
  fi
done < <(packages)

if ! command -v dpkg-query > /dev/null || ! command -v apt-get > /dev/null; then
  echo "Not Debian: nothing is installed for you. Needed are (Debian's names): ${names[*]}"
  exit 0
fi

# dpkg-query fails when a package is unknown to it, which is one way of being missing.
installed=$(dpkg-query -W -f='${db:Status-Abbrev}${Package}\n' "${names[@]}" 2> /dev/null | sed -n 's/^.i //p' || true)
missing=()
for name in "${names[@]}"; do
  grep -qxF "$name" <<< "$installed" || missing+=("$name")
done
((${#missing[@]})) || exit 0

echo "Missing Debian packages:"
for name in "${missing[@]}"; do
  printf '  %-24s %s\n' "$name" "${reason[$name]}"
done

as_root=()
if ((EUID != 0)); then
  if ! command -v sudo > /dev/null; then
    echo "Neither root nor sudo: as root, run" >&2
    echo "  apt-get update && apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi

if [[ -t 0 && -t 1 && ${CI:-} != true ]]; then
  read -r -p "Install them with apt-get? [Y/n] " answer
  if [[ -n $answer && ! $answer =~ ^[Yy] ]]; then
    echo "Not installed, so nothing was built." >&2
    exit 1
  fi
fi

# Debian starts a server when it installs one. Ours are for tests, which start their own on their own ports: the services
# are masked until the next boot while they are installed, and disabled after. (Where no systemd runs, as in a container,
# Debian starts nothing. Apache comes as apache2-bin, which has no service.)
new_services() {
  local name
  for name in "${missing[@]}"; do
    case $name in nginx | lighttpd) echo "$name.service" ;; esac
  done
}
mapfile -t services < <(new_services)
has_systemd() { [[ -d /run/systemd/system ]] && ((${#services[@]})); }

apt_install() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -q --no-install-recommends -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 "${missing[@]}" \
    > "$log" 2>&1
}
apt_update() { "${as_root[@]}" apt-get update -q > "$log" 2>&1; }
fail() {
  cat "$log" >&2
  echo "$1" >&2
  exit 1
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT
if has_systemd; then
  "${as_root[@]}" systemctl mask --quiet --runtime "${services[@]}"
fi
echo "Installing (this may take a minute or two) ..."
# The lists of packages are fetched when there are none, or when those that there are prove too old.
if [[ -z $(apt-cache madison "${missing[-1]}" 2> /dev/null) ]]; then
  apt_update || fail "apt-get update failed"
fi
if ! apt_install; then
  apt_update || fail "apt-get update failed"
  apt_install || fail "apt-get install failed"
fi
if has_systemd; then
  "${as_root[@]}" systemctl unmask --quiet --runtime "${services[@]}"
  "${as_root[@]}" systemctl disable --quiet "${services[@]}"
fi
echo "Installed."
