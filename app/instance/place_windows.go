package instance

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/Microsoft/go-winio"
	"golang.org/x/sys/windows"

	"escale/engine/private"
)

// pipe is the name that the first one listens on. Pipes share one name space:
// the hash keeps users apart.
func pipe(dir string) string {
	sum := sha256.Sum256([]byte(strings.ToLower(dir)))
	return `\\.\pipe\escale-window-` + hex.EncodeToString(sum[:6])
}

// claim listens on a pipe that only its owner, and the system itself, can open.
// The pipe is the lock, too: the system lets one process make the first end of
// it, and ends it with the process.
func claim(ctx context.Context, dir string) (net.Listener, func() error, error) {
	listener, err := private.Listen(ctx, pipe(dir))
	if errors.Is(err, windows.ERROR_ACCESS_DENIED) || errors.Is(err, windows.ERROR_ALREADY_EXISTS) || errors.Is(err, windows.ERROR_PIPE_BUSY) {
		return nil, nil, errHeld
	}
	if err != nil {
		return nil, nil, fmt.Errorf("be the first: %w", err)
	}
	return listener, func() error { return nil }, nil
}

func dial(ctx context.Context, dir string) (net.Conn, error) {
	return winio.DialPipeContext(ctx, pipe(dir))
}
