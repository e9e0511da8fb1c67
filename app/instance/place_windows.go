package instance

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"

	"github.com/Microsoft/go-winio"
	"golang.org/x/sys/windows"
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
func claim(_ context.Context, dir string) (net.Listener, func() error, error) {
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return nil, nil, fmt.Errorf("be the first: %w", err)
	}
	listener, err := winio.ListenPipe(pipe(dir), &winio.PipeConfig{
		SecurityDescriptor: fmt.Sprintf("D:P(A;;GA;;;%s)(A;;GA;;;SY)", user.User.Sid),
	})
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

// private makes a folder. The user's own data folder lets nobody else in.
func private(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make private folder: %w", err)
	}
	return nil
}
