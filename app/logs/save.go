package logs

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/adrg/xdg"

	"escale/app/ansi"
	"escale/app/ring"
)

// stampLayout is how saved and copied lines are dated: to the millisecond, in
// this computer's time as the screen shows it, with its distance from UTC.
const stampLayout = "2006-01-02T15:04:05.000Z07:00"

// Text is the lines of these numbers as they read, without escapes; those that
// are gone are left out.
func (s *Session) Text(numbers []int, stamps bool) string {
	var b strings.Builder
	for _, n := range numbers {
		if l, ok := s.Lines.Line(n); ok {
			writeLine(&b, l, stamps)
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// Form says which lines are saved, and how.
type Form struct {
	Stream ring.Stream
	Stamps bool
}

// Save writes the lines kept now as plain text, and says how many.
func (s *Session) Save(ctx context.Context, w io.Writer, form Form) (int, error) {
	buf := bufio.NewWriterSize(w, 64<<10)
	first, end := s.Lines.Bounds()
	written := 0
	for n := first; n < end; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return written, fmt.Errorf("save log: %w", ctx.Err())
		}
		if l, ok := s.Lines.Line(n); ok && form.has(l) {
			writeLine(buf, l, form.Stamps)
			written++
		}
	}
	if err := buf.Flush(); err != nil {
		return written, fmt.Errorf("save log: %w", err)
	}
	return written, nil
}

func (f Form) has(l ring.Line) bool {
	return f.Stream == ring.Both || l.Stderr == (f.Stream == ring.Errors)
}

// SaveFile writes the lines to a new file in dir, called after the container
// and the time, and returns its path. Nothing is left behind on failure.
func (s *Session) SaveFile(ctx context.Context, dir, name string, now time.Time, form Form) (string, error) {
	f, err := create(dir, fileName(name, now))
	if err != nil {
		return "", fmt.Errorf("save log: %w", err)
	}
	_, err = s.Save(ctx, f, form)
	if err = errors.Join(err, f.Close()); err != nil {
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	return f.Name(), nil
}

// create makes a file that was not there, numbering the name as needed.
func create(dir, name string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("make folder: %w", err)
	}
	for i := 1; ; i++ {
		path := filepath.Join(dir, name+".log")
		if i > 1 {
			path = filepath.Join(dir, fmt.Sprintf("%s-%d.log", name, i))
		}
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // name is made safe
		if !errors.Is(err, os.ErrExist) || i >= 1000 {
			return f, err //nolint:wrapcheck // the caller wraps
		}
	}
}

// fileName keeps what every file system takes.
func fileName(name string, now time.Time) string {
	safe := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_':
			return r
		}
		return '-'
	}, name)
	if len(safe) > 100 {
		safe = safe[:100]
	}
	return safe + "-" + now.Format("2006-01-02-150405")
}

func writeLine(w io.StringWriter, l ring.Line, stamps bool) {
	if stamps {
		_, _ = w.WriteString(l.At.Local().Format(stampLayout) + " ")
	}
	_, _ = w.WriteString(ansi.Plain(l.Text)) // a bufio.Writer keeps its error for Flush
	_, _ = w.WriteString("\n")
}

// Folder is where logs are saved: the user's folder for downloads, else home.
func Folder() string {
	if dir := xdg.UserDirs.Download; dir != "" {
		return dir
	}
	return xdg.Home
}
