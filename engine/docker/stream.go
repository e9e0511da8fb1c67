package docker

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"escale/engine"
)

// buffered is how many values a stream holds for a reader that is busy; then
// the engine waits.
const buffered = 64

// errLineTooLong ends a stream whose engine sends more in one line than any
// engine has reason to.
var errLineTooLong = errors.New("line of the answer is too long")

// maxLine bounds one line of JSON.
const maxLine = 4 << 20

// open runs call, which returns with the headers of an answer, and gives up
// when they do not come within limit; 0 is no limit. The answer's body lives
// until release is called or ctx ends.
func open[T any](ctx context.Context, limit time.Duration, call func(context.Context) (T, error)) (
	answer T, live context.Context, release func(), err error,
) {
	live, cancel := context.WithCancelCause(ctx)
	release = func() { cancel(nil) }
	if limit > 0 {
		timer := time.AfterFunc(limit, func() { cancel(engine.ErrTimeout) })
		defer timer.Stop()
	}
	answer, err = call(live)
	if err != nil {
		err = classify(live, err)
		release()
	}
	return answer, live, release, err
}

// stream runs produce until it returns, and delivers what it sends. io.EOF is a
// regular end; release is called at the end.
func stream[T any](ctx context.Context, release func(), produce func(send func(T) error) error) *engine.Stream[T] {
	values, ended := make(chan T, buffered), make(chan struct{})
	var cause error
	go func() {
		defer close(values)
		defer close(ended)
		defer release()
		err := produce(func(v T) error {
			select {
			case values <- v:
				return nil
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		})
		if err != nil && !errors.Is(err, io.EOF) {
			cause = fmt.Errorf("read stream: %w", classify(ctx, err))
		}
	}()
	return &engine.Stream[T]{C: values, Err: func() error {
		select {
		case <-ended:
			return cause
		default:
			return nil
		}
	}}
}

// lines calls each for every line of r that is not empty, until each or r
// fails. A line of more than limit bytes is errLineTooLong; the end is io.EOF.
// The line is valid during the call only.
func lines(r io.Reader, limit int, each func([]byte) error) error {
	in := bufio.NewReaderSize(r, 16<<10)
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		if len(line)+len(part) > limit {
			return errLineTooLong
		}
		line = append(line, part...)
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if text := bytes.TrimSpace(line); len(text) > 0 {
			if failure := each(text); failure != nil {
				return failure
			}
		}
		if err != nil {
			return err
		}
		line = line[:0]
	}
}

// objects calls each for every JSON object of r: one a line, or several.
func objects[T any](r io.Reader, each func(T) error) error {
	return lines(r, maxLine, func(line []byte) error {
		in := json.NewDecoder(bytes.NewReader(line))
		for {
			var v T
			err := in.Decode(&v)
			if errors.Is(err, io.EOF) {
				return nil
			}
			if errors.Is(err, io.ErrUnexpectedEOF) {
				return io.ErrUnexpectedEOF // cut off inside an object
			}
			if err != nil {
				return fmt.Errorf("decode answer: %w", err)
			}
			if err := each(v); err != nil {
				return err
			}
		}
	})
}
