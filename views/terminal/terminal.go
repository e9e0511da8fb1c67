// Package terminal is Escale for those who like a terminal: what the command
// line asks for, answered in plain words. It knows no toolkit and needs no display.
package terminal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"escale/app/autostart"
	"escale/app/instance"
	"escale/app/link"
	"escale/app/session"
	"escale/engine/machine"
	"escale/views/say"
)

// Hidden is the argument with which the session starts the program.
const Hidden = autostart.Hidden

// Codes that the program ends with.
const (
	Good    = 0
	Failed  = 1
	Misused = 2
)

// Machines tells of the machines of this computer; see keeper.Machine.
type Machines interface {
	Offered() error
	List(ctx context.Context) ([]machine.Status, error)
}

// Options are what a command works with.
type Options struct {
	Version  string
	Finder   session.Finder
	Machines Machines               // nil where there can be none
	Program  func() (string, error) // finds the machine's helper; see machine.Program
	Logs     string                 // the folder of the app's own logs
	Disk     string                 // a path on the disk that containers are kept on
	In       io.Reader
	Out, Err io.Writer
}

// Request is what the command line asks of the window.
type Request struct {
	Hidden bool     // start without showing the window
	Open   []string // links, and absolute paths of files
}

// SpeakAsSystem chooses the language that the environment asks for.
func SpeakAsSystem() {
	say.SetLanguage(say.SystemLanguage(os.Getenv("LC_ALL"), os.Getenv("LC_MESSAGES"), os.Getenv("LANG")))
}

// Run does what arguments ask for, without the program's own name. It returns
// done when that was all, with the code to end with; else the window is wanted,
// and what to open in it.
func Run(ctx context.Context, arguments []string, o Options) (wanted Request, code int, done bool) {
	if len(arguments) == 0 {
		return Request{}, Good, false
	}
	switch arguments[0] {
	case "--help", "-h", "help":
		_, _ = fmt.Fprintln(o.Out, say.L("terminal.help"))
		return Request{}, Good, true
	case "--version", "version":
		_, _ = fmt.Fprintln(o.Out, "Escale "+o.Version)
		return Request{}, Good, true
	case "doctor":
		return Request{}, doctor(ctx, o), true
	case "machine":
		return Request{}, pass(ctx, arguments[1:], o), true
	case "run":
		return form(arguments[1:], o)
	}
	for _, argument := range arguments {
		if argument == Hidden {
			wanted.Hidden = true
			continue
		}
		argument = strings.TrimPrefix(argument, "file://")
		target := link.Absolute(argument)
		if _, err := link.Parse(target); err != nil && !link.IsLink(target) {
			_, _ = fmt.Fprintln(o.Err, say.L("terminal.unknown", "What", clean(argument)))
			return Request{}, Misused, true
		}
		wanted.Open = append(wanted.Open, target)
	}
	return wanted, Good, false
}

// form asks the window for the form of one image, filled in. As with a link, it is
// the button in the window that runs anything: there the ports and folders stand
// that it would take.
func form(arguments []string, o Options) (wanted Request, code int, done bool) {
	if len(arguments) != 1 {
		_, _ = fmt.Fprintln(o.Err, say.L("terminal.run.one"))
		return Request{}, Misused, true
	}
	target := link.Scheme + "run/" + arguments[0]
	if _, err := link.Parse(target); err != nil {
		_, _ = fmt.Fprintln(o.Err, say.L("terminal.run.bad", "What", clean(arguments[0])))
		return Request{}, Misused, true
	}
	return Request{Open: []string{target}}, Good, false
}

// pass runs the machine's helper in our place.
func pass(ctx context.Context, arguments []string, o Options) int {
	program, err := o.Program()
	if err != nil {
		complain(o.Err, err)
		return Failed
	}
	command := exec.CommandContext(ctx, program, arguments...) //nolint:gosec // our own program, and the user's own words
	command.Stdin, command.Stdout, command.Stderr = o.In, o.Out, o.Err
	err = command.Run()
	if ended, ok := errors.AsType[*exec.ExitError](err); ok && ended.ExitCode() > 0 {
		return ended.ExitCode()
	}
	if err != nil {
		complain(o.Err, err)
		return Failed
	}
	return Good
}

// Explain says why the window could not be asked, when that must end the
// program; false: go on without the one that runs.
func Explain(w io.Writer, err error) bool {
	switch {
	case errors.Is(err, instance.ErrHung):
		_, _ = fmt.Fprintln(w, say.L("terminal.hung"))
	case errors.Is(err, instance.ErrTooLong):
		_, _ = fmt.Fprintln(w, say.L("terminal.toomuch"))
	default:
		return false
	}
	return true
}

// complain words an error.
func complain(w io.Writer, err error) {
	words := say.Error(err)
	_, _ = fmt.Fprintln(w, words.Title+"\n"+words.Hint)
}

// whole keeps what disturbs a terminal out of text.
func whole(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return -1
		}
		return r
	}, text)
}

// clean is whole, and bounded.
func clean(text string) string {
	const most = 80
	runes := []rune(whole(text))
	if len(runes) > most {
		runes = append(runes[:most], '…')
	}
	return string(runes)
}
