package hostport

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
)

// bindTells: Linux refuses a port that any overlapping socket listens on.
const bindTells = true

// commLength is how much of a process's name Linux keeps.
const commLength = 15

func sockets(_ context.Context, proto string) ([]entry, error) {
	var out []entry
	for _, name := range []string{proto, proto + "6"} {
		data, err := os.ReadFile("/proc/net/" + name) //nolint:gosec // one of four names
		if errors.Is(err, fs.ErrNotExist) {
			continue // a family that this computer does not have
		}
		if err != nil {
			return nil, fmt.Errorf("read sockets: %w", err)
		}
		part, err := parseProcNet(bytes.NewReader(data))
		if err != nil {
			return nil, err
		}
		out = append(out, part...)
	}
	return out, nil
}

// identify looks for the process that has the socket open. Those of other users
// show only to root.
func identify(ctx context.Context, e entry) Holder {
	if owner, err := user.LookupId(e.user); err == nil {
		e.user = owner.Username
	}
	link := "socket:[" + strconv.FormatUint(e.inode, 10) + "]"
	processes, err := os.ReadDir("/proc")
	if err != nil || e.inode == 0 {
		return holder(e)
	}
	for _, p := range processes {
		pid, err := strconv.Atoi(p.Name())
		if err != nil {
			continue
		}
		if ctx.Err() != nil {
			break
		}
		if hasOpen(p.Name(), link) {
			e.pid, e.name = pid, processName(p.Name())
			break
		}
	}
	return holder(e)
}

func hasOpen(pid, link string) bool {
	dir := filepath.Join("/proc", pid, "fd")
	files, err := os.ReadDir(dir)
	if err != nil {
		return false
	}
	for _, f := range files {
		if target, err := os.Readlink(filepath.Join(dir, f.Name())); err == nil && target == link {
			return true
		}
	}
	return false
}

// processName is what the process calls itself, whole where its command line
// has the rest.
func processName(pid string) string {
	comm, err := os.ReadFile("/proc/" + pid + "/comm") //nolint:gosec // pid is a number
	if err != nil {
		return ""
	}
	name := strings.TrimSuffix(string(comm), "\n")
	if len(name) < commLength {
		return name
	}
	line, err := os.ReadFile("/proc/" + pid + "/cmdline") //nolint:gosec // pid is a number
	if err != nil {
		return name
	}
	command, _, _ := strings.Cut(string(line), "\x00")
	if whole := filepath.Base(command); strings.HasPrefix(whole, name) {
		return whole
	}
	return name
}
