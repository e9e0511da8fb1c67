package hostport

import (
	"context"
	"fmt"
	"os/exec"
)

// bindTells is false: macOS lets a socket on one address have the port of a
// socket on all of them.
const bindTells = false

// sockets asks lsof, which is part of macOS and shows this user's processes.
func sockets(ctx context.Context, proto string) ([]entry, error) {
	args := []string{"-nP", "+c", "0", "-F", "pcLtn", "-iUDP"}
	if proto == "tcp" {
		args = []string{"-nP", "+c", "0", "-F", "pcLtn", "-iTCP", "-sTCP:LISTEN"}
	}
	out, err := exec.CommandContext(ctx, "/usr/sbin/lsof", args...).Output()
	if err != nil && len(out) == 0 {
		return nil, fmt.Errorf("list sockets: %w", err)
	}
	return parseLsof(string(out)), nil
}

func identify(_ context.Context, e entry) Holder { return holder(e) }
