package early

import (
	"os"
	"syscall"
)

// patience is how long the one that runs has for each step, in seconds. After
// that app/instance tries again, and says what is wrong.
const patience = 1

// What app/instance says and hears for a start that is asked for nothing.
const (
	message = `{"arguments":[]}` + "\n"
	answer  = "taken\n"
)

// Forward asks the Escale that runs to come to the front; false: there is none,
// or it is for app/instance to say what is in the way. It trusts what is there
// as little as that does.
func Forward() bool {
	dir := folder()
	if dir == "" || !ours(dir, syscall.S_IFDIR) || !ours(dir+"/escale.sock", syscall.S_IFSOCK) {
		return false
	}
	fd, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return false
	}
	defer syscall.Close(fd) //nolint:errcheck // all is said
	for _, option := range []int{syscall.SO_SNDTIMEO, syscall.SO_RCVTIMEO} {
		if syscall.SetsockoptTimeval(fd, syscall.SOL_SOCKET, option, &syscall.Timeval{Sec: patience}) != nil {
			return false
		}
	}
	if syscall.Connect(fd, &syscall.SockaddrUnix{Name: dir + "/escale.sock"}) != nil {
		return false
	}
	if n, err := syscall.Write(fd, []byte(message)); err != nil || n != len(message) {
		return false
	}
	return hear(fd) == answer
}

// hear reads as much as an answer has. The system ends a wait that has a bound
// when the process gets a signal, which the runtime sends itself.
func hear(fd int) string {
	said := make([]byte, len(answer))
	for got := 0; got < len(said); {
		n, err := syscall.Read(fd, said[got:])
		if err == syscall.EINTR {
			continue
		}
		if err != nil || n <= 0 {
			return ""
		}
		got += n
	}
	return string(said)
}

// folder is where the one that runs listens, as machine.LocateHome has it; ""
// where it takes more to know.
func folder() string {
	if home := os.Getenv("ESCALE_MACHINE_HOME"); home != "" {
		return absolute(home, "/window")
	}
	return absolute(os.Getenv("XDG_RUNTIME_DIR"), "/escale/window")
}

func absolute(dir, below string) string {
	if dir == "" || dir[0] != '/' {
		return ""
	}
	return dir + below
}

// ours tells whether a path is of a kind, no link, and this user's alone.
func ours(path string, kind uint32) bool {
	var info syscall.Stat_t
	return syscall.Lstat(path, &info) == nil && info.Mode&syscall.S_IFMT == kind && int(info.Uid) == os.Getuid() && info.Mode&0o077 == 0
}
