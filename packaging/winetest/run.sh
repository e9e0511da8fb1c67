#!/bin/sh
# The helper's tests, and those of what keeps one Escale for each user, built for
# Windows and run under Wine. Wine 8 is not Windows:
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
	GOOS=windows CGO_ENABLED=0 $go test -c -o "$work/test.exe" "./$package"
	(cd "$package" && "$wine" "$work/test.exe" -test.timeout 120s "$@")
}

check engine/machine -test.skip '^TestCheckShares$' # its folders cannot be removed again
check engine/machine/driver
check engine/machine/wire -test.skip '^TestJoinKeepsHalves$'
check engine/machine/qemu
check engine/machine/wsl -test.run '^(TestCommandLines|TestDistributionName|TestDecode.*|TestVersions)$'
check engine/machine/netstack -test.skip '^(TestSharedPort|TestLoopbackIsOutOfReach)$'
check engine/machine/helper
check engine/machine/escale-machine -test.run '^(TestPick|TestShow)$'
check app/instance
