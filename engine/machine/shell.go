package machine

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"

	"escale/engine"
)

// Terminal is a root shell in a guest: what is written is what somebody types,
// what is read is what a terminal shows, up to io.EOF when the shell has ended.
// Close ends it.
type Terminal interface {
	io.ReadWriteCloser
	// Resize tells the shell how large the terminal is, in characters, 1 to 1000 of
	// each. ErrNotFound once the shell has ended; a Refusal where the guest is of
	// before there was this.
	Resize(ctx context.Context, rows, cols int) error
}

// ShellHeader is where the answer to a request for a shell names the shell.
const ShellHeader = "Escale-Shell"

// Shell opens a terminal in the guest, of that size in characters, 0 where it is
// not known. It is not part of any container. ErrConflict when the machine does
// not run. ctx bounds the opening only.
func (c *Client) Shell(ctx context.Context, name string, rows, cols int) (Terminal, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, askTimeout, engine.ErrTimeout)
	defer cancel()
	conn, err := dial(ctx, c.home.control())
	if err != nil {
		return nil, &noHelperError{err}
	}
	late := context.AfterFunc(ctx, func() { _ = conn.Close() })
	t, err := c.upgrade(ctx, conn, path(name, "shell"), size(rows, cols))
	if !late() && err == nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("ask for a shell: %w", because(ctx, err))
	}
	return t, nil
}

func size(rows, cols int) string { return fmt.Sprintf("?rows=%d&cols=%d", rows, cols) }

// upgrade turns a connection into a shell's.
func (c *Client) upgrade(ctx context.Context, conn net.Conn, path, size string) (*terminal, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://machine"+path+size, http.NoBody)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Connection", "Upgrade")
	request.Header.Set("Upgrade", "shell")
	if err := request.Write(conn); err != nil {
		return nil, err
	}
	reader := bufio.NewReader(conn)
	answer, err := http.ReadResponse(reader, request) //nolint:bodyclose // an upgraded connection has none
	if err != nil {
		return nil, err
	}
	if answer.StatusCode != http.StatusSwitchingProtocols {
		return nil, fault(answer)
	}
	id, err := strconv.ParseUint(answer.Header.Get(ShellHeader), 10, 32)
	if err != nil {
		return nil, fmt.Errorf("read answer: %s: %w", ShellHeader, err)
	}
	return &terminal{Conn: conn, reader: reader, client: c, path: path + "/" + strconv.FormatUint(id, 10) + "/size"}, nil
}

// terminal is a shell's connection, of which a reader may hold the first bytes.
type terminal struct {
	net.Conn
	reader *bufio.Reader
	client *Client
	path   string // to its size
}

func (t *terminal) Read(p []byte) (int, error) { return t.reader.Read(p) }

func (t *terminal) Resize(ctx context.Context, rows, cols int) error {
	ctx, cancel := context.WithTimeoutCause(ctx, askTimeout, engine.ErrTimeout)
	defer cancel()
	answer, err := t.client.do(ctx, http.MethodPost, t.path+size(rows, cols), nil)
	if err != nil {
		return err
	}
	return answer.Body.Close()
}
