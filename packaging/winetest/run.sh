#!/bin/sh
# The helper's tests, built for Windows and run under Wine. Wine 8 is not Windows:
# what it cannot do is left out here, by name, and docs/machine.md says why.
set -eu
wine=$(command -v wine64 || echo /usr/lib/wine/wine64)
[ -x "$wine" ] || { echo "machine-wine: no Wine (Debian: wine64)" >&2; exit 1; }
go=${GO:-go}
work=$(mktemp -d)
export WINEPREFIX="$work/prefix" WINEDEBUG=-all
end() { # Wine's server writes into its folder when it ends
	for server in wineserver /usr/lib/wine/wineserver64; do
		"$server" -k 2>/dev/null && "$server" -w 2>/dev/null
	done
	rm -rf "$work"
}
trap end EXIT
unset DISPLAY
"$wine" reg add 'HKCU\Software\Wine' /v Version /d win10 /f >/dev/null 2>&1
$go run ./packaging/winetest "$WINEPREFIX/drive_c/windows/system32"

# check PACKAGE FLAG PATTERN...: its tests, by -test.run or -test.skip.
check() {
	package=$1
	shift
	echo "$package"
	GOOS=windows CGO_ENABLED=0 $go test -c -o "$work/test.exe" "./engine/machine/$package"
	(cd "engine/machine/$package" && "$wine" "$work/test.exe" -test.timeout 120s "$@")
}

check . -test.skip '^TestCheckShares$' # its folders cannot be removed again
check driver
check wire -test.skip '^TestJoinKeepsHalves$'
check qemu
check wsl -test.run '^(TestCommandLines|TestDistributionName|TestDecode.*|TestVersions)$'
check netstack -test.skip '^(TestSharedPort|TestLoopbackIsOutOfReach)$'
check helper -test.skip '^TestPipeHasTwoDirections$'
check escale-machine -test.run '^(TestPick|TestShow)$'
