package cmdlog

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"escale/app/parcel"
	"escale/engine"
	"escale/engine/enginetest"
)

var update = flag.Bool("update", false, "write the golden files")

func phrases() Phrases {
	return Phrases{
		About:     []string{"What Escale did."},
		Forgotten: func(n int) string { return fmt.Sprintf("forgotten: %d", n) },
		Elsewhere: func(n int) string { return fmt.Sprintf("elsewhere: %d", n) },
		Needs:     func(all []Needed) string { return fmt.Sprintf("needs: %v", all) },
		Secrets:   func(all []string) string { return "not kept: " + strings.Join(all, ", ") },
		Ask:       func(name string) string { return "Value of " + name + ":" },
		Pack:      "pack FOLDER USER GROUP",
		When:      func(Entry) string { return "when" },
		Failed:    func(err error) string { return "failed: " + err.Error() },
		Cancelled: "cancelled", Running: "running", Long: "long", Never: "never made", Archive: "archive", Prune: "careful",
	}
}

// session is a day's work with an engine.
func session(ctx context.Context, t *testing.T, log *Log) {
	t.Helper()
	fake := enginetest.New()
	fake.AddImage(engine.Image{Tags: []string{"nginx:1.29"}}, engine.Image{Tags: []string{"postgres:17"}})
	fake.AddContainer(engine.Container{ID: "old1", Name: "old", Image: "nginx:1.29", State: engine.StateExited})
	eng := log.Wrap(fake)
	try := func(err error) {
		if err != nil {
			t.Helper()
			t.Fatal(err)
		}
	}
	_, err := eng.ListContainers(ctx)
	try(err)
	_, err = eng.CreateNetwork(ctx, engine.NetworkSpec{Name: "shop"})
	try(err)
	db, _, err := eng.CreateContainer(ctx, engine.ContainerSpec{
		Name: "db", Image: "postgres:17", Network: "shop", Env: []engine.EnvVar{{Name: "POSTGRES_PASSWORD", Value: "enigma"}},
		Mounts: []engine.Mount{{Kind: engine.MountVolume, Source: "db-data", Target: "/data"}},
	})
	try(err)
	try(eng.StartContainer(ctx, db))
	anonymous, _, err := eng.CreateContainer(ctx, engine.ContainerSpec{Image: "nginx:1.29", Command: []string{"it's", "a\nline"}, Mounts: []engine.Mount{{Kind: engine.MountVolume, Source: "files", Target: "/srv"}}})
	try(err)
	try(eng.ConnectNetwork(ctx, "shop", anonymous, nil))
	try(eng.StartContainer(ctx, anonymous))
	archive := parcel.Pack(ctx, t.TempDir(), parcel.Owner{UID: 1000, GID: 7}, nil)
	err = eng.CopyInto(ctx, anonymous, "/srv", archive)
	_ = archive.Close()
	try(err)
	_, _, err = eng.CreateContainer(ctx, engine.ContainerSpec{Name: "db", Image: "nginx:1.29"})
	if err == nil {
		t.Fatal("a name was given twice")
	}
	_ = eng.RemoveContainer(ctx, "nothing", engine.RemoveContainer{Force: true})
	// An edit: the old container is kept until the new one runs.
	try(eng.StopContainer(ctx, db, 10*time.Second))
	try(eng.RenameContainer(ctx, db, "db-before"))
	fresh, _, err := eng.CreateContainer(ctx, engine.ContainerSpec{
		Name: "db", Image: "postgres:17", Network: "shop", Env: []engine.EnvVar{{Name: "POSTGRES_PASSWORD", Value: "enigma"}, {Name: "API_KEY", Value: "other"}},
	})
	try(err)
	try(eng.StartContainer(ctx, fresh))
	try(eng.RemoveContainer(ctx, db, engine.RemoveContainer{Volumes: true}))
	try(eng.RemoveContainer(ctx, "old1", engine.RemoveContainer{}))
	try(eng.RemoveVolume(ctx, "db-data"))
	_, err = eng.PruneVolumes(ctx, true)
	try(err)
}

// TestScript holds a whole script, and has the shell read it.
func TestScript(t *testing.T) {
	log := New()
	session(t.Context(), t, log)
	got := log.Script("", phrases())
	got = regexpFolder(got)
	golden := filepath.Join("testdata", "script.sh")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("script:\n%s", got)
	}
	check := exec.CommandContext(t.Context(), "sh", "-n")
	check.Stdin = strings.NewReader(got)
	if out, err := check.CombinedOutput(); err != nil {
		t.Errorf("the shell cannot read it: %v\n%s", err, out)
	}
}

func regexpFolder(script string) string {
	var kept []string
	for line := range strings.SplitSeq(script, "\n") {
		if rest, found := strings.CutPrefix(line, "pack "); found {
			_, after, _ := strings.Cut(rest, " ")
			line = "pack FOLDER " + after
		}
		kept = append(kept, line)
	}
	return strings.Join(kept, "\n")
}

