package wire

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

// A serial port is never new: what an earlier helper or session left half
// written may still come out of it. So the host says hello with a number of its
// own until the guest repeats that number, and each end skips what came before.
// A guest that still serves the session of a dead helper takes the hello for a
// broken frame, ends that session, and hears the next one.
const (
	helloHost  = "escale-host 1 "
	helloGuest = "escale-guest 1 "
	nonceBytes = 16 // in hexadecimal
	helloEvery = 200 * time.Millisecond
	mostNoise  = 16 << 20 // bytes before a hello
)

// Greeting is what a guest's answer begins with: the first that a channel carries
// that is not noise.
const Greeting = helloGuest

// ErrNoise is said when what comes out of a channel is no guest, or no host.
var ErrNoise = errors.New("no greeting on the channel")

// greet is the host's part. It writes until the guest answers, or ctx ends; the
// caller closes the channel then, which ends what still waits on it.
func greet(ctx context.Context, channel io.ReadWriter) error {
	var random [nonceBytes / 2]byte
	if _, err := rand.Read(random[:]); err != nil {
		return fmt.Errorf("greet guest: %w", err)
	}
	nonce := hex.EncodeToString(random[:])
	answered := make(chan error, 1)
	go func() {
		_, err := scan(channel, helloGuest, nonce)
		answered <- err
	}()
	failed := make(chan error, 1)
	done := make(chan struct{})
	var writer sync.WaitGroup
	writer.Go(func() {
		if err := repeat(done, channel, helloHost+nonce+"\n"); err != nil {
			failed <- err
		}
	})
	defer writer.Wait() // the last hello must be out before the first frame
	defer close(done)
	select {
	case err := <-answered:
		return err
	case err := <-failed:
		return fmt.Errorf("greet guest: %w", err)
	case <-ctx.Done():
		return fmt.Errorf("greet guest: %w", context.Cause(ctx))
	}
}

func repeat(done <-chan struct{}, w io.Writer, line string) error {
	again := time.NewTicker(helloEvery)
	defer again.Stop()
	for {
		if _, err := io.WriteString(w, line); err != nil {
			return err
		}
		select {
		case <-done:
			return nil
		case <-again.C:
		}
	}
}

// welcome is the guest's part: it waits for a hello and repeats its number.
func welcome(channel io.ReadWriter) error {
	nonce, err := scan(channel, helloHost, "")
	if err != nil {
		return err
	}
	if _, err := io.WriteString(channel, helloGuest+nonce+"\n"); err != nil {
		return fmt.Errorf("answer hello: %w", err)
	}
	return nil
}

// scan reads up to and including a hello and gives its number. It reads byte by
// byte, so that it takes nothing of what follows.
func scan(r io.Reader, hello, nonce string) (string, error) {
	length := len(hello) + nonceBytes + 1
	window := make([]byte, 0, 2*length)
	one := make([]byte, 1)
	for range mostNoise {
		if _, err := io.ReadFull(r, one); err != nil {
			return "", fmt.Errorf("wait for %q: %w", hello, err)
		}
		if len(window) == cap(window) {
			window = append(window[:0], window[len(window)-length+1:]...)
		}
		window = append(window, one[0])
		if one[0] != '\n' || len(window) < length {
			continue
		}
		found, ok := bytes.CutPrefix(window[len(window)-length:len(window)-1], []byte(hello))
		if ok && isHex(found) && (nonce == "" || nonce == string(found)) {
			return string(found), nil
		}
	}
	return "", ErrNoise
}

func isHex(text []byte) bool {
	for _, c := range text {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// skipper leaves out the hellos that the host sent while the guest's answer was
// under way. No frame begins like one.
type skipper struct {
	io.ReadWriteCloser
	past bool // only yamux's one reader touches it
}

func (s *skipper) Read(p []byte) (int, error) {
	if s.past || len(p) == 0 {
		return s.ReadWriteCloser.Read(p)
	}
	line := make([]byte, 0, len(helloHost)+nonceBytes+1)
	for {
		if _, err := io.ReadFull(s.ReadWriteCloser, p[:1]); err != nil {
			if len(line) > 0 {
				return 0, io.ErrUnexpectedEOF
			}
			return 0, err
		}
		if len(line) == 0 && p[0] != helloHost[0] {
			s.past = true
			return 1, nil
		}
		if line = append(line, p[0]); len(line) < cap(line) {
			continue
		}
		if p[0] != '\n' || !bytes.HasPrefix(line, []byte(helloHost)) {
			return 0, ErrNoise
		}
		line = line[:0]
	}
}
