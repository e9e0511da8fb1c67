package wsl

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"escale/engine/machine/driver"
)

const (
	askTimeout = 30 * time.Second // WSL may have to start its own virtual machine
	// makeTimeout is for what writes a whole root.
	makeTimeout = 10 * time.Minute
	// leastMajor is the first version that is installed from the Store, and not
	// with Windows: it can do what is asked of it here.
	leastMajor = 1
)

// program is wsl.exe.
type program struct {
	path string
	log  io.Writer // nil: nobody wants to know
}

// check says what is missing for machines to run.
func (p program) check(ctx context.Context) error {
	version, err := p.ask(ctx, askTimeout, nil, versionArgs)
	if err != nil {
		if known := causeOf(err.Error()); known != nil {
			return err
		}
		// The one that comes with Windows knows no versions, but its status.
		if _, again := p.ask(ctx, askTimeout, nil, statusArgs); again == nil {
			return fmt.Errorf("%w: %w", driver.ErrTooOld, err)
		} else if causeOf(again.Error()) != nil {
			return again
		}
		return fmt.Errorf("%w: %w", driver.ErrFeatureMissing, err)
	}
	if major := majorOf(version); major < leastMajor {
		return fmt.Errorf("%w: %.200s", driver.ErrTooOld, version)
	}
	// It may succeed and yet say that nothing can run.
	status, err := p.ask(ctx, askTimeout, nil, statusArgs)
	if cause := causeOf(status); cause != nil {
		return fmt.Errorf("%w: %.300s", cause, status)
	}
	if err != nil && causeOf(err.Error()) != nil {
		return err // others are of no matter: there may be no distribution yet
	}
	return nil
}

var versionRule = regexp.MustCompile(`(\d+)\.\d+\.\d+`)

// majorOf reads the first version in what wsl.exe says, its own; the words
// around it are in the user's language. 0 when there is none.
func majorOf(text string) int {
	found := versionRule.FindStringSubmatch(text)
	if found == nil {
		return 0
	}
	major, err := strconv.Atoi(found[1])
	if err != nil {
		return 0
	}
	return major
}

// causeOf finds in what wsl.exe says why nothing can run; nil when it says no
// such thing. Its words are in the user's language, but its codes and addresses
// are not.
func causeOf(text string) error {
	switch {
	case driver.Mentions(text, "aka.ms/enablevirtualization", "HCS_E_HYPERV_NOT_INSTALLED", "HCS_E_SERVICE_NOT_AVAILABLE",
		"WSL_E_VIRTUAL_MACHINE_PLATFORM_REQUIRED", "0x80370102", "0x80370114"):
		return driver.ErrNoVirtualization
	case driver.Mentions(text, "WSL_E_WSL_OPTIONAL_COMPONENT_REQUIRED", "aka.ms/wslinstall", "0x8007019e"):
		return driver.ErrFeatureMissing
	case driver.Mentions(text, "aka.ms/wsl2kernel", "0x800701bc", "WSL_E_OS_NOT_SUPPORTED"):
		return driver.ErrTooOld
	case driver.Mentions(text, "0x8007000e", "0x800705aa", "0x800705af", "E_OUTOFMEMORY"):
		return driver.ErrNoMemory
	default:
		return nil
	}
}

// list names the user's distributions.
func (p program) list(ctx context.Context) ([]string, error) {
	text, err := p.ask(ctx, askTimeout, nil, listArgs)
	if err != nil {
		if none(err) {
			return nil, nil
		}
		return nil, err
	}
	var all []string
	for line := range strings.Lines(text) {
		if name := strings.TrimSpace(line); name != "" {
			all = append(all, name)
		}
	}
	return all, nil
}

// none says whether a list failed because it would be empty: wsl.exe takes that
// for a failure, and ends with minus one.
func none(err error) bool {
	if driver.Mentions(err.Error(), "WSL_E_DEFAULT_DISTRO_NOT_FOUND") {
		return true
	}
	exit, is := errors.AsType[*exec.ExitError](err)
	return is && causeOf(err.Error()) == nil && (exit.ExitCode() == 1<<8-1 || exit.ExitCode() == 1<<32-1)
}

