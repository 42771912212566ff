#!/bin/sh
# What has to be on the machine before `make install` can bring the rest: one line for each thing that is missing.
# Runs before there is a Node of ours, so it is a shell script.
missing=0

complain() {
  echo "missing: $1 (Debian package: $2)" >&2
  missing=1
}

# The first number of a version's text: 17.0.15 → 17, v20.20.2 → 20.
major() {
  echo "$1" | sed -n 's/^[^0-9]*\([0-9][0-9]*\).*/\1/p'
}

at_least() {
  [ -n "$1" ] && [ "$1" -ge "$2" ]
}

if command -v node >/dev/null; then
  node_version=$(node --version 2>&1)
  at_least "$(major "$node_version")" 20 || complain "Node.js 20 or newer; this machine has $node_version" "nodejs, of Debian 13 or newer"
else
  complain "Node.js 20 or newer" "nodejs, of Debian 13 or newer"
fi

command -v npm >/dev/null || complain "npm" "npm"

if command -v java >/dev/null; then
  java_version=$(java -version 2>&1 | sed -n 's/.*version "\([^"]*\)".*/\1/p' | head -n 1)
  at_least "$(major "$java_version")" 17 || complain "Java 17 or newer; this machine has ${java_version:-a java that does not start}" "default-jre-headless"
else
  complain "Java 17 or newer" "default-jre-headless"
fi

command -v mvn >/dev/null || complain "Maven" "maven"

case "$(uname -s)" in
  Linux)
    getconf GNU_LIBC_VERSION >/dev/null 2>&1 || complain "glibc; the ClickHouse engine does not run on musl (Alpine)" "libc6, which every Debian has"
    ;;
  Darwin) ;;
  *) echo "missing: Linux with glibc or macOS; on Windows use WSL2" >&2 && missing=1 ;;
esac

exit $missing
