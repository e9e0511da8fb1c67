package logs_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"escale/app/logs"
)

func textOf(t *logs.Text) []string {
	var lines []string
	for i, end := t.Lines.Bounds(); i < end; i++ {
		l, _ := t.Lines.Line(i)
		lines = append(lines, l.Text)
	}
	return lines
}

// TestText checks that a text is shown while it grows, that a long line is
// bounded, and that its end is told.
func TestText(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in, out := io.Pipe()
		text := logs.OpenText(t.Context(), func(context.Context) (io.ReadCloser, error) { return in, nil })
		told := 0
		defer text.Status.Subscribe(func() { told++ })()
		for range 100 {
			_, _ = io.WriteString(out, "booting\n")
		}
		_, _ = io.WriteString(out, strings.Repeat("x", 40<<10)+"\nhalf a line")
		time.Sleep(time.Second)
		synctest.Wait()
		if s := text.Status.Get(); s.State != logs.Live || s.End != 103 || told > 2 {
			t.Errorf("it is %+v, told %d times", s, told)
		}
		_ = out.Close()
		<-text.Done()
		got := textOf(text)
		if s := text.Status.Get(); s.State != logs.Ended || s.End != 104 || got[0] != "booting" || got[103] != "half a line" {
			t.Errorf("at its end it is %+v: %q", s, got[103])
		}
	})
}

// TestTextFails checks that a log that cannot be opened, or breaks, says why.
func TestTextFails(t *testing.T) {
	broken := errors.New("broken")
	for name, open := range map[string]func(context.Context) (io.ReadCloser, error){
		"not opened": func(context.Context) (io.ReadCloser, error) { return nil, broken },
		"breaks": func(context.Context) (io.ReadCloser, error) {
			in, out := io.Pipe()
			_ = out.CloseWithError(broken)
			return in, nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			text := logs.OpenText(t.Context(), open)
			<-text.Done()
			if s := text.Status.Get(); s.State != logs.Failed || !errors.Is(s.Err, broken) {
				t.Errorf("it is %+v", s)
			}
		})
	}
}

// TestTextCloses checks that a text that says nothing is let go of.
func TestTextCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in, out := io.Pipe()
		text := logs.OpenText(t.Context(), func(context.Context) (io.ReadCloser, error) { return in, nil })
		time.Sleep(time.Second)
		text.Close()
		text.Close()
		<-text.Done()
		if _, err := out.Write([]byte("x")); err == nil {
			t.Error("somebody still reads")
		}
	})
}
