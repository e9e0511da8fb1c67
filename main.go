// Command escale is a desktop app that finds, runs, looks into and stops
// containers. This file only joins the parts.
package main

import (
	"context"
	_ "embed"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"fyne.io/fyne/v2"
	fyneapp "fyne.io/fyne/v2/app"
	"github.com/adrg/xdg"

	"escale/app"
	"escale/app/autostart"
	"escale/app/discover"
	"escale/app/early"
	"escale/app/instance"
	"escale/app/journal"
	"escale/app/keeper"
	"escale/app/progress"
	"escale/app/session"
	"escale/app/settings"
	"escale/engine"
	"escale/engine/docker"
	"escale/engine/find"
	"escale/engine/hub"
	"escale/engine/machine"
	"escale/views/post"
	"escale/views/shell"
	"escale/views/terminal"
)

// joinWait is how long a start waits for the one that runs to answer.
const joinWait = 3 * time.Second

// endAgain is how long the toolkit has to hear of a signal by itself.
const endAgain = time.Second

//go:embed FyneApp.toml
var manifest string

func main() {
	said := early.Hand(os.Stderr)
	terminal.SpeakAsSystem()
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	wanted, code, done := terminal.Run(context.Background(), os.Args[1:], terminal.Options{
		Version: version(), Finder: finder(), Machines: machines(log), Program: machine.Program, Logs: journal.Folder(), Disk: dataFolder(), In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
	})
	if done {
		os.Exit(code)
	}
	first, err := join(wanted)
	switch {
	case err == nil && first == nil:
		return // the one that runs has it
	case terminal.Explain(os.Stderr, err):
		os.Exit(terminal.Failed)
	case err != nil:
		log.Warn("others will not find this one", "error", err)
	}
	notes := keepJournal(log, first, said)
	watch, crashed := watchCrashes(notes.Log, first)
	window(notes.Log, first, wanted, crashed)
	end(notes, watch)
}

// window runs the app until the user closes it; first is nil when no other
// start can reach it. crashed is the report of the last run, or empty.
func window(log *slog.Logger, first *instance.First, wanted terminal.Request, crashed string) {
	prefs, err := settings.Open(settings.DefaultPath())
	if err != nil {
		log.Error("settings are kept in memory only", "error", err)
	}
	learned, err := progress.Open(progress.DefaultPath())
	if err != nil {
		log.Error("progress with lessons is begun anew", "error", err)
	}
	hidden := wanted.Hidden && len(wanted.Open) == 0
	a := app.New(app.Options{
		Unattended: hidden,
		Connect:    docker.Connect, Finder: finder(), Settings: prefs, Progress: learned, Log: log,
		Machine: ownMachine(log), DockerConfig: find.System().ConfigDir(),
		Hub:      discover.Moving(func() string { return prefs.Get().HubBase }, hubAt),
		Releases: releases(log),
		Compared: filepath.Join(filepath.Dir(settings.DefaultPath()), "compare.json"),
	})
	// The engine is asked before the window exists: its answer comes while the
	// graphics start, and the first frame already shows containers.
	a.Start(context.Background())
	toolkit := fyneapp.NewWithID("org.escale.app")
	// The toolkit ends its loop on these, too, with no word to the window.
	signalled, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(signalled, func() { endLoop(toolkit) })
	login := autostart.Here()
	go mend(log, login)
	screen := shell.New(a, toolkit, post.Fyne{}, shell.Options{
		Version: version(), Log: log, Hidden: hidden,
		Login: login, Logs: journal.Folder(), Crashed: crashed,
	})
	screen.Asked(wanted.Open)
	if first != nil {
		go first.Handle(func(arguments []string) {
			if len(arguments) == 1 && arguments[0] == terminal.Hidden {
				return // the session's start: nobody asked for the window
			}
			screen.Raise()
			screen.Asked(arguments)
		})
	}
	screen.Run()
	if first != nil {
		if err := first.Close(); err != nil {
			log.Warn("the way for others is not closed", "error", err)
		}
	}
	a.Close()
}

// mend has the session start this program, when it starts one that has moved.
func mend(log *slog.Logger, login *autostart.Login) {
	if err := login.Mend(); err != nil {
		log.Warn("what the session starts is not known", "error", err)
	}
}

// endLoop ends the toolkit's loop after a signal. The toolkit does so itself, but
// only from its loop's beginning on: one that came earlier is acted on here.
func endLoop(toolkit fyne.App) {
	post.End()
	again := time.NewTicker(endAgain)
	for range again.C { // until the program ends
		toolkit.Driver().Quit()
	}
}

// join makes this the one instance of the user, or hands over what is wanted:
// then it returns nil.
func join(wanted terminal.Request) (*instance.First, error) {
	home, err := machine.LocateHome()
	if err != nil {
		return nil, err
	}
	arguments := wanted.Open
	if wanted.Hidden && len(arguments) == 0 {
		arguments = []string{terminal.Hidden}
	}
	ctx, cancel := context.WithTimeout(context.Background(), joinWait)
	defer cancel()
	return instance.Join(ctx, filepath.Join(home.Run, "window"), arguments)
}

// machines is ownMachine for a command; nil where there can be none.
func machines(log *slog.Logger) terminal.Machines {
	if own := ownMachine(log); own != nil {
		return own
	}
	return nil
}

// hubAt is Docker Hub, or what stands at another address in its place.
func hubAt(base string) discover.Hub {
	return discover.NewHub(hub.New(hub.Options{
		Base: base, CacheDir: filepath.Join(xdg.CacheHome, "escale", "logos"), UserAgent: "Escale/" + version(),
	}))
}

// finder looks for engines on the real computer.
func finder() session.Finder {
	return session.Found(func() []engine.Candidate { return find.Places(find.System()) }, find.Probe)
}

// ownMachine is the Escale Machine of this user; nil where there can be none.
func ownMachine(log *slog.Logger) keeper.Machine {
	local, err := keeper.OnThisComputer()
	if err != nil {
		log.Warn("no machine can be run", "error", err)
		return nil
	}
	return local
}

// version reads the one place that states it.
func version() string {
	for line := range strings.Lines(manifest) {
		if name, value, ok := strings.Cut(line, "="); ok && strings.TrimSpace(name) == "Version" {
			return strings.Trim(strings.TrimSpace(value), `"`)
		}
	}
	return ""
}
