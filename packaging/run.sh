#!/usr/bin/env bash
# Starts Escale. Without a display it plays the main journey in a virtual one,
# on an engine of its own, and leaves a picture of each step in out/.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ "$(uname -s)" != Linux ] || [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
	exec bin/escale "$@"
fi

echo "No display: playing the main journey in a virtual one. The pictures go to out/."
trap 'make --no-print-directory testbed-down' EXIT
make --no-print-directory journey
