#!/usr/bin/env bash
# Installs Escale for Windows under Wine, silently, looks at its window, its icon
# in the tray and a second start, installs over it, removes it, and looks at what
# is left: the user's data, and not that when it was asked for. Then plays the
# journey with the package that was made with an inspector, on the testbed's engine.
#
#	windows.sh FOLDER     in the testbed's network (testbed exec)
#
# FOLDER has release/ and e2e/, both made by packaging/bundle, and cert.pem, which
# the release was signed with. It takes bin/winetest and bin/e2e.test. The pictures
# are in out/windows. Wine 8 is not Windows: packaging/bundle/README.md says what
# cannot be seen here.
set -euo pipefail
made=$(realpath "${1:?name the folder}")
top=$(cd "$(dirname "$0")/../.." && pwd)
setup=$(echo "$made"/release/escale-*-setup.exe) msi=$(echo "$made"/release/escale-*.msi)
inspected=$(echo "$made"/e2e/escale-*-setup.exe)
shots=${ESCALE_OUT:-$top/out}/windows
wine=$(command -v wine64 || echo /usr/lib/wine/wine64)
work=$(mktemp -d)
# Neither .NET nor a browser is asked for: Wine would offer to fetch them.
export WINEPREFIX="$work/prefix" WINEDEBUG=-all WINEDLLOVERRIDES="mscoree,mshtml=" HOME="$work/home" LIBGL_ALWAYS_SOFTWARE=1
export LANG=en_US.UTF-8 LC_ALL=en_US.UTF-8
export ESCALE_MACHINE=/none # no engine but the testbed's
unset DBUS_SESSION_BUS_ADDRESS
children=()
began=$(date +%s)
end() {
	for name in wineserver /usr/lib/wine/wineserver64; do
		"$name" -k 2>/dev/null && "$name" -w 2>/dev/null
	done
	for child in "${children[@]}"; do kill "$child" 2>/dev/null || true; done
	wait 2>/dev/null || true
	rm -rf "$work"
}
trap end EXIT
fail() {
	echo "windows.sh: $*" >&2
	[ -z "${DISPLAY:-}" ] || import -window root "$shots/failed.png" 2>/dev/null || true
	exit 1
}
done_with() { echo "$(($(date +%s) - began)) s: $*"; }

# until_true SECONDS COMMAND...: tries ten times a second.
until_true() {
	local rounds=$(($1 * 10))
	shift
	for _ in $(seq "$rounds"); do
		"$@" && return
		sleep 0.1
	done
	return 1
}

