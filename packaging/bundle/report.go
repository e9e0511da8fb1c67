package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

const megabyte = 1e6 // as those who download count

// made is a file that is handed out.
type made struct {
	file  string // its path
	limit int64  // bytes; 0: none
}

// report is what came of it all.
type report struct {
	mu    sync.Mutex
	files []made
	left  []string
}

// hand notes a file that was made.
func (r *report) hand(file string, limit int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.files = append(r.files, made{file, limit})
}

// leave notes a part that was not made.
func (r *report) leave(p part, why error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.left = append(r.left, fmt.Sprintf("%s, %s: %s", p.system, p.name, strings.TrimPrefix(why.Error(), errLeftOut.Error()+": ")))
}

// finish writes the sums and says what was made, how large it is, and what was
// not made. A file that is larger than it may be is an error, once all is told.
func (r *report) finish(say io.Writer, out string) error {
	slices.Sort(r.left)
	slices.SortFunc(r.files, func(a, b made) int { return strings.Compare(a.file, b.file) })
	var sums strings.Builder
	var tooLarge []error
	_, _ = fmt.Fprintln(say, "\nMade:")
	for _, f := range r.files {
		is, err := describe(f.file)
		if err != nil {
			return fmt.Errorf("sum up: %w", err)
		}
		name, err := filepath.Rel(out, f.file)
		if err != nil {
			return fmt.Errorf("sum up: %w", err)
		}
		bound := ""
		if f.limit > 0 {
			bound = fmt.Sprintf("of %d", f.limit/megabyte)
		}
		_, _ = fmt.Fprintf(say, "  %-44s %6.1f %-6s MB\n", name, float64(is.Bytes)/megabyte, bound)
		if f.limit > 0 && is.Bytes > f.limit {
			tooLarge = append(tooLarge, fmt.Errorf("%s has %.1f MB, at most %d are allowed", name, float64(is.Bytes)/megabyte, f.limit/megabyte))
		}
		fmt.Fprintf(&sums, "%s  %s\n", is.SHA256, filepath.ToSlash(name))
	}
	if len(r.files) > 0 {
		if err := writeFile(filepath.Join(out, "SHA256SUMS"), []byte(sums.String())); err != nil {
			return err
		}
	}
	for i, what := range r.left {
		if i == 0 {
			_, _ = fmt.Fprintln(say, "\nLeft out:")
		}
		_, _ = fmt.Fprintln(say, "  "+what)
	}
	return errors.Join(tooLarge...)
}
