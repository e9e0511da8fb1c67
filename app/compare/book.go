package compare

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sync"
)

// longestBook is more than any comparison takes.
const longestBook = 256 << 10

// bookPage is the file: the last result, and by which name this user's containers of
// comparisons are known again after a crash.
type bookPage struct {
	Format int     `json:"format"`
	Owner  string  `json:"owner"`
	Last   *Result `json:"last,omitempty"`
}

var ownerRule = regexp.MustCompile(`^[0-9a-f]{16}$`)

// book keeps the last result in a file. Safe for concurrent use.
type book struct {
	path string // empty keeps it in memory

	mu   sync.Mutex
	page bookPage
}

// openBook reads the file; what cannot be used counts as none.
func openBook(path string) (*book, error) {
	b := &book{path: path}
	if path == "" {
		return b, nil
	}
	file, err := os.Open(path) //nolint:gosec // the app's own
	if errors.Is(err, fs.ErrNotExist) {
		return b, nil
	}
	if err != nil {
		return b, fmt.Errorf("read last comparison: %w", err)
	}
	defer file.Close() //nolint:errcheck // only read
	data, err := io.ReadAll(io.LimitReader(file, longestBook+1))
	if err == nil {
		b.page, err = readPage(data)
	}
	if err != nil {
		return b, fmt.Errorf("read last comparison: %w", err)
	}
	return b, nil
}

// readPage reads a file strictly; of one that is not right nothing is used.
func readPage(data []byte) (bookPage, error) {
	var p bookPage
	if len(data) > longestBook {
		return p, errors.New("it is too long")
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&p); err != nil {
		return bookPage{}, err
	}
	if p.Format != 1 || p.Owner != "" && !ownerRule.MatchString(p.Owner) || p.Last != nil && !p.Last.valid() {
		return bookPage{}, errors.New("it is of another kind, or was changed")
	}
	return p, nil
}

// last is the last result; nil when nothing was measured.
func (b *book) last() *Result {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.page.Last
}

// owner is what marks this user's containers; empty when there were never any.
func (b *book) owner() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.page.Owner
}

// own makes sure that there is an owner, in the file, before anything is made that
// has its mark.
func (b *book) own() (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.page.Owner != "" {
		return b.page.Owner, nil
	}
	mark := make([]byte, 8)
	_, _ = rand.Read(mark) // never fails
	next := b.page
	next.Owner = hex.EncodeToString(mark)
	return next.Owner, b.write(next)
}

func (b *book) keep(r Result) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	next := b.page
	next.Last = &r
	return b.write(next)
}

// write puts p in the file, or leaves the old one; it counts from now on either
// way. The caller holds the lock.
func (b *book) write(p bookPage) error {
	p.Format = 1
	b.page = p
	if b.path == "" {
		return nil
	}
	data, err := json.MarshalIndent(p, "", " ")
	if err != nil {
		return fmt.Errorf("keep comparison: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(b.path), 0o700); err != nil {
		return fmt.Errorf("keep comparison: %w", err)
	}
	next := b.path + ".new"
	err = os.WriteFile(next, data, 0o600)
	if err == nil {
		err = os.Rename(next, b.path)
	}
	if err != nil {
		return fmt.Errorf("keep comparison: %w", err)
	}
	return nil
}
