// Command bundle makes what users install, from one version in FyneApp.toml, in
// dist/: packages for Linux, installers for Windows, the bundle for macOS, what
// is in them (an SBOM), their SHA-256 and their sizes.
//
//	go run ./packaging/bundle [--guest-url URL] [linux] [windows] [macos]
//
// What cannot be made on this computer is left out, and told with the reason. The
// same commit and tools make the same bytes; README.md says what stands apart.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"
)

func main() {
	var o options
	flag.StringVar(&o.out, "out", "dist", "folder for what is made")
	flag.StringVar(&o.guest, "guest", "bin/guest", "folder with ARCH.tar.zst, what the guest travels in")
	flag.StringVar(&o.guestURL, "guest-url", os.Getenv("GUEST_URL"), "where packages without the guest fetch ARCH.tar.zst from: an https address that ends with /")
	flag.StringVar(&o.tags, "tags", "", "build tags beside the usual ones; "+inspector+" makes the packages that the journey is played with")
	flag.StringVar(&o.macPrograms, "mac-programs", "", "folder with escale-amd64 and escale-arm64, built on a Mac")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, o, flag.Args(), os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bundle:", err)
		os.Exit(1)
	}
}

// options are what the command takes.
type options struct {
	out, guest, guestURL, tags, macPrograms string
}

// inspector is the build tag of programs that tests can look into. What is made
// with it is for tests alone.
const inspector = "e2e"

// errLeftOut is what this computer, or this tree, lacks for a part.
var errLeftOut = errors.New("left out")

func leftOut(format string, args ...any) error {
	return fmt.Errorf("%w: %s", errLeftOut, fmt.Sprintf(format, args...))
}

// maker makes the packages of one commit.
type maker struct {
	options
	app    appInfo
	work   string // a folder for what is not handed out
	report report

	saying sync.Mutex
	say    io.Writer // through tell
}

// part is something that is made, or left out.
type part struct {
	system, name string
	make         func(context.Context) error
}

func run(ctx context.Context, o options, systems []string, say io.Writer) error {
	if err := checkAddress(o.guestURL); err != nil {
		return err
	}
	app, err := readApp(ctx, ".")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(o.out, 0o755); err != nil { //nolint:gosec // public files
		return fmt.Errorf("make %s: %w", o.out, err)
	}
	work, err := os.MkdirTemp("", "escale-bundle-")
	if err != nil {
		return fmt.Errorf("make a folder to work in: %w", err)
	}
	defer os.RemoveAll(work) //nolint:errcheck // of the system's temporary folder
	m := &maker{options: o, app: app, work: work, say: say}
	if err := m.makeAll(ctx, systems); err != nil {
		return err
	}
	return m.report.finish(say, o.out)
}

// makeAll makes the parts for some systems, or for all. Each system's are made one
// after the other, and beside those of the others: much of the time one processor
// compresses.
func (m *maker) makeAll(ctx context.Context, systems []string) error {
	var all errgroup.Group
	for _, lane := range m.lanes() {
		if len(systems) > 0 && !slices.Contains(systems, lane[0].system) {
			continue
		}
		all.Go(func() error {
			for _, p := range lane {
				if err := m.makeOne(ctx, p); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return all.Wait()
}

func (m *maker) makeOne(ctx context.Context, p part) error {
	began := time.Now()
	err := p.make(ctx)
	if errors.Is(err, errLeftOut) {
		m.report.leave(p, err)
		return nil
	}
	if err != nil {
		return fmt.Errorf("%s, %s: %w", p.system, p.name, err)
	}
	m.tell("%s: %s, in %v\n", p.system, p.name, time.Since(began).Round(time.Second))
	return nil
}

// tell says how far it is.
func (m *maker) tell(format string, args ...any) {
	m.saying.Lock()
	defer m.saying.Unlock()
	_, _ = fmt.Fprintf(m.say, format, args...)
}

func (m *maker) lanes() [][]part {
	return [][]part{
		{{"linux", "deb, rpm and Arch packages", m.linux}},
		{{"windows", "program and installers", m.windows}},
		{{"macos", "helper for both processors", m.macHelper}, {"macos", "Escale.app and its disk image", m.mac}},
	}
}

// place is a path in the folder of what is handed out.
func (m *maker) place(name string) string { return filepath.Join(m.out, name) }
