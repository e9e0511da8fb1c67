#!/usr/bin/env bash
# Installs what building and testing Escale needs, where it can: on Debian and
# its relatives with apt, as root or with sudo. Elsewhere it says what is
# missing. It is quick when nothing is.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

if [ "$(uname -s)" != Linux ]; then
	command -v go >/dev/null || { echo "Install Go 1.26 or newer, and a C compiler." >&2; exit 1; }
	exit 0
fi

command -v go >/dev/null || { echo "Install Go 1.26 or newer first: see the README." >&2; exit 1; }

mapfile -t wanted < <(cat "$here/packages.txt" "$here/testbed/packages.txt" | sed 's/#.*//' | tr -s ' \t' '\n' | grep -v '^$' | sort -u)

if ! command -v dpkg-query >/dev/null; then
	echo "This is not Debian: make sure that the equivalents of these packages are installed:" >&2
	printf '  %s\n' "${wanted[@]}" >&2
	exit 0
fi

missing=()
for name in "${wanted[@]}"; do
	status=$(dpkg-query -W -f='${Status}' "$name" 2>/dev/null || true)
	[ "$status" = "install ok installed" ] || missing+=("$name")
done
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
	command -v sudo >/dev/null || { echo "Install these packages as root, then try again: ${missing[*]}" >&2; exit 1; }
	as_root=(sudo)
fi

echo "Installing: ${missing[*]}"
# Services that come with a package must not start: the tests run their own.
guard=/usr/sbin/policy-rc.d
if [ ! -e "$guard" ]; then
	printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$guard" >/dev/null
	"${as_root[@]}" chmod +x "$guard"
	trap '"${as_root[@]}" rm -f "$guard"' EXIT
fi
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
