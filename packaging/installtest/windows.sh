#!/usr/bin/env bash
# Installs Escale for Windows under Wine, silently, looks at its window, its icon
# in the tray and a second start, installs over it, removes it, and looks at what
# is left: the user's data, and not that when it was asked for. Then plays the
# journey with the package that was made with an inspector, on the testbed's engine.
#
#	windows.sh RELEASE E2E     in the testbed's network (testbed exec)
#
# RELEASE is the folder with what users get, E2E the one with the same made with
# an inspector, and with cert.pem, which that was signed with; packaging/bundle
# makes both. It takes bin/winetest and bin/e2e.test. The pictures are in out/windows. Wine 8 is not Windows: packaging/bundle/README.md says what
# cannot be seen here.
set -euo pipefail
release=$(realpath "${1:?name the folder}") made=$(realpath "${2:?name the folder with an inspector}")
top=$(cd "$(dirname "$0")/../.." && pwd)
setup=$(echo "$release"/escale-*-small-setup.exe) msi=$(echo "$release"/escale-*-small.msi)
inspected=$(echo "$made"/escale-*-small-setup.exe) inspected_msi=$(echo "$made"/escale-*-small.msi)
shots=${ESCALE_OUT:-$top/out}/windows
wine=$(command -v wine64 || echo /usr/lib/wine/wine64)
work=$(mktemp -d)
# Neither .NET nor a browser is asked for: Wine would offer to fetch them.
export WINEPREFIX="$work/prefix" WINEDEBUG=-all WINEDLLOVERRIDES="mscoree,mshtml=" HOME="$work/home" LIBGL_ALWAYS_SOFTWARE=1
export LANG=C.UTF-8 LC_ALL=C.UTF-8
export ESCALE_MACHINE=/none # no engine but the testbed's
unset DBUS_SESSION_BUS_ADDRESS
children=()
began=$(date +%s)
turn_off() { # Wine, as one does with a computer
	for name in wineserver /usr/lib/wine/wineserver64; do
		"$name" -k 2>/dev/null && "$name" -w 2>/dev/null
	done
	true
}
end() {
	turn_off
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
# login: what the settings write when Escale shall start with the session, beside what is another's.
run='HKCU\Software\Microsoft\Windows\CurrentVersion\Run'
approved='HKCU\Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run'
value() { "$wine" reg query "$1" /v "$2" >/dev/null 2>&1; }
login() {
	"$wine" reg add "$run" /v Escale /d "\"$program\" --hidden" /f >/dev/null 2>&1
	"$wine" reg add "$run" /v Other /d other.exe /f >/dev/null 2>&1
	"$wine" reg add "$approved" /v Escale /t REG_BINARY /d 020000000000000000000000 /f >/dev/null 2>&1
	if ! value "$run" Escale || ! value "$approved" Escale; then fail "the registry cannot be written"; fi
}
forgotten() {
	if value "$run" Escale || value "$approved" Escale; then fail "$1: the session would still start it"; fi
	value "$run" Other || fail "$1: another's start is gone"
}
uninstall() { # OPTIONS: of the uninstaller, which with _? does not move itself away first, and so is not done before it is
	"$wine" "$folder/uninstall.exe" /S "$@" "_?=${program%\\*}" >/dev/null 2>&1
	rm -f "$folder/uninstall.exe"
	rmdir "$folder" 2>/dev/null || true
}

# What is on screen. A picture of one colour, or a few, is no window of Escale's.
windows() { xdotool search "$@" --class '^escale.exe$' 2>/dev/null || true; }
window() {
	local id
	for id in $(windows --onlyvisible); do
		[ "$(xdotool getwindowname "$id" 2>/dev/null)" != Escale ] || echo "$id"
	done
}
shown() { [ -n "$(window)" ]; }
hidden() { ! shown; }
drawn() { [ "$(import -window "$(window)" -crop 800x500+10+30 png:- 2>/dev/null | identify -format %k -)" -gt 200 ]; }
# size_of WINDOW: its width and height.
size_of() { xwininfo -id "$1" | sed -n 's/^  Width: //p;s/^  Height: //p' | tr '\n' ' '; }
fits() { # Wine's taskbar takes nothing of what windows are given
	# shellcheck disable=SC2046 # two numbers
	set -- $(size_of "$(window)")
	[ "$1" -le "$width" ] && [ "$2" -le "$height" ]
}
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
	[ "$(window | wc -l)" -le 1 ] || fail "there are two windows"
}

