package virtiofs

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
	"golang.org/x/sys/unix"
)

// TestMain plays virtiofsd, too, as this program becomes it.
func TestMain(m *testing.M) {
	Main()
	if len(os.Args) > 1 && strings.HasPrefix(os.Args[1], "--fd=") {
		os.Exit(play(os.Args[1:]))
	}
	goleak.VerifyTestMain(m)
}

// What a played virtiofsd found out, bit by bit, as its answer.
const (
	wrote    = 1 << iota // a file into the folder
	became               // another user
	failedTo             // … and that was said
)

// play serves one connection, and tells of the surroundings.
func play(args []string) int {
	folder := ""
	for _, a := range args {
		if source, ok := strings.CutPrefix(a, "source="); ok {
			folder = source
		}
	}
	if strings.HasSuffix(folder, "refused") {
		return 1
	}
	listener, err := net.FileListener(os.NewFile(listening, "listener"))
	if err != nil {
		return 2
	}
	conn, err := listener.Accept()
	if err != nil {
		return 3
	}
	question := make([]byte, len(getFeatures))
	if _, err := io.ReadFull(conn, question); err != nil || !slices.Equal(question, getFeatures) {
		return 4
	}
	answer := binary.LittleEndian.AppendUint64(slices.Clone(question), lookAround(folder))
	if _, err := conn.Write(answer); err != nil {
		return 5
	}
	if !strings.HasSuffix(folder, "stays") {
		_, _ = io.Copy(io.Discard, conn) // up to the virtual machine's end
		return 0
	}
	select {}
}

func lookAround(folder string) (found uint64) {
	if os.WriteFile(filepath.Join(folder, "made"), nil, 0o600) == nil {
		found |= wrote
	}
	_, _, errno := syscall.RawSyscall(unix.SYS_SETRESUID, ^uintptr(0), 12345, ^uintptr(0))
	_, _, groups := syscall.RawSyscall(unix.SYS_SETGROUPS, 0, 0, 0)
	if errno != 0 || groups != 0 {
		found |= failedTo
	}
	if os.Geteuid() == 12345 {
		found |= became
	}
	return found
}

// serveFolder serves a new folder of that name by the played virtiofsd.
func serveFolder(t *testing.T, name string, readOnly bool) (folder string, server *Server, connection *os.File, err error) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	before := places
	places = []program{{self, inC}}
	t.Cleanup(func() { places = before })
	top, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	folder = filepath.Join(top, name)
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	server, connection, err = Serve(Folder{Path: folder, ReadOnly: readOnly}, t.TempDir(), t.Output())
	return folder, server, connection, err
}

func TestServe(t *testing.T) {
	for name, readOnly := range map[string]bool{"open": false, "closed": true} {
		folder, server, connection, err := serveFolder(t, name, readOnly)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		info, err := os.Stat(filepath.Join(folder, "made"))
		switch {
		case readOnly && !errors.Is(err, os.ErrNotExist):
			t.Errorf("written to a folder that is read-only: %v", err)
		case !readOnly && err != nil:
			t.Error(err)
		case !readOnly && info.Sys().(*syscall.Stat_t).Uid != uint32(os.Geteuid()):
			t.Errorf("the file belongs to %d", info.Sys().(*syscall.Stat_t).Uid)
		}
		if server.features&^wrote != 0 || (server.features == wrote) == readOnly {
			t.Errorf("%s: virtiofsd found %b", name, server.features)
		}
		select {
		case <-server.Ended():
			t.Errorf("%s: ended while the machine ran: %v", name, server.Err())
		default:
		}
		_ = connection.Close() // as the virtual machine's end does
		<-server.Ended()
		if server.Err() != nil {
			t.Error(server.Err())
		}
		if err := os.WriteFile(filepath.Join(folder, "ours"), nil, 0o600); err != nil {
			t.Errorf("what is read-only for the guest is for us, too: %v", err)
		}
	}
}

// TestServeEnds: what does not end with the virtual machine is ended.
func TestServeEnds(t *testing.T) {
	_, server, connection, err := serveFolder(t, "stays", false)
	if err != nil {
		t.Fatal(err)
	}
	_ = connection.Close()
	server.End()
	if err := syscall.Kill(server.PID(), 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("the process is still there: %v", err)
	}
}

func TestServeFails(t *testing.T) {
	if _, _, _, err := serveFolder(t, "refused", false); !errors.Is(err, ErrFolder) {
		t.Errorf("virtiofsd refuses: %v", err)
	}
	dir, link := t.TempDir(), filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{link, filepath.Join(link, "x"), filepath.Join(dir, "gone")} {
		if _, _, err := Serve(Folder{Path: path}, dir, io.Discard); err == nil {
			t.Errorf("%s is served", path)
		}
	}
	before := places
	defer func() { places = before }()
	places = nil
	if err := check(); !errors.Is(err, ErrNoProgram) {
		t.Errorf("without virtiofsd: %v", err)
	}
}

func TestCommandLines(t *testing.T) {
	for name, tc := range map[string]struct {
		program program
		who     identity
	}{
		"c":         {program{"/usr/lib/qemu/virtiofsd", inC}, identity{1000, 1000}},
		"rust":      {program{"/usr/libexec/virtiofsd", inRust}, identity{1000, 100}},
		"rust-root": {program{"/usr/libexec/virtiofsd", inRust}, identity{0, 0}},
	} {
		got := strings.Join(arguments(tc.program, Folder{Path: "/home/a, b/site"}, tc.who), "\n") + "\n"
		path := filepath.Join("testdata", name+".txt")
		if os.Getenv("UPDATE") != "" {
			if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
