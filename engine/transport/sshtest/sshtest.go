// Package sshtest runs a real ssh server on the loopback for tests. Where it
// logs in, the command "docker system dial-stdio" leads to a socket of the
// test's choice.
package sshtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const (
	socketVariable = "ESCALE_SSHTEST_SOCKET"
	pollEvery      = 20 * time.Millisecond
	startWithin    = 10 * time.Second
)

// Main stands at the start of TestMain: in the process that plays the docker
// command of the other side it never returns.
func Main() {
	path := os.Getenv(socketVariable)
	if path == "" {
		return
	}
	if err := relay(path); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func relay(path string) error {
	if got := strings.Join(os.Args[1:], " "); got != "system dial-stdio" {
		return fmt.Errorf("unexpected command %q", got)
	}
	conn, err := new(net.Dialer).DialContext(context.Background(), "unix", path)
	if err != nil {
		return err
	}
	socket, ok := conn.(*net.UnixConn)
	if !ok {
		return errors.New("not a socket")
	}
	go func() {
		_, _ = io.Copy(socket, os.Stdin)
		_ = socket.CloseWrite()
	}()
	_, err = io.Copy(os.Stdout, socket)
	return err
}

// Server is a running ssh server.
type Server struct {
	Host string // "ssh://me@127.0.0.1:2222"
	dir  string
}

// Start runs a server until t ends and makes "ssh" mean a client that trusts it
// and may log in. Behind it, socket is the engine's.
func Start(t *testing.T, socket string) *Server {
	t.Helper()
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{dir: t.TempDir()}
	port := freePort(t)
	s.Host = fmt.Sprintf("ssh://%s@127.0.0.1:%s", me.Username, port)
	for _, key := range []string{"host", "user", "stranger"} {
		s.run(t, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", s.path(key))
	}
	s.copyFile(t, "user.pub", "authorized_keys", "")
	s.copyFile(t, "host.pub", "known_hosts", fmt.Sprintf("[127.0.0.1]:%s ", port))
	s.writeDocker(t, socket)
	s.write(t, "sshd_config", 0o600, fmt.Sprintf(`Port %s
ListenAddress 127.0.0.1
HostKey %s
AuthorizedKeysFile %s
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin yes
SetEnv PATH=%s:/usr/bin:/bin
`, port, s.path("host"), s.path("authorized_keys"), s.path("bin")))
	s.serve(t, "127.0.0.1:"+port)
	s.LogInAs(t, "user")
	return s
}

// LogInAs chooses the client's key: "user" may log in, "stranger" may not.
func (s *Server) LogInAs(t *testing.T, key string) {
	t.Helper()
	ssh, err := exec.LookPath("ssh")
	if err != nil {
		t.Fatal(err)
	}
	if old := s.path("client/ssh"); ssh == old {
		ssh = s.read(t, "client/real")
	}
	s.write(t, "ssh_config", 0o600, fmt.Sprintf("Host *\nIdentityFile %s\nIdentitiesOnly yes\nUserKnownHostsFile %s\n",
		s.path(key), s.path("known_hosts")))
	s.write(t, "client/real", 0o600, ssh)
	s.write(t, "client/ssh", 0o700, fmt.Sprintf("#!/bin/sh\nexec '%s' -F '%s' \"$@\"\n", ssh, s.path("ssh_config")))
	t.Setenv("PATH", s.path("client")+":"+os.Getenv("PATH"))
}

// Forget makes the client not know the server's key any more.
func (s *Server) Forget(t *testing.T) {
	t.Helper()
	s.write(t, "known_hosts", 0o600, "")
}

// LoseDocker removes the docker command of the other side.
func (s *Server) LoseDocker(t *testing.T) {
	t.Helper()
	if err := os.Remove(s.path("bin/docker")); err != nil {
		t.Fatal(err)
	}
	s.write(t, "bin/docker", 0o700, "#!/bin/sh\necho 'docker: not found' >&2\nexit 127\n")
}

func (s *Server) writeDocker(t *testing.T, socket string) {
	t.Helper()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	s.write(t, "bin/docker", 0o700, fmt.Sprintf("#!/bin/sh\n%s='%s' exec '%s' \"$@\"\n", socketVariable, socket, binary))
}

// serve starts sshd and waits until it listens.
func (s *Server) serve(t *testing.T, addr string) {
	t.Helper()
	binary, err := exec.LookPath("sshd")
	if err != nil {
		binary = "/usr/sbin/sshd" // not in the path of ordinary users
	}
	if os.Getuid() == 0 {
		_ = os.MkdirAll("/run/sshd", 0o755) //nolint:gosec // where sshd wants an empty folder, as its package makes it
	}
	logFile, err := os.Create(s.path("log"))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), binary, "-D", "-e", "-f", s.path("sshd_config")) //nolint:gosec // our own paths
	cmd.Stderr = logFile
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { defer close(ended); _ = cmd.Wait() }()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-ended
		_ = logFile.Close()
	})
	ctx, cancel := context.WithTimeout(t.Context(), startWithin)
	defer cancel()
	for {
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
		if err == nil {
			_ = conn.Close()
			return
		}
		select {
		case <-time.After(pollEvery):
		case <-ended:
			t.Fatalf("sshd ended:\n%s", s.read(t, "log"))
		case <-ctx.Done():
			t.Fatalf("sshd does not listen:\n%s", s.read(t, "log"))
		}
	}
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

func (s *Server) path(name string) string { return filepath.Join(s.dir, name) }

func (s *Server) read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(s.path(name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func (s *Server) write(t *testing.T, name string, mode os.FileMode, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(s.path(name)), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(s.path(name), []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

func (s *Server) copyFile(t *testing.T, from, to, prefix string) {
	t.Helper()
	s.write(t, to, 0o600, prefix+s.read(t, from))
}

func (s *Server) run(t *testing.T, name string, args ...string) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput() //nolint:gosec // our own commands
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
}
