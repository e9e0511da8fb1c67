package logs

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"escale/app/ring"
	"escale/app/store"
)

// A longer line of a text is shown as several, and this much of it is kept.
const (
	textLine  = 16 << 10
	textBytes = 8 << 20
)

// Text is a log that is no container's, such as a console's, being read until
// Close: plain lines without times.
type Text struct {
	// Lines hold what was read. Their texts are hostile: draw them with ansi.
	Lines *ring.Ring
	// Status changes at most ten times a second. Its State is Opening, Live,
	// Ended, or Failed.
	Status *store.Value[Status]

	cancel context.CancelFunc
	done   chan struct{}
}

// OpenText starts to read what open returns, and returns at once. What comes
// again after an end needs another Text.
func OpenText(ctx context.Context, open func(context.Context) (io.ReadCloser, error)) *Text {
	ctx, cancel := context.WithCancel(ctx)
	t := &Text{Lines: newLines(textBytes), Status: store.NewValue(Status{}), cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(t.done)
		err := t.read(ctx, open)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			t.tell(Failed, err)
			return
		}
		t.tell(Ended, nil)
	}()
	return t
}

// Close stops reading. The lines stay. It does not wait: Done tells.
func (t *Text) Close() { t.cancel() }

// Done is closed when the text has released all it held.
func (t *Text) Done() <-chan struct{} { return t.done }

func (t *Text) tell(state State, err error) {
	first, end := t.Lines.Bounds()
	t.Status.Set(Status{State: state, Err: err, First: first, End: end})
}

// read reads one stream to its end.
func (t *Text) read(ctx context.Context, open func(context.Context) (io.ReadCloser, error)) error {
	in, err := open(ctx)
	if err != nil {
		return fmt.Errorf("read log: %w", err)
	}
	var once sync.Once
	end := func() { once.Do(func() { _ = in.Close() }) }
	defer end()
	defer context.AfterFunc(ctx, end)() // a read that waits ends with the context
	lines := make(chan string, 256)
	failed := make(chan error, 1)
	go func() {
		defer close(lines)
		failed <- split(ctx, in, lines)
	}()
	t.take(lines)
	return <-failed
}

// split sends the lines of a text; those that are too long in pieces.
func split(ctx context.Context, in io.Reader, lines chan<- string) error {
	from := bufio.NewReaderSize(in, textLine)
	for {
		line, _, err := from.ReadLine()
		if len(line) > 0 || err == nil {
			select {
			case lines <- string(line):
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
}

// take moves lines to the ring until there are no more, and tells about them: at
// once when those that were there are in, then at most ten times a second.
func (t *Text) take(lines <-chan string) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	dirty := true // an empty log is told, too
	for {
		var due <-chan time.Time
		if dirty {
			due = timer.C
		}
		select {
		case line, ok := <-lines:
			if !ok {
				return
			}
			t.Lines.Append(time.Time{}, false, line)
			dirty = true
		case <-due:
			dirty = false
			t.tell(Live, nil)
			timer.Reset(flushEvery)
		}
	}
}
