#!/usr/bin/env bash
# Installs Escale for Windows under Wine, silently, sees its window, installs over
# it, removes it, and looks at what is left: the user's data, and not that when it
# was asked for. Signs with a certificate made for the test.
#
#	windows.sh SETUP.exe PACKAGE.msi
#
# Wine 8 is not Windows: see packaging/winetest.
set -euo pipefail
setup=$(realpath "${1:?}") msi=$(realpath "${2:?}")
top=$(cd "$(dirname "$0")/../.." && pwd)
wine=$(command -v wine64 || echo /usr/lib/wine/wine64)
work=$(mktemp -d)
(cd "$top" && go build -o "$work/winetest" ./packaging/winetest)
export WINEPREFIX="$work/prefix" WINEDEBUG=-all HOME="$work/home" LIBGL_ALWAYS_SOFTWARE=1
server=
end() {
	for name in wineserver /usr/lib/wine/wineserver64; do
		"$name" -k 2>/dev/null && "$name" -w 2>/dev/null
	done
	[ -z "$server" ] || kill "$server" 2>/dev/null || true
	rm -rf "$work"
}
trap end EXIT
fail() { echo "windows.sh: $*" >&2; exit 1; }

mkdir -p "$HOME/.cache"
mkfifo "$work/display"
Xvfb -displayfd 3 -screen 0 1440x900x24 -nolisten tcp -noreset 3>"$work/display" 2>/dev/null &
server=$!
read -r number <"$work/display"
export DISPLAY=":$number"
"$wine" reg add 'HKCU\Software\Wine' /v Version /d win10 /f >/dev/null 2>&1
"$work/winetest" "$WINEPREFIX/drive_c/windows/system32"
user=$(find "$WINEPREFIX/drive_c/users" -mindepth 1 -maxdepth 1 -type d ! -name Public | head -1)
local="$user/AppData/Local"
folder="$local/Programs/Escale"

# The exit code says little under Wine: the files count.
installed() { for name in escale.exe escale-machine.exe LICENSE.txt; do [ -s "$folder/$name" ] || fail "$1: no $name"; done; }
gone() { [ ! -e "$folder" ] || fail "$1: left behind: $(ls "$folder")"; }
key() { "$wine" reg query "$1" >/dev/null 2>&1; }

see_window() {
	"$wine" "$folder/escale.exe" >"$work/said" 2>&1 &
	program=$!
	seen=
	for _ in $(seq 600); do
		seen=$(xwininfo -root -tree 2>/dev/null | grep -m1 '"Escale": ("escale.exe"' || true)
		{ [ -z "$seen" ] && kill -0 "$program" 2>/dev/null; } || break
		sleep 0.1
	done
	[ -n "$seen" ] || fail "the window did not come: $(tail -5 "$work/said")"
	echo "window seen: $(echo "$seen" | xargs)"
	kill "$program"
	wait "$program" 2>/dev/null || true
}

"$wine" "$setup" /S >/dev/null 2>&1
installed setup
key 'HKCU\Software\Classes\escale' || fail "setup: no scheme"
key 'HKCU\Software\Classes\.escale-recipe' || fail "setup: no recipes"
see_window
mkdir -p "$local/escale"
echo mine >"$local/escale/settings.json"
"$wine" "$setup" /S >/dev/null 2>&1 # over the same, as an upgrade does
installed "setup over setup"
"$wine" "$folder/uninstall.exe" /S "_?=$(printf 'C:\\users\\%s\\AppData\\Local\\Programs\\Escale' "$(basename "$user")")" >/dev/null 2>&1
rm -f "$folder/uninstall.exe" # with _? it cannot remove itself
rmdir "$folder" 2>/dev/null || true
gone uninstall
[ -e "$local/escale/settings.json" ] || fail "uninstall: data is gone"
if key 'HKCU\Software\Classes\escale' || key 'HKCU\Software\Escale'; then fail "uninstall: keys are left"; fi
echo "setup: installed, started, installed over, removed; the data stayed"

"$wine" "$setup" /S >/dev/null 2>&1
installed "setup again"
"$wine" "$folder/uninstall.exe" /S /DATA "_?=$(printf 'C:\\users\\%s\\AppData\\Local\\Programs\\Escale' "$(basename "$user")")" >/dev/null 2>&1
[ ! -e "$local/escale" ] || fail "uninstall /DATA: data is left"
rm -rf "$folder"
echo "setup: removed with the data, as asked"

"$wine" msiexec /i "$msi" /qn >/dev/null 2>&1
installed msi
"$wine" msiexec /x "$msi" /qn >/dev/null 2>&1
gone "msi removed"
echo "msi: installed and removed"

openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/key.pem" -out "$work/cert.pem" -days 2 -subj "/CN=Escale test" \
	-addext extendedKeyUsage=codeSigning 2>/dev/null
osslsigncode sign -certs "$work/cert.pem" -key "$work/key.pem" -h sha256 -n Escale -in "$setup" -out "$work/signed.exe" >/dev/null
osslsigncode verify -CAfile "$work/cert.pem" "$work/signed.exe" >"$work/verified" 2>&1 || fail "the signature does not hold: $(cat "$work/verified")"
if osslsigncode verify -CAfile "$work/cert.pem" "$setup" >/dev/null 2>&1; then fail "what is not signed is taken for signed"; fi
echo "signed with a test certificate, verified"
