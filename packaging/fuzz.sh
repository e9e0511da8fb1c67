#!/usr/bin/env bash
# Runs every fuzz target of the project for the given time, as many side by side
# as there are processors, with one worker each. Shortening a find is limited to
# one try: it may not eat the time of the search.
set -euo pipefail
cd "$(dirname "$0")/.."
time=${1:-5m}

one() {
	local package=$1 target=$2 said
	if said=$(go test -run '^$' -fuzz "^$target\$" -fuzztime "$time" -fuzzminimizetime 1x -parallel 1 "$package" 2>&1 </dev/null); then
		echo "ok    $package $target: $(grep -o 'execs: [0-9]*' <<<"$said" | tail -n 1)"
	else
		printf 'FAIL  %s %s\n%s\n' "$package" "$target" "$said"
		return 1
	fi
}
export -f one
export time

grep -roE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]*' . |
	sed -E 's|/[^/]*:func | |' |
	xargs -P "$(nproc)" -L 1 bash -c 'one "$@"' fuzz
