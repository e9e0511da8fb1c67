package instance

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"path/filepath"
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

// claim opens a file so that nobody else can, and listens on a pipe that only its
// owner, and the system itself, can open. The system ends both with the process,
// however that ends. Windows lets one process make a pipe's first end, which would
// be lock enough; Wine lets several.
func claim(ctx context.Context, dir string) (net.Listener, func() error, error) {
	name, err := windows.UTF16PtrFromString(filepath.Join(dir, "escale.lock"))
	if err != nil {
		return nil, nil, fmt.Errorf("be the first: %w", err)
	}
	const nobodyElse = 0
	lock, err := windows.CreateFile(name, windows.GENERIC_READ|windows.GENERIC_WRITE, nobodyElse, nil,
		windows.OPEN_ALWAYS, windows.FILE_ATTRIBUTE_NORMAL, 0)
	if errors.Is(err, windows.ERROR_SHARING_VIOLATION) {
		return nil, nil, errHeld
	}
	if err != nil {
		return nil, nil, fmt.Errorf("be the first: %w", err)
	}
	release := func() error { return windows.CloseHandle(lock) }
	listener, err := private.Listen(ctx, pipe(dir))
	if errors.Is(err, windows.ERROR_ACCESS_DENIED) || errors.Is(err, windows.ERROR_ALREADY_EXISTS) || errors.Is(err, windows.ERROR_PIPE_BUSY) {
		return nil, nil, errors.Join(errHeld, release())
	}
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("be the first: %w", err), release())
	}
	return listener, release, nil
}

// dial reaches the first one, and lets it come to the front: Windows lets only
// the program do so that the user has just started, or what that one allows it.
//
// Source: https://learn.microsoft.com/en-us/windows/win32/api/winuser/nf-winuser-allowsetforegroundwindow
func dial(ctx context.Context, dir string) (net.Conn, error) {
	conn, err := winio.DialPipeContext(ctx, pipe(dir))
	if err == nil {
		if first := serverOf(conn); first != 0 {
			_, _, _ = allowForeground.Call(uintptr(first)) // it may have been refused itself: then the taskbar blinks
		}
	}
	return conn, err
}

var allowForeground = windows.NewLazySystemDLL("user32.dll").NewProc("AllowSetForegroundWindow")

// serverOf is the process at the other end of a pipe; 0 when it is not known.
func serverOf(conn net.Conn) (process uint32) {
	end, ok := conn.(interface{ Fd() uintptr })
	if !ok || windows.GetNamedPipeServerProcessId(windows.Handle(end.Fd()), &process) != nil {
		return 0
	}
	return process
}
