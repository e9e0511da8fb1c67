package kit

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// entry is a folder or a file in a list of them.
type entry struct {
	name   string
	folder bool
}

// readFolder lists a folder: folders first, by name, without what is hidden, and
// with files only where they are wanted. Links count as what they lead to. The
// folder "" is the computer, and has disks.
func readFolder(folder string, files bool) ([]entry, error) {
	if folder == "" {
		return disks(), nil
	}
	all, err := os.ReadDir(folder)
	var entries []entry
	for _, e := range all {
		if strings.HasPrefix(e.Name(), ".") {
			continue
		}
		isFolder := e.IsDir()
		if !isFolder && !e.Type().IsRegular() {
			info, err := os.Stat(filepath.Join(folder, e.Name()))
			if err != nil || !info.IsDir() && !info.Mode().IsRegular() {
				continue // it leads nowhere, or is neither
			}
			isFolder = info.IsDir()
		}
		if isFolder || files {
			entries = append(entries, entry{e.Name(), isFolder})
		}
	}
	slices.SortStableFunc(entries, func(a, b entry) int {
		if a.folder != b.folder {
			return either(a.folder, -1, 1)
		}
		return strings.Compare(strings.ToLower(a.name), strings.ToLower(b.name))
	})
	return entries, err
}

// disks are the roots of this computer.
func disks() []entry {
	if runtime.GOOS != "windows" {
		return []entry{{string(filepath.Separator), true}}
	}
	var all []entry
	for letter := 'A'; letter <= 'Z'; letter++ {
		root := string(letter) + `:\`
		if _, err := os.Stat(root); err == nil {
			all = append(all, entry{root, true})
		}
	}
	return all
}

// parent is the folder around a folder. Around a disk there is the computer,
// where it has several.
func parent(folder string) string {
	up := filepath.Dir(folder)
	if folder == "" || up == folder && runtime.GOOS == "windows" {
		return ""
	}
	return up
}

// nearest is the folder at a path, or the nearest one around it that is there.
// Without a whole path it is the user's home folder.
func nearest(path string) string {
	path = strings.TrimSpace(path)
	if rest, ok := strings.CutPrefix(path, "~"); ok && (rest == "" || os.IsPathSeparator(rest[0])) {
		path = filepath.Join(home(), rest)
	}
	if !filepath.IsAbs(path) {
		path = home()
	}
	for path = filepath.Clean(path); ; path = filepath.Dir(path) {
		if info, err := os.Stat(path); err == nil && info.IsDir() || path == filepath.Dir(path) {
			return path
		}
	}
}

// home is the user's home folder, or the top of the disk.
func home() string {
	folder, err := os.UserHomeDir()
	if err != nil || !filepath.IsAbs(folder) {
		return filepath.VolumeName(os.TempDir()) + string(filepath.Separator)
	}
	return folder
}

// baseName is the name of the file that a path is for; empty for none.
func baseName(path string) string {
	path = strings.TrimSpace(path)
	if path == "" || os.IsPathSeparator(path[len(path)-1]) {
		return ""
	}
	return filepath.Base(path)
}
