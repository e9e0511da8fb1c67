package main

import (
	"testing"

	fyneapp "fyne.io/fyne/v2/app"
)

// TestMetadata: the toolkit is told what FyneApp.toml says, wherever the program
// is started.
func TestMetadata(t *testing.T) {
	t.Chdir(t.TempDir())
	got := fyneapp.NewWithID("org.escale.app").Metadata()
	if got.ID != "org.escale.app" || got.Name != "Escale" || got.Version != version() || got.Version == "" || got.Build == 0 || !got.Release {
		t.Errorf("%+v", got)
	}
	if len(got.Migrations) > 0 {
		t.Errorf("migrations %v are for a build tag to say: the program that tests play would no longer be watched", got.Migrations)
	}
}
