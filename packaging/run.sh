#!/usr/bin/env bash
# Starts Escale. Where no container engine is found, Escale's own, the machine,
# is built first. Without a display it plays the main journey in a virtual one
# and leaves a picture of each step in out/: on the machine where no engine is
# found, else on an engine of the tests' own, for the user's is not to be touched.
set -euo pipefail
cd "$(dirname "$0")/.."

# machine builds what is missing of Escale's own engine. Without it, Escale
# starts all the same and says how to install an engine.
machine() {
	make --no-print-directory machine || return
	arch=$(go env GOARCH)
	[ -e "bin/guest/$arch/manifest.json" ] && return
	if [ "$(uname -s)" != Linux ]; then
		echo "No container engine was found. Escale's own is built on Linux: copy bin/guest/$arch from there."
		return
	fi
	echo "No container engine was found: building Escale's own, a small Linux for a virtual machine."
	echo "The first time takes about ten minutes, later ones seconds. Ctrl-C starts nothing; an engine"
	echo "that you install, such as docker.io or podman, is used instead the next time."
	make --no-print-directory guest
}

if [ "$(uname -s)" != Linux ] || [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
	if ! engine=$(go run ./packaging/anyengine); then
		machine || echo "Escale's own engine could not be built: see above."
	else
		echo "Container engine: $engine"
	fi
	exec bin/escale "$@"
fi

trap 'make --no-print-directory testbed-down' EXIT
if engine=$(go run ./packaging/anyengine); then
	echo "No display: playing the main journey in a virtual one, on a private engine: yours ($engine) is left alone."
	make --no-print-directory journey
else
	echo "No display: playing the main journey in a virtual one, on Escale's own engine."
	make --no-print-directory machine-journey
fi
echo "The pictures are in out/."
