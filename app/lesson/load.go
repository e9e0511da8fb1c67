package lesson

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"sync"

	"escale/assets"
)

var shipped = sync.OnceValues(func() (map[string][]*Lesson, error) { return Load(assets.Lessons, "lessons") })

// All returns the lessons that come with the app in a language, in their order.
// Nobody changes the slice.
func All(language string) []*Lesson {
	all, err := shipped()
	if err != nil {
		panic(err) // files inside the program, checked by a test
	}
	if list, ok := all[language]; ok {
		return list
	}
	return all["en"]
}

// ByID returns a lesson that comes with the app; nil without one.
func ByID(language, id string) *Lesson {
	for _, l := range All(language) {
		if l.ID == id {
			return l
		}
	}
	return nil
}

// Load reads every lesson of a folder, which has a folder for each language.
func Load(files fs.FS, folder string) (map[string][]*Lesson, error) {
	all := map[string][]*Lesson{}
	for _, language := range Languages() {
		names, err := fs.Glob(files, path.Join(folder, language, "*.md"))
		if err != nil {
			return nil, fmt.Errorf("list lessons: %w", err)
		}
		for _, name := range names {
			data, err := fs.ReadFile(files, name)
			if err != nil {
				return nil, fmt.Errorf("read lesson: %w", err)
			}
			l, err := Parse(data, language)
			if err != nil {
				return nil, fmt.Errorf("read %s: %w", name, err)
			}
			if l.ID != strings.TrimSuffix(path.Base(name), ".md") {
				return nil, fmt.Errorf("read %s: %w", name, fault(0, Bad, "id"))
			}
			all[language] = append(all[language], l)
		}
		slices.SortStableFunc(all[language], func(a, b *Lesson) int { return a.Order - b.Order })
	}
	return all, nil
}

// Read reads a foreign lesson. Its error is an *Error. It blocks for as long as
// the disk does.
func Read(path string) (*Lesson, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, &Error{Why: NotLesson} // opening a pipe would wait for its other end
	}
	file, err := os.Open(path) //nolint:gosec // the user's own choice, or a file that the user opened
	switch {
	case os.IsNotExist(err):
		return nil, &Error{Why: Missing, Err: err}
	case err != nil:
		return nil, &Error{Why: Closed, Err: err}
	}
	defer file.Close() //nolint:errcheck // nothing was written
	data, err := io.ReadAll(io.LimitReader(file, MostBytes+1))
	if err != nil {
		return nil, &Error{Why: Closed, Err: err}
	}
	return Parse(data, "")
}
