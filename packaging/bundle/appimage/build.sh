#!/usr/bin/env bash
# Makes an AppImage of the deb's tree, on a computer that has appimagetool, which
# comes from no registry that Escale is built from: not a part of `make package`.
#
#	build.sh dist/escale_1.2.3_amd64-small.deb
set -euo pipefail
deb=$(realpath "${1:?name the deb}")
here=$(cd "$(dirname "$0")" && pwd)
command -v appimagetool >/dev/null || { echo "appimagetool is not installed" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dpkg-deb -x "$deb" "$work/AppDir"
cp "$here/AppRun" "$work/AppDir/"
cp "$work/AppDir/usr/share/applications/org.escale.app.desktop" "$work/AppDir/"
cp "$work/AppDir/usr/share/icons/hicolor/256x256/apps/org.escale.app.png" "$work/AppDir/"
appimagetool --no-appstream "$work/AppDir" "${deb%.deb}.AppImage"
