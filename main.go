// Command escale is a desktop app that finds, runs, looks into and stops
// containers. This file only joins the parts.
package main

import (
	"context"
	_ "embed"
	"log/slog"
	"os"
	"strings"

	fyneapp "fyne.io/fyne/v2/app"

	"escale/app"
	"escale/app/settings"
	"escale/engine"
	"escale/engine/docker"
	"escale/engine/find"
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
	a := app.New(app.Options{Connect: docker.Connect, Finder: finder{}, Settings: prefs, Log: log})
	// The engine is asked before the window exists: its answer comes while the
	// graphics start, and the first frame already shows containers.
	a.Start(context.Background())
	toolkit := fyneapp.NewWithID("org.escale.app")
	shell.New(a, toolkit, post.Fyne{}, shell.Options{Version: version(), Log: log}).Run()
	a.Close()
}

// finder looks for engines on the real computer.
type finder struct{}

func (finder) Endpoints(context.Context) []engine.Endpoint { return find.Endpoints(find.System()) }

func (finder) Probe(ctx context.Context, e engine.Endpoint) engine.Candidate { return find.Probe(ctx, e) }

// version reads the one place that states it.
func version() string {
	for line := range strings.Lines(manifest) {
		if name, value, ok := strings.Cut(line, "="); ok && strings.TrimSpace(name) == "Version" {
			return strings.Trim(strings.TrimSpace(value), `"`)
		}
	}
	return ""
}
