// Package journal is Escale's own log: what it noted of its work, in a folder of
// the user's, bounded and without secrets, for whoever looks for a fault.
package journal

import (
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"regexp"

	"github.com/adrg/xdg"

	"escale/engine/logfile"
	"escale/engine/private"
)

// Folder is where the logs of this user are.
func Folder() string { return filepath.Join(xdg.StateHome, "escale", "log") }

// name is the newest log in the folder.
const name = "escale.log"

// Journal is the log of one run. Safe for concurrent use.
type Journal struct {
	Log *slog.Logger

	also io.Writer
	file *logfile.File // nil when the folder cannot be written
}

// Open goes on with the log in folder, which it makes; also is shown every line,
// too. Without a folder nothing is kept. The Journal is usable when an error is returned: then also has it alone.
// One process may write in a folder.
func Open(folder string, also io.Writer) (*Journal, error) {
	j := &Journal{also: also}
	handlers := []slog.Handler{text(also)}
	var err error
	if folder != "" {
		if j.file, err = open(folder); err == nil {
			handlers = append(handlers, text(j.file))
		}
	}
	j.Log = slog.New(slog.NewMultiHandler(handlers...))
	return j, err
}

func open(folder string) (*logfile.File, error) {
	if err := private.Folder(folder); err != nil {
		return nil, err
	}
	return logfile.Open(filepath.Join(folder, name), logfile.Size)
}

// Write takes lines of the standard library's log, in which the toolkit tells.
func (j *Journal) Write(p []byte) (int, error) {
	line := []byte(clean(string(p)))
	_, _ = j.also.Write(line) // a program with a window may have none to write to
	if j.file == nil {
		return len(p), nil
	}
	if _, err := j.file.Write(line); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Close ends the file; what is logged later goes to the other writer alone.
func (j *Journal) Close() error {
	if j.file == nil {
		return nil
	}
	return j.file.Close()
}

func text(w io.Writer) slog.Handler {
	return slog.NewTextHandler(w, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		switch value := a.Value.Resolve(); value.Kind() {
		case slog.KindString:
			a.Value = slog.StringValue(clean(value.String()))
		case slog.KindAny:
			if words, ok := worded(value.Any()); ok {
				a.Value = slog.StringValue(clean(words))
			}
		default:
		}
		return a
	}})
}

// worded are values that speak for themselves: in their words an address may be.
func worded(value any) (string, bool) {
	if err, ok := value.(error); ok && err != nil {
		return err.Error(), true
	}
	if one, ok := value.(fmt.Stringer); ok {
		return one.String(), true
	}
	return "", false
}

// secrets are what an error of some library may quote: the password of an
// address, and what stands behind a name that says that it is secret.
var secrets = []struct {
	is   *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`(://[^/\s:@]*):[^/\s@]*@`), "$1:…@"},
	{regexp.MustCompile(`(?i)\b((?:bearer|basic)\s+)[A-Za-z0-9+/=._~-]{8,}`), "$1…"},
	{regexp.MustCompile(`(?i)([a-z0-9_]*(?:passw(?:or)?d|passwd|secret|token|api_?key)["']?\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s,;&]+)`), "$1…"},
}

// clean takes secrets out of a text.
func clean(text string) string {
	for _, one := range secrets {
		text = one.is.ReplaceAllString(text, one.with)
	}
	return text
}