mkdir -p "$HOME/.cache" "$shots"
rm -f "$shots"/*.png
mkfifo "$work/display"
Xvfb -displayfd 3 -screen 0 1440x900x24 -nolisten tcp -noreset 3>"$work/display" 2>/dev/null &
children+=($!)
read -r number <"$work/display"
export DISPLAY=":$number"
openbox >/dev/null 2>&1 &
children+=($!)
"$wine" reg add 'HKCU\Software\Wine' /v Version /d win10 /f >/dev/null 2>&1
"$top/bin/winetest" "$WINEPREFIX/drive_c/windows/system32"
user=$(find "$WINEPREFIX/drive_c/users" -mindepth 1 -maxdepth 1 -type d ! -name Public | head -1)
local="$user/AppData/Local"
folder="$local/Programs/Escale"
# shellcheck disable=SC1003 # Windows's own separator
program=$(printf 'C:\\users\\%s\\AppData\\Local\\Programs\\Escale\\escale.exe' "$(basename "$user")")
menu="$user/AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Escale.lnk"
done_with "Wine is there"

# The exit code says little under Wine: the files count.
installed() { for name in escale.exe escale-machine.exe LICENSE.txt; do [ -s "$folder/$name" ] || fail "$1: no $name"; done; }
gone() { [ ! -e "$folder" ] || fail "$1: left behind: $(ls "$folder")"; }
key() { "$wine" reg query "$1" >/dev/null 2>&1; }
uninstall() { # OPTIONS: of the uninstaller, which with _? does not move itself away first, and so is not done before it is
	"$wine" "$folder/uninstall.exe" /S "$@" "_?=${program%\\*}" >/dev/null 2>&1
	rm -f "$folder/uninstall.exe"
	rmdir "$folder" 2>/dev/null || true
}

# What is on screen. A picture of one colour, or a few, is no window of Escale's.
windows() { xdotool search "$@" --class '^escale.exe$' 2>/dev/null || true; }
window() { xdotool search --onlyvisible --class '^escale.exe$' search --name '^Escale$' 2>/dev/null | head -1; }
shown() { [ -n "$(window)" ]; }
hidden() { ! shown; }
drawn() { [ "$(import -window "$(window)" -crop 800x500+10+30 png:- 2>/dev/null | identify -format %k -)" -gt 200 ]; }
ended() { [ -z "$(windows)" ]; } # also what cannot be seen

# start COMMAND...: the program, until its window is drawn.
start() {
	"$wine" "$@" >"$work/said" 2>&1 &
	until_true 60 shown || fail "the window did not come: $(tail -5 "$work/said")"
	until_true 30 drawn || fail "the window stays empty"
}

# second_start: ends by itself, and there is no second window.
second_start() {
	local code=0
	timeout 30 "$wine" "$program" >"$work/second" 2>&1 || code=$?
	[ "$code" = 0 ] || fail "a second start ended with $code: $(tail -5 "$work/second")"
	[ "$(xdotool search --class '^escale.exe$' search --name '^Escale$' 2>/dev/null | wc -l)" = 1 ] || fail "there are two windows"
}

# The icon is at the right end of the taskbar of Wine's own desktop; its menu is
# one more window of the program.
open_menu() {
	local before size
	before=$(windows --onlyvisible | wc -l)
	size=$(xwininfo -id "$desktop" | sed -n 's/^  Width: //p;s/^  Height: //p' | tr '\n' ' ')
	# shellcheck disable=SC2086 # two numbers
	set -- $size
	xdotool mousemove --window "$desktop" $(($1 - 10)) $(($2 - 10)) sleep 0.3 mousedown 3 sleep 0.08 mouseup 3
	more() { [ "$(windows --onlyvisible | wc -l)" -gt "$before" ]; }
	until_true 10 more || fail "the icon has no menu"
}
hide() {
	xdotool windowactivate "$desktop" key ctrl+w
	until_true 10 hidden || fail "the window does not go into the tray"
}
signed() { osslsigncode verify -CAfile "$made/cert.pem" "$1" >"$work/verified" 2>&1; }

"$wine" "$setup" /S >/dev/null 2>&1
installed setup
for of in escale .escale-recipe .escale-lesson; do # a scheme, and two kinds of files
	key "HKCU\\Software\\Classes\\$of" || fail "setup: no $of"
done
[ -s "$menu" ] || fail "setup: not in the start menu"
for file in "$setup" "$msi" "$folder/escale.exe" "$folder/escale-machine.exe"; do
	signed "$file" || fail "the signature of $file does not hold: $(cat "$work/verified")"
done
if signed "$inspected"; then fail "what is not signed is taken for signed"; fi
done_with "setup: installed, silently, all of it signed"

mkdir -p "$local/escale"
echo '{"trayTold":true}' >"$local/escale/settings.json"
start explorer /desktop=escale,1400x860 "$program"
desktop=$(xdotool search --name '^escale - Wine desktop$' | head -1)
import -window root "$shots/1-first-screen.png"
done_with "window and tray seen: $(xwininfo -id "$(window)" | sed -n 's/.*-geometry //p')"
hide
second_start
until_true 10 shown || fail "a second start does not bring the window back"
done_with "a second start brought the window back, and ended"
hide
open_menu
import -window root "$shots/2-tray-menu.png"
xdotool key Up sleep 0.2 key Up sleep 0.2 key Return # the last but one entry
until_true 10 shown || fail "the tray does not open the window"
open_menu
xdotool key Up sleep 0.2 key Return
until_true 20 ended || fail "the tray does not quit"
done_with "the tray's menu opened the window, and quit"

cp "$local/escale/settings.json" "$work/settings"
"$wine" "$setup" /S >/dev/null 2>&1 # over the same, as an upgrade does
installed "setup over setup"
uninstall
gone uninstall
cmp "$local/escale/settings.json" "$work/settings" || fail "uninstall: data is gone"
for of in Classes\\escale Classes\\.escale-recipe Classes\\.escale-lesson Classes\\Escale.Recipe Classes\\Escale.Lesson Escale \
	Microsoft\\Windows\\CurrentVersion\\Uninstall\\org.escale.app; do
	if key "HKCU\\Software\\$of"; then fail "uninstall: $of is left"; fi
done
[ ! -e "$menu" ] || fail "uninstall: left in the start menu"
done_with "setup: installed over, removed; the data stayed"

"$wine" "$setup" /S >/dev/null 2>&1
installed "setup again"
uninstall /DATA
gone "uninstall /DATA"
for left in "$local/escale" "$local/cache/escale"; do [ ! -e "$left" ] || fail "uninstall /DATA: $left is left"; done
done_with "setup: removed with the data, as asked"

"$wine" msiexec /i "$msi" /qn >/dev/null 2>&1
installed msi
key 'HKCU\Software\Classes\escale' || fail "msi: no scheme"
"$wine" msiexec /x "$msi" /qn >/dev/null 2>&1
gone "msi removed"
if key 'HKCU\Software\Classes\escale'; then fail "msi removed: keys are left"; fi
done_with "msi: installed and removed"

# Tests see a window of Wine's desktop only from inside the program.
"$wine" "$inspected" /S >/dev/null 2>&1
installed "setup with an inspector"
printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "$wine" "$folder/escale.exe" >"$work/escale"
chmod +x "$work/escale"
(cd "$top/e2e" && ESCALE_E2E_PROGRAM="$work/escale" ESCALE_E2E_WINDOWS="$user" ESCALE_OUT="$shots" \
	"$top/bin/e2e.test" -test.v -test.timeout 10m -test.run '^TestJourney$') || fail "the journey: see above"
uninstall /DATA
gone "setup with an inspector removed"
done_with "the journey was played with what was installed"
stat -c '%s %n' "$setup" "$msi" | awk '{ printf "%5.1f MB %s\n", $1 / 1e6, $2 }'
