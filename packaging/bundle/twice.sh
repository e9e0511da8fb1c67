#!/usr/bin/env bash
# Makes the packages again, from nothing, and compares. What is not the same byte
# for byte is named; of README.md's list nothing may be missing or more.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
GOCACHE="$work/go" go run ./packaging/bundle --out "$work/dist" "$@" >/dev/null
failed=
while read -r _ name; do
	case "$name" in
	*.msi) same=no ;; # wixl gives it a code by chance, and the cabinet in it the time
	*) same=yes ;;
	esac
	is=no
	cmp -s "dist/$name" "$work/dist/$name" && is=yes
	echo "$name: $([ "$is" = yes ] && echo the same || echo differs)"
	[ "$is" = "$same" ] || [ "$is" = yes ] || failed=yes
done <"$work/dist/SHA256SUMS"
[ -z "$failed" ]
