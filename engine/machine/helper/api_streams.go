package helper

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"strconv"
	"time"

	"escale/engine"
	"escale/engine/machine"
	"escale/engine/machine/wire"
)

const (
	defaultTail = 64 << 10 // bytes
	tailLines   = 1000     // of the guest's logs
	followEvery = 200 * time.Millisecond
)

// serveLog streams a log: ours from their files, the guest's from the guest.
func serveLog(v *vm, w http.ResponseWriter, q *http.Request) error {
	tail := defaultTail
	if text := q.URL.Query().Get("tail"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 {
			return fmt.Errorf("%w: tail %.40q", engine.ErrInvalid, text)
		}
		if n > 0 {
			tail = n
		}
	}
	follow := q.URL.Query().Get("follow") != ""
	ctx, cancel := context.WithCancel(q.Context())
	defer cancel()
	defer context.AfterFunc(v.h.ctx, cancel)() //nolint:contextcheck // the end of the helper, not of the request
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	to := &flushed{w: w, control: http.NewResponseController(w)}
	switch name := machine.LogName(q.URL.Query().Get("name")); name {
	case machine.LogConsole:
		return followFile(ctx, to, v.file("console.log"), int64(tail), follow)
	case machine.LogHelper:
		return followFile(ctx, to, v.h.home.Log(), int64(tail), follow)
	case machine.LogDockerd:
		return v.guestLog(ctx, to, follow)
	default:
		return fmt.Errorf("%w: log %.40q", engine.ErrInvalid, name)
	}
}

// flushed sends each piece at once.
type flushed struct {
	w       io.Writer
	control *http.ResponseController
}

func (f *flushed) Write(p []byte) (int, error) {
	n, err := f.w.Write(p)
	return n, errors.Join(err, f.control.Flush())
}

// followFile writes the end of a log, and what is added to it. A log that began
// anew meanwhile is read from its beginning.
func followFile(ctx context.Context, to io.Writer, path string, tail int64, follow bool) error {
	var at int64 = -1
	for {
		next, err := copyFrom(to, path, at, tail)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil // who asked has gone, or the answer has begun
		}
		at = next
		if !follow || !pause(ctx, followEvery) {
			return nil
		}
	}
}

func copyFrom(to io.Writer, path string, at, tail int64) (next int64, err error) {
	file, err := os.Open(path) //nolint:gosec // a log of ours
	if err != nil {
		return 0, err
	}
	defer file.Close() //nolint:errcheck // only read
	info, err := file.Stat()
	if err != nil {
		return at, err
	}
	switch {
	case at < 0:
		at = max(info.Size()-tail, 0)
	case info.Size() < at:
		at = 0
	}
	if _, err := file.Seek(at, io.SeekStart); err != nil {
		return at, err
	}
	n, err := io.Copy(to, file)
	return at + n, err
}

// guestLog streams a log of the guest's until the reader has gone. Without
// follow it ends when nothing comes for a moment, for the guest's never does.
func (v *vm) guestLog(ctx context.Context, to io.Writer, follow bool) error {
	r, err := v.running()
	if err != nil {
		return err
	}
	session := r.session()
	if session == nil {
		return fmt.Errorf("%w: the machine does not run", engine.ErrConflict)
	}
	if err := r.wake(ctx); err != nil {
		return err
	}
	stream, err := session.Open(ctx, wire.Header{Do: wire.Log, Name: wire.LogDockerd, Tail: tailLines})
	if err != nil {
		return err
	}
	defer stream.Close() //nolint:errcheck // only read
	stop := context.AfterFunc(ctx, func() { _ = stream.Close() })
	defer stop()
	buffer := make([]byte, 16<<10)
	for {
		if !follow {
			_ = stream.SetReadDeadline(time.Now().Add(v.h.timing.sample))
		}
		n, err := stream.Read(buffer)
		if n > 0 {
			if _, err := to.Write(buffer[:n]); err != nil {
				return nil // who asked has gone
			}
		}
		if err != nil {
			return nil // the end, or nothing more for now
		}
	}
}

// shell joins the client's connection with a shell in the guest.
func shell(v *vm, w http.ResponseWriter, q *http.Request) error {
	rows, cols, err := sizeOf(q)
	if err != nil {
		return err
	}
	r, err := v.running()
	if err != nil {
		return err
	}
	b := r.booted.Load()
	if b == nil {
		return fmt.Errorf("%w: the machine does not run", engine.ErrConflict)
	}
	b.use()
	defer b.unuse()
	if err := b.wake(q.Context()); err != nil {
		return err
	}
	stream, err := b.session.Begin(q.Context(), wire.Header{Do: wire.Shell, Rows: rows, Cols: cols})
	if err != nil {
		return err
	}
	defer stream.Close() //nolint:errcheck // it has ended
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return fmt.Errorf("open shell: %w", err)
	}
	defer conn.Close()                                              //nolint:errcheck // it has ended
	stop := context.AfterFunc(v.h.ctx, func() { _ = conn.Close() }) //nolint:contextcheck // the end of the helper, not of the request
	defer stop()
	const head = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: shell\r\n%s: %d\r\n\r\n"
	if _, err := fmt.Fprintf(conn, head, machine.ShellHeader, stream.StreamID()); err != nil {
		return nil // who asked has gone
	}
	_ = wire.Join(&client{Conn: conn, reader: buffered.Reader}, stream)
	return nil
}

// sizeOf is the size of a terminal that a request names.
func sizeOf(q *http.Request) (rows, cols uint16, err error) {
	r, err1 := strconv.ParseUint(q.URL.Query().Get("rows"), 10, 16)
	c, err2 := strconv.ParseUint(q.URL.Query().Get("cols"), 10, 16)
	if err := errors.Join(err1, err2); err != nil {
		return 0, 0, fmt.Errorf("%w: %w", engine.ErrInvalid, err)
	}
	return uint16(r), uint16(c), nil
}

// resize tells the guest how large a shell's terminal is now. A shell is named by
// the number of its stream.
func resize(v *vm, w http.ResponseWriter, q *http.Request) error {
	rows, cols, err := sizeOf(q)
	id, bad := strconv.ParseUint(q.PathValue("id"), 10, 32)
	if err = errors.Join(err, bad); err == nil && (id == 0 || rows < 1 || cols < 1 || max(rows, cols) > wire.MostCells) {
		err = fmt.Errorf("shell %d of %d rows and %d columns", id, rows, cols)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", engine.ErrInvalid, err)
	}
	err = v.ask(q.Context(), wire.Header{Do: wire.Resize, Stream: uint32(id), Rows: rows, Cols: cols})
	if said, ok := errors.AsType[*wire.Failure](err); ok {
		switch said.Kind {
		case wire.FailGone:
			return fmt.Errorf("%w: %w", engine.ErrNotFound, err)
		case wire.FailHeader:
			return refuse(machine.RefusedUnsupported, "the guest is of before terminals could change their size: "+said.Detail)
		}
	}
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
