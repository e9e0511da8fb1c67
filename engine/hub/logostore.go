package hub

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// logoStore keeps the logos of one Hub in a folder that may be shared with other
// Hubs, one file each; an empty file says that a repository has none. A store
// that cannot write only forgets.
type logoStore struct {
	dir  string
	base string     // the Hub's address: the same name is another repository elsewhere
	mu   sync.Mutex // one writer at a time
}

const (
	keepLogo    = 14 * 24 * time.Hour
	keepNoLogo  = 24 * time.Hour
	maxLogosDir = 32 << 20 // bytes
)

func (s *logoStore) file(full string) string {
	sum := sha256.Sum256([]byte(s.base + "\x00" + full))
	return filepath.Join(s.dir, hex.EncodeToString(sum[:16])+".logo")
}

// get returns what is known about a logo. A nil store knows nothing.
func (s *logoStore) get(full string) (picture, bool) {
	if s == nil {
		return picture{}, false
	}
	info, err := os.Stat(s.file(full))
	if err != nil || info.Size() > maxLogo {
		return picture{}, false
	}
	age := time.Since(info.ModTime())
	if info.Size() == 0 {
		return picture{}, age < keepNoLogo
	}
	data, err := os.ReadFile(s.file(full))
	media := mediaType(data)
	if err != nil || media == "" || age > keepLogo {
		return picture{}, false
	}
	return picture{data, media}, true
}

// put keeps a logo, whole or not at all.
func (s *logoStore) put(full string, p picture) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if os.MkdirAll(s.dir, 0o700) != nil {
		return
	}
	file, err := os.CreateTemp(s.dir, "new-*.logo")
	if err != nil {
		return
	}
	_, written := file.Write(p.data)
	closed := file.Close()
	if written != nil || closed != nil || os.Rename(file.Name(), s.file(full)) != nil {
		_ = os.Remove(file.Name())
		return
	}
	s.trim()
}

// trim removes the oldest files while the folder is too large.
func (s *logoStore) trim() {
	names, err := filepath.Glob(filepath.Join(s.dir, "*.logo"))
	if err != nil {
		return
	}
	type kept struct {
		name string
		size int64
		at   time.Time
	}
	var files []kept
	var total int64
	for _, name := range names {
		if info, err := os.Lstat(name); err == nil {
			files = append(files, kept{name, info.Size(), info.ModTime()})
			total += info.Size()
		}
	}
	slices.SortFunc(files, func(a, b kept) int { return cmp.Compare(a.at.UnixNano(), b.at.UnixNano()) })
	const maxFiles = 4000
	for i, file := range files {
		if total <= maxLogosDir && len(files)-i <= maxFiles {
			return
		}
		if os.Remove(file.name) == nil {
			total -= file.size
		}
	}
}
