// Package autostart has the user's session start Escale, without its window, or
// not. It asks the system each time: the user may have changed it there.
package autostart

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Hidden is the argument with which the session starts the program.
const Hidden = "--hidden"

// id is what files of the program are named after.
const id = "org.escale.app"

// Errors of Login.
var (
	// ErrSandboxed means that this installation may not change what the session
	// starts.
	ErrSandboxed = errors.New("the sandbox keeps the session's programs out of reach")
	// ErrFleeting means that the program is at a place where it is only for now.
	ErrFleeting = errors.New("the program is not installed for good")
	// ErrUnfit means that the path of the program cannot be written down.
	ErrUnfit = errors.New("the program's path has characters that cannot be written")
)

// Login is what the session of this user does with one program. Its methods
// read and write small files, or the registry: not for the UI goroutine.
type Login struct {
	program string // absolute path; empty when it is not known
	fault   error  // why nothing can be changed; nil
	at      place
}

// place is where a system keeps it.
type place interface {
	// read returns the program that is started, and whether it is; "" is none.
	read() (program string, on bool, err error)
	write(program string) error
	remove() error
}

// Here is the login of this user, for the program that runs.
func Here() *Login {
	l := &Login{at: here()}
	l.program, l.fault = thisProgram()
	return l
}

// On tells whether the session starts a program of this name.
func (l *Login) On() (bool, error) {
	if errors.Is(l.fault, ErrSandboxed) {
		return false, l.fault
	}
	_, on, err := l.at.read()
	if err != nil {
		return false, fmt.Errorf("read what the session starts: %w", err)
	}
	return on, nil
}

// Set has the session start this program from the next login on, or none.
func (l *Login) Set(on bool) error {
	if l.fault != nil && (on || errors.Is(l.fault, ErrSandboxed)) {
		return l.fault
	}
	if !on {
		if err := l.at.remove(); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("take Escale from what the session starts: %w", err)
		}
		return nil
	}
	if err := l.at.write(l.program); err != nil {
		return fmt.Errorf("add Escale to what the session starts: %w", err)
	}
	return nil
}

// Mend writes anew where the program is, when the session starts one that is not
// there any more: this one has taken its place, such as a newer AppImage. A
// program that is still there is let be.
func (l *Login) Mend() error {
	if l.fault != nil { // then nothing of ours is to be written
		return nil //nolint:nilerr // Set tells of it
	}
	was, on, err := l.at.read()
	if err != nil {
		return fmt.Errorf("read what the session starts: %w", err)
	}
	if !on || was == "" || was == l.program {
		return nil
	}
	if _, err := os.Stat(was); !errors.Is(err, fs.ErrNotExist) {
		return nil // what cannot be looked at may well be there
	}
	return l.Set(true)
}

// fit refuses paths with control characters, which some of the formats cannot
// hold.
func fit(program string) error {
	if !filepath.IsAbs(program) || strings.ContainsFunc(program, func(r rune) bool { return r < ' ' || r == 0x7f || r == 0xfffd }) {
		return ErrUnfit
	}
	return nil
}

// replace writes a file in one step, and its folder.
func replace(path, content string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // the session's own
		return err
	}
	fresh := path + ".new"
	if err := os.WriteFile(fresh, []byte(content), 0o644); err != nil { //nolint:gosec // no secret
		return errors.Join(err, os.Remove(fresh))
	}
	return os.Rename(fresh, path)
}

// file is the place of systems that have a file for each program.
type file struct {
	path    string
	content func(program string) string
	parse   func(content string) (program string, on bool)
}

// longest bounds what is read of a file that others write, too; bytes.
const longest = 64 << 10

func (f file) read() (program string, on bool, err error) {
	opened, err := os.Open(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", false, nil
	}
	if err != nil {
		return "", false, err
	}
	content, err := io.ReadAll(io.LimitReader(opened, longest))
	if err := errors.Join(err, opened.Close()); err != nil {
		return "", false, err
	}
	program, on = f.parse(string(content))
	return program, on, nil
}

func (f file) write(program string) error { return replace(f.path, f.content(program)) }

func (f file) remove() error { return os.Remove(f.path) }