// TestScriptRuns runs a script with a docker that writes down what it is asked,
// and compares with what the engine was asked for.
func TestScriptRuns(t *testing.T) {
	log := New()
	session(t.Context(), t, log)
	bin := t.TempDir()
	said := filepath.Join(bin, "said")
	stand := "#!/bin/sh\nfor w; do printf '%s|' \"$w\"; done >>" + said + "\necho >>" + said +
		"\ncase \"$1 $2\" in 'cp -') cat >/dev/null;; 'create '*) echo 0123456789ab;; esac\n"
	if err := os.WriteFile(filepath.Join(bin, "docker"), []byte(stand), 0o700); err != nil {
		t.Fatal(err)
	}
	script := log.Script("", phrases())
	run := func(env ...string) (string, error) {
		_ = os.Remove(said)
		c := exec.CommandContext(t.Context(), "sh")
		c.Stdin = strings.NewReader("")
		c.Args = append(c.Args, "-c", script)
		c.Env = append(os.Environ(), append(env, "PATH="+bin+":"+os.Getenv("PATH"))...)
		out, err := c.CombinedOutput()
		if err != nil {
			return string(out), err
		}
		written, err := os.ReadFile(said)
		return string(written), err
	}
	if out, err := run(); err == nil {
		t.Errorf("it runs without the passwords: %s", out)
	}
	got, err := run("POSTGRES_PASSWORD=enigma", "API_KEY=o'ther")
	if err != nil {
		t.Fatalf("%v: %s", err, got)
	}
	for _, want := range []string{
		"network|create|shop|\n",
		"run|-d|--name|db|-v|db-data:/data|-e|POSTGRES_PASSWORD=enigma|--network|shop|postgres:17|\n",
		"create|-v|files:/srv|nginx:1.29|it's|a\nline|\n", "network|connect|shop|0123456789ab|\n", "start|0123456789ab|\n", "cp|-|0123456789ab:/srv|\n",
		"rename|db|db-before|\n", "-e|POSTGRES_PASSWORD=enigma|-e|API_KEY=o'ther|", "rm|-v|db-before|\n", "rm|old|\n", "volume|prune|-a|-f|\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("it did not run %q; it ran\n%s", want, got)
		}
	}
	if n := strings.Count(got, "\n"); n != 13+1 { // and the newline in a word
		t.Errorf("it ran %d commands:\n%s", n-1, got)
	}
}

// TestCommentsCannotEnd has names and errors that would end a comment.
func TestCommentsCannotEnd(t *testing.T) {
	log := New()
	eng := log.Wrap(enginetest.New())
	for _, name := range []string{"x\nreboot", "x\r\nreboot", "x\u2028reboot", "x\x1b[31m"} {
		_ = eng.RemoveVolume(t.Context(), name)
	}
	for line := range strings.SplitSeq(log.Script("", phrases()), "\n") {
		if line != "" && line != "set -e" && !strings.HasPrefix(line, "#") {
			t.Errorf("a line is no comment: %q", line)
		}
	}
}

// TestScriptOfOneEngine leaves the commands for others out.
func TestScriptOfOneEngine(t *testing.T) {
	log := New()
	for _, id := range []string{"one", "two"} {
		eng := log.Wrap(enginetest.New(enginetest.WithEndpoint(engine.Endpoint{ID: id, Host: "unix:///" + id}), enginetest.WithInfo(engine.Info{ID: id})))
		_, _ = eng.Info(t.Context())
		_, _ = eng.CreateVolume(t.Context(), "on-"+id, nil)
	}
	script := log.Script("one", phrases())
	if !strings.Contains(script, "\ndocker volume create on-one\n") || strings.Contains(script, "on-two") || !strings.Contains(script, "elsewhere: 1") {
		t.Errorf("script:\n%s", script)
	}
	// The machine was made afresh: what was done to the old one is no part of it.
	eng := log.Wrap(enginetest.New(enginetest.WithEndpoint(engine.Endpoint{ID: "one"}), enginetest.WithInfo(engine.Info{ID: "new"})))
	_, _ = eng.Info(t.Context())
	_, _ = eng.CreateVolume(t.Context(), "afresh", nil)
	if script = log.Script("one", phrases()); strings.Contains(script, "on-one") || !strings.Contains(script, "create afresh") {
		t.Errorf("script:\n%s", script)
	}
	if script = log.Script("three", phrases()); script != "" {
		t.Errorf("script of an engine that was never used:\n%s", script)
	}
}

// TestHalfMade has a container whose start fails: the script does what was done,
// and leaves out what was not.
func TestHalfMade(t *testing.T) {
	log := New()
	fake := enginetest.New()
	fake.AddImage(engine.Image{Tags: []string{"nginx:1.29"}})
	eng := log.Wrap(fake)
	id, _, err := eng.CreateContainer(t.Context(), engine.ContainerSpec{Name: "web", Image: "nginx:1.29"})
	if err != nil {
		t.Fatal(err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	_ = eng.StartContainer(cancelled, id)
	_ = eng.RemoveContainer(t.Context(), id, engine.RemoveContainer{Force: true, Volumes: true})
	entries, _ := log.Entries(false)
	want := []string{"docker create --name web nginx:1.29", "docker start web", "docker rm -f -v web"}
	if got := lines(entries); !slices.Equal(got, want) {
		t.Errorf("entries = %q, want %q", got, want)
	}
	script := log.Script("", phrases())
	for _, line := range []string{"\ndocker create --name web nginx:1.29\n", "\n# cancelled\n# docker start web\n", "\ndocker rm -f -v web\n"} {
		if !strings.Contains(script, line) {
			t.Errorf("no %q in\n%s", line, script)
		}
	}
}
