#!/usr/bin/env bash
# Runs every fuzz target of the project, one after the other, for the given time.
# Shortening a find is limited to one try: it may not eat the time of the search.
set -euo pipefail
cd "$(dirname "$0")/.."
time=${1:-5m}
grep -rl --include='*_test.go' '^func Fuzz' . | while read -r file; do
	package=$(dirname "$file")
	grep -oE '^func Fuzz[A-Za-z0-9_]*' "$file" | cut -d' ' -f2 | while read -r target; do
		echo "== $package $target ($time)"
		go test -run '^$' -fuzz "^$target\$" -fuzztime "$time" -fuzzminimizetime 1x "$package" </dev/null
	done
done
