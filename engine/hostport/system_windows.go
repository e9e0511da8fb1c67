package hostport

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/windows"
)

// bindTells is false: Windows lets a socket on one address have the port of a
// socket on all of them.
const bindTells = false

func sockets(ctx context.Context, proto string) ([]entry, error) {
	dir, err := windows.GetSystemDirectory()
	if err != nil {
		return nil, fmt.Errorf("find netstat: %w", err)
	}
	cmd := exec.CommandContext(ctx, filepath.Join(dir, "netstat.exe"), "-ano") //nolint:gosec // a program of the system
	cmd.SysProcAttr = &syscall.SysProcAttr{HideWindow: true}
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("list sockets: %w", err)
	}
	return parseNetstat(string(out), proto), nil
}

func identify(_ context.Context, e entry) Holder {
	e.name = processName(e.pid)
	return holder(e)
}

// processName is the file name of the process's program; empty when this user
// may not see it.
func processName(pid int) string {
	process, err := windows.OpenProcess(windows.PROCESS_QUERY_LIMITED_INFORMATION, false, uint32(pid)) //nolint:gosec // from netstat
	if err != nil {
		return ""
	}
	defer func() { _ = windows.CloseHandle(process) }()
	path := make([]uint16, windows.MAX_LONG_PATH)
	size := uint32(len(path)) //nolint:gosec // a constant
	if err := windows.QueryFullProcessImageName(process, 0, &path[0], &size); err != nil {
		return ""
	}
	return filepath.Base(windows.UTF16ToString(path[:size]))
}
