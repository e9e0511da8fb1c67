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

	fyneapp "fyne.io/fyne/v2/app"
	"github.com/adrg/xdg"

	"escale/app"
	"escale/app/discover"
	"escale/app/keeper"
	"escale/app/session"
	"escale/app/settings"
	"escale/engine"
	"escale/engine/docker"
	"escale/engine/find"
	"escale/engine/hub"
	"escale/views/post"
	"escale/views/shell"
)

//go:embed FyneApp.toml
var manifest string

func main() {
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	prefs, err := settings.Open(settings.DefaultPath())
	if err != nil {
		log.Error("settings are kept in memory only", "error", err)
	}
	a := app.New(app.Options{
		Connect: docker.Connect, Finder: finder(), Settings: prefs, Log: log,
		Machine: ownMachine(log), DockerConfig: find.System().ConfigDir(),
		Hub: discover.Moving(func() string { return prefs.Get().HubBase }, hubAt),
	})
	// The engine is asked before the window exists: its answer comes while the
	// graphics start, and the first frame already shows containers.
	a.Start(context.Background())
	toolkit := fyneapp.NewWithID("org.escale.app")
	// The toolkit ends its loop on these, too, with no word to the window.
	signalled, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(signalled, post.End)
	shell.New(a, toolkit, post.Fyne{}, shell.Options{Version: version(), Log: log}).Run()
	a.Close()
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