func (p program) install(ctx context.Context, name, dir, root string) error {
	if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
		return fmt.Errorf("import distribution: %w", err)
	}
	if _, err := p.ask(ctx, makeTimeout, nil, importArgs(name, dir, root)); err != nil {
		return fmt.Errorf("import distribution: %w", err)
	}
	return nil
}

func (p program) adopt(ctx context.Context, name, disk string) error {
	if _, err := p.ask(ctx, makeTimeout, nil, adoptArgs(name, disk)); err != nil {
		return fmt.Errorf("take back distribution: %w", err)
	}
	return nil
}

// update hands a root to the distribution's init, and where that cannot take it to
// the one that did the last update: so a root can be left whose init is broken.
func (p program) update(ctx context.Context, name, root string) error {
	err := p.updateBy(ctx, initPath, name, root)
	if err == nil || ctx.Err() != nil {
		return err
	}
	if p.updateBy(ctx, spareInit, name, root) == nil {
		return nil
	}
	return err
}

func (p program) updateBy(ctx context.Context, path, name, root string) error {
	archive, err := os.Open(root) //nolint:gosec // of the image, checked before
	if err != nil {
		return fmt.Errorf("update distribution: %w", err)
	}
	defer archive.Close() //nolint:errcheck // only read
	if _, err := p.ask(ctx, makeTimeout, archive, execArgs(name, path, "update")); err != nil {
		return fmt.Errorf("update distribution: %w", err)
	}
	return nil
}

// unregister removes a distribution with its disk. There may be none.
func (p program) unregister(ctx context.Context, name string) error {
	_, err := p.ask(ctx, makeTimeout, nil, unregisterArgs(name))
	if err == nil {
		return nil
	}
	if all, again := p.list(ctx); again == nil && !slices.Contains(all, name) {
		return nil
	}
	return fmt.Errorf("unregister distribution: %w", err)
}

// ask runs wsl.exe to its end, and returns what it says. An error holds that,
// too, and the cause that it names.
func (p program) ask(ctx context.Context, most time.Duration, in io.Reader, args []string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	p.note(args)
	command := exec.CommandContext(ctx, p.path, args...) //nolint:gosec // found by us
	prepare(command)
	command.WaitDelay = time.Second
	var said bytes.Buffer
	command.Stdin, command.Stdout, command.Stderr = in, &said, &said
	err := ended(command.Run())
	text := strings.TrimSpace(decode(said.Bytes()))
	switch {
	case err == nil:
		return text, nil
	case ctx.Err() != nil:
		return text, fmt.Errorf("wsl %s: %w: %.500s", args[0], context.Cause(ctx), text)
	default:
		if cause := causeOf(text); cause != nil {
			err = fmt.Errorf("%w: %w", cause, err)
		}
		return text, fmt.Errorf("wsl %s: %w: %.500s", args[0], err, text)
	}
}

// ended leaves out that a program which was started on the way still holds the
// output: wsl.exe starts WSL itself where it does not run.
func ended(err error) error {
	if errors.Is(err, exec.ErrWaitDelay) {
		return nil
	}
	return err
}

func (p program) note(args []string) {
	if p.log != nil {
		_, _ = io.WriteString(p.log, listing(p.path, args))
	}
}

// listing is a command line as a person reads it, for logs and goldens.
func listing(program string, args []string) string {
	quoted := []string{program}
	for _, a := range args {
		if strings.Contains(a, " ") {
			a = `"` + a + `"`
		}
		quoted = append(quoted, a)
	}
	return strings.Join(quoted, " ") + "\n"
}

// environment asks for UTF-8, which not every wsl.exe knows.
func environment() []string { return append(os.Environ(), "WSL_UTF8=1") }
