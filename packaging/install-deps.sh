#!/usr/bin/env bash
# Installs what is missing to build Escale ("build"), also to test it ("test") or
# to make packages of it ("package"), or to build the guest of its machine
# ("guest"), where it can: on Debian and its relatives with apt, as root or with sudo. Elsewhere it says what is missing. It is quick when nothing is. It never
# removes a package, and none of the services that it brings starts by itself.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
what=${1:-build}

command -v go >/dev/null || { echo "Install Go 1.26 or newer first: see the README." >&2; exit 1; }

if [ "$(uname -s)" != Linux ]; then
	if [ "$what" = guest ]; then
		echo "The guest of the machine is built on Linux." >&2
		exit 1
	fi
	if [ "$what" = test ]; then
		echo "The tests in a real window and on real engines need Linux. Here: make vet lint unit" >&2
		exit 1
	fi
	exit 0
fi

lists=("$here/packages.txt")
[ "$what" = guest ] && lists=("$here/guest/packages.txt")
[ "$what" = package ] && lists+=("$here/bundle/packages.txt")
[ "$what" = test ] && lists+=("$here/test-packages.txt" "$here/testbed/packages.txt")
mapfile -t wanted < <(sed 's/#.*//' "${lists[@]}" | tr -s ' \t' '\n' | grep -v '^$' | sort -u)

if ! command -v dpkg-query >/dev/null; then
	echo "This is not Debian: make sure that the equivalents of these packages are installed:" >&2
	printf '  %s\n' "${wanted[@]}" >&2
	exit 0
fi

installed() { [ "$(dpkg-query -W -f='${Status}' "$1" 2>/dev/null || true)" = "install ok installed" ]; }

missing=()
for name in "${wanted[@]}"; do
	installed "$name" && continue
	# Docker's own packages bring these programs, and exclude Debian's.
	case $name in
	docker.io) command -v dockerd >/dev/null && continue ;;
	runc) command -v runc >/dev/null && continue ;;
	esac
	missing+=("$name")
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
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends --no-remove "${missing[@]}" >/dev/null || {
	echo "apt could not install them without removing something else. Install their equivalents yourself: ${missing[*]}" >&2
	exit 1
}

# Nor at the next start of the computer.
services() {
	case $1 in
	docker.io) echo docker.socket docker.service containerd.service ;;
	docker-registry) echo docker-registry.service ;;
	podman) echo podman.socket podman.service podman-auto-update.timer podman-auto-update.service podman-restart.service ;;
	openssh-server) echo ssh.service ;;
	esac
}
if command -v systemctl >/dev/null; then
	for name in "${missing[@]}"; do
		for unit in $(services "$name"); do
			"${as_root[@]}" systemctl disable --quiet "$unit" 2>/dev/null || true
		done
	done
fi
