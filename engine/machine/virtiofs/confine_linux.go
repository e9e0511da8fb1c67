package virtiofs

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// How a folder is to be mounted, as this program says it to itself.
const (
	readWrite = "rw"
	readOnly  = "ro"
)

// confinement is a process of this program in new name spaces of users and
// mounts, in which it has what virtiofsd takes to shut itself off. The user has
// the same number in there, and there are no others.
func confinement(words ...string) *exec.Cmd {
	command := exec.Command("/proc/self/exe", append([]string{confine}, words...)...) //nolint:gosec,noctx // ourselves; it ends with its connection
	uid, gid := os.Geteuid(), os.Getegid()
	command.SysProcAttr = &syscall.SysProcAttr{
		Setsid:      true,
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: uid, HostID: uid, Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: gid, HostID: gid, Size: 1}},
		AmbientCaps: []uintptr{unix.CAP_SYS_ADMIN, unix.CAP_SYS_CHROOT, unix.CAP_SETPCAP, unix.CAP_SETUID, unix.CAP_SETGID},
	}
	return command
}

// confined is that process: it mounts the folder as it is to be, and becomes
// virtiofsd. Words are how, the folder, and virtiofsd's command line.
func confined(words []string) int {
	runtime.LockOSThread() // what follows counts for this thread, which becomes virtiofsd
	if len(words) < 3 {
		return failed(errors.New("nothing to do"))
	}
	how, folder := words[0], words[1]
	if err := exists(folder); err != nil {
		return failed(err)
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_SLAVE, ""); err != nil {
		return failed(fmt.Errorf("mount: %w", err))
	}
	if how != readWrite {
		if err := mountReadOnly(folder); err != nil {
			return failed(err)
		}
	}
	if err := stayOneself(); err != nil {
		return failed(err)
	}
	return failed(syscall.Exec(words[2], words[2:], []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin"})) //nolint:gosec // the virtiofsd that was found
}

func failed(err error) int {
	fmt.Fprintln(os.Stderr, "serve folder:", err)
	return 1
}

// exists says whether the folder is one, and no link leads to it: a link may
// have been put there by who may write to another folder.
func exists(folder string) error {
	fd, err := unix.Openat2(unix.AT_FDCWD, folder, &unix.OpenHow{
		Flags: unix.O_PATH | unix.O_DIRECTORY | unix.O_CLOEXEC, Resolve: unix.RESOLVE_NO_SYMLINKS,
	})
	if err != nil {
		return fmt.Errorf("%w: %w", ErrFolder, err)
	}
	return unix.Close(fd)
}

// mountReadOnly makes the folder, and what is mounted in it, read-only for this
// process and its children. virtiofsd has no power to change it back.
func mountReadOnly(folder string) error {
	if err := unix.Mount(folder, folder, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
		return fmt.Errorf("mount folder: %w", err)
	}
	attr := unix.MountAttr{Attr_set: unix.MOUNT_ATTR_RDONLY | unix.MOUNT_ATTR_NOSUID | unix.MOUNT_ATTR_NODEV}
	if err := unix.MountSetattr(unix.AT_FDCWD, folder, unix.AT_RECURSIVE|unix.AT_SYMLINK_NOFOLLOW, &attr); err != nil {
		return fmt.Errorf("mount folder read-only: %w", err)
	}
	var fs unix.Statfs_t
	if err := unix.Statfs(folder, &fs); err != nil {
		return fmt.Errorf("mount folder read-only: %w", err)
	}
	if fs.Flags&unix.ST_RDONLY == 0 {
		return errors.New("mount folder read-only: it is not")
	}
	return nil
}

// stayOneself makes calls by which virtiofsd would become another user, the one
// that asks in the guest, succeed and do nothing. There are no other users in
// its name space, so they would fail, and with them every file that is not made
// by the guest's root. What is made belongs to the user like this.
func stayOneself() error {
	calls := []uint32{unix.SYS_SETRESUID, unix.SYS_SETRESGID, unix.SYS_SETGROUPS}
	// Struct seccomp_data: the call's number comes first.
	filter := []unix.SockFilter{{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: 0}}
	for i, call := range calls {
		filter = append(filter, unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: call, Jt: uint8(len(calls) - i)}) //nolint:gosec // three
	}
	filter = append(filter,
		unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW},
		unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ERRNO}) // of 0: it went well
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("give up privileges: %w", err)
	}
	code := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}                                                    //nolint:gosec // six
	if err := unix.Prctl(unix.PR_SET_SECCOMP, unix.SECCOMP_MODE_FILTER, uintptr(unsafe.Pointer(&code)), 0, 0); err != nil { //nolint:gosec // what the call takes
		return fmt.Errorf("filter calls: %w", err)
	}
	return nil
}
