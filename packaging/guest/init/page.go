//go:build linux

package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"escale/engine/machine/wire"
	"escale/engine/page"
)

// The bounds of one visit of the page.
const (
	pageWait   = 10 * time.Second
	longestAsk = 16 << 10
)

// servePage serves the page on a port of the guest's loopback until ctx ends; it
// returns once somebody can come. It is a server of its own for the reason that
// ask of the engine is no net/http.
func servePage(ctx context.Context, port int) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return fmt.Errorf("%s: serve the page: %w", wire.CauseEngineFailed, err)
	}
	context.AfterFunc(ctx, func() { _ = listener.Close() })
	go func() {
		for {
			visitor, err := listener.Accept()
			if ctx.Err() != nil {
				return
			}
			if err != nil {
				time.Sleep(50 * time.Millisecond) //nolint:forbidigo // out of descriptors
				continue
			}
			go answerPage(visitor, "/proc")
		}
	}()
	return nil
}

// answerPage answers one request, whatever it asks for.
func answerPage(visitor net.Conn, proc string) {
	defer func() { _ = visitor.Close() }()
	_ = visitor.SetDeadline(time.Now().Add(pageWait))
	request := bufio.NewReader(io.LimitReader(visitor, longestAsk))
	for {
		line, err := request.ReadString('\n')
		if err != nil {
			return
		}
		if strings.TrimSpace(line) == "" {
			break
		}
	}
	programs, kernel := processes(proc)
	_, _ = fmt.Fprintf(visitor, "HTTP/1.0 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n%s: %d\r\n%s: %d\r\n\r\n%s",
		len(page.HTML), page.ProcessesHeader, programs, page.KernelHeader, kernel, page.HTML)
}

// processes counts the programs that run, and the kernel's own threads, which
// have no command line.
func processes(proc string) (programs, kernel int) {
	all, err := os.ReadDir(proc)
	if err != nil {
		return 0, 0
	}
	for _, e := range all {
		if _, err := strconv.Atoi(e.Name()); err != nil {
			continue
		}
		line, err := os.ReadFile(proc + "/" + e.Name() + "/cmdline") //nolint:gosec // procfs
		switch {
		case err != nil: // it has ended
		case len(line) == 0:
			kernel++
		default:
			programs++
		}
	}
	return programs, kernel
}
