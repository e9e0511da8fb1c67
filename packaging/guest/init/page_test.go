//go:build linux

package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"escale/engine/page"
)

// TestPage: an ordinary client gets the page, and is told what runs.
func TestPage(t *testing.T) {
	free, err := new(net.ListenConfig).Listen(t.Context(), "tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := free.Addr().(*net.TCPAddr).Port
	if err := servePage(t.Context(), port); err == nil {
		t.Error("a port that is taken is served")
	}
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if err := servePage(ctx, port); err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("http://127.0.0.1:%d/", port), http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil || string(body) != page.HTML || answer.StatusCode != http.StatusOK {
		t.Errorf("answered %d %q, %v", answer.StatusCode, body, err)
	}
	if answer.Header.Get(page.ProcessesHeader) == "0" || answer.Header.Get(page.ProcessesHeader) == "" {
		t.Errorf("it says that %q programs run", answer.Header.Get(page.ProcessesHeader))
	}
}

// TestPageRequestsAreBounded: a request without an end is not read for ever.
func TestPageRequestsAreBounded(t *testing.T) {
	here, there := net.Pipe()
	done := make(chan struct{})
	go func() { defer close(done); answerPage(there, "/proc") }()
	n := 0
	for line := make([]byte, 1024); ; {
		line[1023] = '\n'
		line[0] = 'x'
		sent, err := here.Write(line)
		n += sent
		if err != nil {
			break
		}
	}
	<-done
	if n > 2*longestAsk {
		t.Errorf("%d bytes were read", n)
	}
}

func TestProcesses(t *testing.T) {
	proc := t.TempDir()
	for pid, line := range map[string]string{"1": "/sbin/init\x00", "2": "", "3": "", "40": "/sbin/init\x00agent\x00", "self": "x"} {
		if err := os.MkdirAll(filepath.Join(proc, pid), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(proc, pid, "cmdline"), []byte(line), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if programs, kernel := processes(proc); programs != 2 || kernel != 2 {
		t.Errorf("%d programs, %d threads of the kernel", programs, kernel)
	}
}
