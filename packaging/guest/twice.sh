#!/usr/bin/env bash
# Builds the guest again, from nothing, and compares: the same bytes.
set -euo pipefail
cd "$(dirname "$0")/../.."
arch=$(go env GOARCH)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Downloaded packages may be shared; what is built may not.
mkdir -p "$work/guest"
cp -a "${XDG_CACHE_HOME:-$HOME/.cache}/escale/guest/packages" "$work/guest/"
GOCACHE="$work/go" go run ./packaging/guest --arch "$arch" --out "$work/again" --cache "$work/guest"
cmp "bin/guest/$arch/manifest.json" "$work/again/manifest.json"
(cd "$work/again" && sha256sum vmlinuz initrd.zst root.sqfs tools.sqfs) | (cd "bin/guest/$arch" && sha256sum -c -)
