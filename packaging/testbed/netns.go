//go:build linux

package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// makeNamespace creates the network namespace with its loopback up.
func makeNamespace(ctx context.Context, l layout) error {
	if !namespaceExists(l) {
		if err := os.Remove(l.namespaceFile()); err != nil && !os.IsNotExist(err) {
			return fmt.Errorf("remove stale namespace: %w", err)
		}
		if err := command(ctx, "ip", "netns", "add", l.namespace); err != nil {
			return fmt.Errorf("make namespace: %w", err)
		}
	}
	if err := command(ctx, "ip", "-n", l.namespace, "link", "set", "lo", "up"); err != nil {
		return fmt.Errorf("bring up loopback: %w", err)
	}
	return nil
}

// namespaceExists reports whether the namespace's file is a live mount.
func namespaceExists(l layout) bool {
	var fs unix.Statfs_t
	return unix.Statfs(l.namespaceFile(), &fs) == nil && fs.Type == unix.NSFS_MAGIC
}

func command(ctx context.Context, args ...string) error {
	out, err := exec.CommandContext(ctx, args[0], args[1:]...).CombinedOutput() //nolint:gosec // fixed commands of this program
	if err != nil {
		return fmt.Errorf("%s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(string(out)))
	}
	return nil
}

// enter moves the calling thread into the namespace. The caller has locked its
// goroutine to the thread, and never gives the thread back.
func enter(l layout) error {
	file, err := os.Open(l.namespaceFile())
	if err != nil {
		return fmt.Errorf("enter namespace: %w", err)
	}
	defer func() { _ = file.Close() }()
	if err := unix.Setns(int(file.Fd()), unix.CLONE_NEWNET); err != nil {
		return fmt.Errorf("enter namespace: %w", err)
	}
	return nil
}

// inside calls do on a thread of its own in the namespace: processes started
// and sockets made there belong to it.
func inside(l layout, do func() error) error {
	result := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
		if err := enter(l); err != nil {
			result <- err
			return
		}
		result <- do()
	}()
	return <-result
}

// client talks HTTP to addresses inside the namespace.
func (l layout) client() *http.Client {
	dial := func(ctx context.Context, network, addr string) (conn net.Conn, err error) {
		err = inside(l, func() error {
			var d net.Dialer
			conn, err = d.DialContext(ctx, network, addr)
			return err
		})
		return conn, err
	}
	return &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true}}
}

// socketClient talks HTTP to a unix socket.
func socketClient(path string, timeout time.Duration) *http.Client {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "unix", path)
	}
	return &http.Client{Timeout: timeout, Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true}}
}

// answers reports whether a GET gets status 200.
func answers(ctx context.Context, client *http.Client, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return err
	}
	reply, err := client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = reply.Body.Close() }()
	if reply.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", url, reply.Status)
	}
	return nil
}
