package container

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"escale/app/recipefile"
	"escale/app/run"
	"escale/views/kit"
	"escale/views/say"
	"escale/views/viewtest"
)

// TestSaveRecipe saves the settings of a container, without its secrets.
func TestSaveRecipe(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	r := open(t, "overview", 1020, 760, web())
	t.Cleanup(kit.UsePoster(r.host))
	viewtest.Tap(t, r.w, say.L("action.more"))
	viewtest.Tap(t, r.w, say.L("recipe.save"))
	r.until(t, "what is left out", func() bool {
		return viewtest.Shows(r.w, say.L("recipe.left.secret", "Names", "WORDPRESS_DB_PASSWORD"))
	})
	viewtest.Tap(t, r.w, say.L("recipe.left.next"))
	r.until(t, "the folder", func() bool { return !viewtest.Shows(r.w, say.L("choose.reading")) })
	viewtest.Tap(t, r.w, say.L("recipe.save.verb"))
	r.until(t, "saved", func() bool { return len(r.host.Toasts) == 1 })
	path := filepath.Join(home, web().Name+recipefile.Ending)
	file, err := recipefile.Read(path)
	if err != nil {
		t.Fatalf("%v; said %q", err, r.host.Toasts)
	}
	content, _ := os.ReadFile(path)
	if form := file.Form(run.Facts{}); form.Name != web().Name || form.Ports[0].Host != "8080" || strings.Contains(string(content), "hunter2") {
		t.Errorf("the file says %s", content)
	}
}