# press WINDOW X Y BUTTON: as slowly as a hand.
press() { xdotool mousemove --window "$1" "$2" "$3" sleep 0.3 mousedown "$4" sleep 0.08 mouseup "$4"; }

# The icon is at the right end of the taskbar of Wine's own desktop; its menu is
# one more window of the program. choose LINE: counted from the menu's last one.
open_menu() {
	press "$desktop" $((width - 10)) $((height - 10)) 3
	until_true 10 menu_shown || fail "the icon has no menu"
}
menu_shown() { [ -n "$(windows --onlyvisible)" ]; } # the window is hidden
choose() {
	local id
	id=$(windows --onlyvisible | tail -1)
	# shellcheck disable=SC2046 # two numbers
	set -- "$1" $(size_of "$id")
	press "$id" $(($2 / 2)) $(($3 + 5 - 17 * $1)) 1
}
hide() { # again where the window, just shown, has not the keyboard yet
	for _ in 1 2 3 4 5; do
		xdotool windowactivate "$desktop" key ctrl+w
		if until_true 2 hidden; then return; fi
	done
	fail "the window does not go into the tray"
}
signed() { osslsigncode verify -CAfile "$made/cert.pem" "$1" >"$work/verified" 2>&1; }

"$wine" "$setup" /S >/dev/null 2>&1
installed setup
for of in escale .escale-recipe .escale-lesson; do # a scheme, and two kinds of files
	key "HKCU\\Software\\Classes\\$of" || fail "setup: no $of"
done
[ -s "$menu" ] || fail "setup: not in the start menu"
done_with "setup: installed, silently"

mkdir -p "$local/escale"
echo '{"trayTold":true}' >"$local/escale/settings.json"
width=1024 height=700 # smaller than the window wants to be
start explorer "/desktop=escale,${width}x$height" "$program"
desktop=$(xdotool search --name '^escale - Wine desktop$' | head -1)
until_true 10 fits || fail "the window is larger than the desktop: $(size_of "$(window)")"
sleep 0.5 # what changed its size is drawn anew
import -window root "$shots/1-first-screen.png"
done_with "window seen: $(size_of "$(window)")"
hide
second_start
until_true 10 shown || fail "a second start does not bring the window back"
done_with "a second start brought the window back, and ended"
hide
open_menu
import -window root "$shots/2-tray-menu.png"
choose 2
until_true 10 shown || fail "the tray does not open the window"
hide # it is over the taskbar
open_menu
choose 1
until_true 20 ended || fail "the tray does not quit"
done_with "the tray's menu opened the window, and quit"
turn_off # else windows go on having the size of that small desktop

cp "$local/escale/settings.json" "$work/settings"
login
"$wine" "$setup" /S >/dev/null 2>&1 # over the same, as an upgrade does
installed "setup over setup"
uninstall
gone uninstall
forgotten uninstall
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
login
"$wine" msiexec /x "$msi" /qn >/dev/null 2>&1
gone "msi removed"
if key 'HKCU\Software\Classes\escale'; then fail "msi removed: keys are left"; fi
forgotten "msi removed"
done_with "msi: installed and removed"

# Tests see a window of Wine's desktop only from inside the program.
"$wine" "$inspected" /S >/dev/null 2>&1
installed "setup with an inspector"
for file in "$inspected" "$inspected_msi" "$folder/escale.exe" "$folder/escale-machine.exe"; do
	signed "$file" || fail "the signature of $file does not hold: $(cat "$work/verified")"
done
cp "$inspected" "$work/changed"
printf 'x' | dd of="$work/changed" bs=1 seek=100000 conv=notrunc status=none
if signed "$work/changed"; then fail "what was changed is taken for signed"; fi
done_with "setup with an inspector: installed, all of it signed"
printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "$wine" "$folder/escale.exe" >"$work/escale"
chmod +x "$work/escale"
(cd "$top/e2e" && ESCALE_E2E_PROGRAM="$work/escale" ESCALE_E2E_WINDOWS="$user" ESCALE_OUT="$shots" \
	"$top/bin/e2e.test" -test.v -test.timeout 10m -test.run '^TestJourney$') || fail "the journey: see above"
uninstall /DATA
gone "setup with an inspector removed"
done_with "the journey was played with what was installed"
stat -c '%s %n' "$setup" "$msi" | awk '{ printf "%5.1f MB %s\n", $1 / 1e6, $2 }'
