//go:build !windows

package mend

import (
	"os"
	"os/user"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"escale/engine"
)

// groupMayUse are the permission bits that a group needs to connect.
const groupMayUse = 0o060

// PermissionFix says what the current user lacks to use ep's socket. It is
// false for endpoints that are no sockets.
func PermissionFix(ep engine.Endpoint) (Permission, bool) {
	path, ok := strings.CutPrefix(ep.Host, "unix://")
	if !ok {
		return Permission{}, false
	}
	p := Permission{Socket: path}
	me, err := user.Current()
	if err == nil {
		p.User = me.Username
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm()&groupMayUse != groupMayUse {
		return p, true
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return p, true
	}
	id := strconv.FormatUint(uint64(stat.Gid), 10)
	if group, err := user.LookupGroupId(id); err == nil {
		p.Group = group.Name
	}
	if me != nil {
		groups, err := me.GroupIds()
		p.Member = err == nil && slices.Contains(groups, id)
	}
	return p, true
}
