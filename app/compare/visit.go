package compare

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"time"

	"escale/engine/page"
)

// Visit is an answer of the page.
type Visit struct {
	At            time.Time // when its first byte came
	Processes     int       // in the virtual machine; 0 from a container
	KernelThreads int
}

// Between tries: nothing listens yet, or what listens has nobody behind it.
const (
	tryAgain = 5 * time.Millisecond
	tryFor   = 10 * time.Second
)

// errStranger is an answer that is not the page.
var errStranger = errors.New("something else answered")

// get asks for the page once, on a connection of its own, past every proxy.
func get(ctx context.Context, url string) (Visit, error) {
	var v Visit
	ctx, cancel := context.WithTimeout(ctx, tryFor)
	defer cancel()
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotFirstResponseByte: func() { v.At = time.Now() }})
	request, err := http.NewRequestWithContext(traced, http.MethodGet, url, http.NoBody)
	if err != nil {
		return v, fmt.Errorf("visit page: %w", err)
	}
	transport := &http.Transport{DisableKeepAlives: true, DialContext: new(net.Dialer).DialContext}
	defer transport.CloseIdleConnections()
	answer, err := (&http.Client{Transport: transport}).Do(request)
	if err != nil {
		return v, fmt.Errorf("visit page: %w", err)
	}
	defer answer.Body.Close() //nolint:errcheck // only read
	body, err := io.ReadAll(io.LimitReader(answer.Body, int64(len(page.HTML))+1))
	if err != nil {
		return v, fmt.Errorf("visit page: %w", err)
	}
	if string(body) != page.HTML {
		return v, errStranger
	}
	v.Processes, v.KernelThreads = count(answer, page.ProcessesHeader), count(answer, page.KernelHeader)
	return v, nil
}

// count reads a number that the guest tells, within reason.
func count(answer *http.Response, header string) int {
	n, err := strconv.Atoi(answer.Header.Get(header))
	if err != nil || n < 0 || n > 1<<20 {
		return 0
	}
	return n
}

// freePort is a port of this computer's loopback that nobody has at this moment.
func freePort() (int, error) {
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp4", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	defer listener.Close() //nolint:errcheck // never used
	address, ok := listener.Addr().(*net.TCPAddr)
	if !ok {
		return 0, errors.New("find a free port: no TCP address")
	}
	return address.Port, nil
}

// local is the address of a port of this computer.
func local(port int) string { return fmt.Sprintf("http://127.0.0.1:%d/", port) }
