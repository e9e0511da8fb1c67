#!/usr/bin/env bash
# Installs Escale's deb in a clean Debian, starts it there on a virtual display,
# sees its window, plays the journey against the testbed's engine, removes it, and
# compares: nothing of it is left but the user's data.
#
#	linux.sh prepare RELEASE.deb        makes that Debian, with what the package needs; it is kept
#	linux.sh play RELEASE.deb E2E.deb   the rest, in the testbed's network (testbed exec)
#
# RELEASE.deb is what users get; its window is seen from outside. E2E.deb is the
# same, made with an inspector, without which no test can read what is on screen:
# the journey is played with that one. It takes root, and bin/e2e.test.
set -euo pipefail
what=${1:-}
release=$(realpath "${2:?name the package}")
top=$(cd "$(dirname "$0")/../.." && pwd)
suite=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
needs=$(dpkg-deb -f "$release" Depends | sed 's/ *([^)]*)//g; s/ //g')
kept=${XDG_CACHE_HOME:-$HOME/.cache}/escale/installtest
base=$kept/$(printf '%s' "$suite $needs" | sha256sum | cut -c1-16).tar

if [ "$what" = prepare ]; then
	[ -e "$base" ] && exit 0
	mkdir -p "$kept"
	sources=()
	for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do
		[ -s "$file" ] && sources+=("$file")
	done
	echo "making a clean Debian $suite"
	mmdebstrap --quiet --mode=root --format=tar --variant=minbase --include="libgl1-mesa-dri,$needs" "$suite" "$base.new" "${sources[@]}"
	mv "$base.new" "$base"
	exit 0
fi
[ "$what" = play ] || { echo "usage: linux.sh prepare|play RELEASE.deb [E2E.deb]" >&2; exit 2; }
inspected=$(realpath "${3:?name the package with the inspector}")

# What is mounted here is mounted for this script alone, and goes with it.
[ -n "${ESCALE_INSTALLTEST:-}" ] || exec unshare --mount --propagation private env ESCALE_INSTALLTEST=1 "$0" "$@"

work=$(mktemp -d /var/tmp/escale-installtest.XXXXXX) # not in /tmp, which both systems share
root=$work/root
server=
end() {
	[ -z "$server" ] || kill "$server" 2>/dev/null || true
	for at in run/escale-testbed tmp proc dev; do umount -l "$root/$at" 2>/dev/null || true; done
	rm -rf --one-file-system "$work"
}
trap end EXIT

mkdir -p "$root"
tar -C "$root" -xf "$base"
mkdir -p "$root/run/escale-testbed"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --bind /tmp "$root/tmp" # the displays' sockets, and the tests' homes
[ ! -d /run/escale-testbed ] || mount --bind /run/escale-testbed "$root/run/escale-testbed"

inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 HOME=/root DEBIAN_FRONTEND=noninteractive "$@"; }

# Every file of the system, with its kind, rights, owner, size and target, but
# for what apt and dpkg themselves note, and what is mounted.
listing() {
	(cd "$root" && find . -xdev \( -path ./proc -o -path ./dev -o -path ./sys -o -path ./tmp -o -path ./run/escale-testbed \
		-o -path ./var/lib/dpkg -o -path ./var/lib/apt -o -path ./var/log -o -path ./var/cache/apt \) -prune \
		-o -type d -printf '%p %y %m %u\n' -o -printf '%p %y %m %u %s %l\n' | sort)
}

# with PACKAGE WHAT: installs the package, does WHAT, and removes it.
with() {
	listing >"$work/before"
	cp "$1" "$root/root/escale.deb"
	inside apt-get install -y -qq --no-install-recommends /root/escale.deb >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
	rm "$root/root/escale.deb"
	inside dpkg --verify escale
	"$2"
	inside apt-get purge -y -qq escale >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
	listing >"$work/after"
	if ! diff "$work/before" "$work/after" >&2; then
		echo "removing the package does not leave what was there before" >&2
		exit 1
	fi
	if inside dpkg-query -W escale >/dev/null 2>&1; then
		echo "dpkg still knows the package" >&2
		exit 1
	fi
}

start_display() {
	mkfifo "$work/display"
	Xvfb -displayfd 3 -screen 0 1440x900x24 -nolisten tcp -noreset 3>"$work/display" 2>/dev/null &
	server=$!
	read -r number <"$work/display"
	display=:$number
}

# The window of the release, seen from outside, and its end when it is asked to.
# It is run by a user who is not root, by its name, on a computer without an engine.
see_window() {
	version=$(dpkg-deb -f "$release" Version)
	[ "$(inside escale-machine --version)" = "${version%%-*}" ] || { echo "the helper has another version than $version" >&2; exit 1; }
	start_display
	home=$(mktemp -d)
	mkdir "$home/.cache"
	chown -R 1000:1000 "$home"
	chroot --userspec=1000:1000 "$root" env -i PATH=/usr/bin:/bin LANG=C.UTF-8 HOME="$home" XDG_RUNTIME_DIR="$home" DISPLAY="$display" \
		ESCALE_MACHINE=/none escale >"$work/said" 2>&1 &
	program=$!
	seen=
	for _ in $(seq 300); do
		seen=$(DISPLAY="$display" xwininfo -root -tree 2>/dev/null | grep -m1 '"Escale": ("Escale"' || true)
		{ [ -z "$seen" ] && kill -0 "$program" 2>/dev/null; } || break
		sleep 0.1
	done
	if [ -z "$seen" ]; then
		echo "the window did not come; the program said:" >&2
		cat "$work/said" >&2
		exit 1
	fi
	echo "window seen: $(echo "$seen" | xargs)"
	# The toolkit listens to this signal a moment after the window is there: one
	# that comes before is lost, so it is repeated, and an end is waited for.
	for _ in $(seq 20); do
		kill "$program" 2>/dev/null || break
		sleep 1
	done
	kill -KILL "$program" 2>/dev/null || true
	code=0
	wait "$program" || code=$?
	[ "$code" = 0 ] || { echo "asked to end, the program ended with $code: $(cat "$work/said")" >&2; exit 1; }
	kill "$server"
	wait "$server" || true
	server=
	rm -rf "$home"
}

# The e2e tests start the program of the clean system by a script.
play_journey() {
	printf '#!/bin/sh\nexec chroot "%s" /usr/bin/escale "$@"\n' "$root" >"$work/escale"
	chmod +x "$work/escale"
	(cd "$top/e2e" && ESCALE_E2E_PROGRAM="$work/escale" "$top/bin/e2e.test" -test.v -test.timeout 10m -test.run '^TestJourney$')
}

with "$release" see_window
echo "installed, started, seen and removed"
with "$inspected" play_journey
echo "installed, played the journey with, and removed"
