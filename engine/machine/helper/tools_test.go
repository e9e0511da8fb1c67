//go:build !windows

package helper

import (
	"bytes"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"escale/engine/machine"
	"escale/engine/machine/machinetest"
)

// withTools gives the bench an image that has them.
func withTools(b *bench) {
	b.t.Helper()
	machinetest.Image{Version: "1", Engine: "29.7.1", Also: onlyTools}.Write(b.t, b.image)
}

// apart takes the tools out of the bench's image, and returns what they travel in.
func apart(b *bench) []byte {
	b.t.Helper()
	packed := packFiles(b.t, b.image, "manifest.json", toolsFile)
	if err := os.Remove(filepath.Join(b.image, toolsFile)); err != nil {
		b.t.Fatal(err)
	}
	return packed
}

// equipped is a throwaway machine with tools, of any name.
func (b *bench) equipped(name string) (machine.Status, error) {
	b.t.Helper()
	machinetest.Plan{Engine: b.engine.Socket}.Write(b.t, b.home.Machine(name))
	if _, err := b.Put(b.t.Context(), name, machine.Resources{Throwaway: true, Tools: true, MemoryBytes: machine.MinMemoryBytes}); err != nil {
		b.t.Fatal(err)
	}
	return b.Start(b.t.Context(), name)
}

// given is the disk that the machine was given, with what is on it; "" for none.
func (b *bench) given(name string) (disk, content string) {
	b.t.Helper()
	note, err := os.ReadFile(filepath.Join(b.home.Machine(name), "tools.note"))
	if err != nil {
		return "", ""
	}
	disk = strings.TrimSpace(string(note))
	data, err := os.ReadFile(disk)
	if err != nil {
		b.t.Fatal(err)
	}
	return disk, string(data)
}

// toolsCase is one way in which an image comes with its tools, or without, and
// why a machine that asks for them fails; "" if it does not.
type toolsCase struct {
	image func(b *bench) *store
	want  machine.Cause
}

var toolsCases = map[string]toolsCase{
	"beside the guest": {image: func(*bench) *store { return nil }},
	"packed": {image: func(b *bench) *store {
		keep(b.t, filepath.Join(b.image, machine.ToolsPackFile), apart(b))
		return nil
	}},
	"fetched":    {image: func(b *bench) *store { return serving(b, apart(b), machine.ToolsSourceFile, whole) }},
	"broken off": {image: func(b *bench) *store { return serving(b, apart(b), machine.ToolsSourceFile, halfOnce()) }},
	"not served": {image: func(b *bench) *store {
		return serving(b, apart(b), machine.ToolsSourceFile, answering(http.StatusNotFound))
	}, want: machine.CauseToolsNotFetched},
	"nowhere": {image: func(b *bench) *store { apart(b); return nil }, want: machine.CauseToolsMissing},
	"of an image without": {image: func(b *bench) *store {
		machinetest.Image{Version: "1", Engine: "29.7.1"}.Write(b.t, b.image)
		return nil
	}, want: machine.CauseToolsMissing},
	"damaged": {image: func(b *bench) *store {
		keep(b.t, filepath.Join(b.image, toolsFile), []byte("this plays tools.sqfs of X"))
		return nil
	}, want: machine.CauseImageDamaged},
	"cut off": {image: func(b *bench) *store {
		packed := apart(b)
		keep(b.t, filepath.Join(b.image, machine.ToolsPackFile), packed[:len(packed)/2])
		return nil
	}, want: machine.CauseImageDamaged},
	"of another guest": {image: func(b *bench) *store {
		other := b.t.TempDir()
		machinetest.Image{Version: "9", Engine: "29.7.1", Also: onlyTools}.Write(b.t, other)
		apart(b)
		keep(b.t, filepath.Join(b.image, machine.ToolsPackFile), packFiles(b.t, other, toolsFile))
		return nil
	}, want: machine.CauseImageDamaged},
	"disk full": {image: func(b *bench) *store {
		keep(b.t, filepath.Join(b.image, machine.ToolsPackFile), apart(b))
		return nil
	}, want: machine.CauseNotEnoughDisk},
}

// TestTools: a machine that asks for the tools has them, from a disk of the home
// that was checked; another one has not, and fetches nothing.
func TestTools(t *testing.T) {
	for what, tc := range toolsCases {
		t.Run(what, func(t *testing.T) {
			var s *store
			b := newBench(t, machinetest.Plan{}, func(b *bench) { withTools(b); s = tc.image(b) })
			b.start()
			if disk, _ := b.given(name); disk != "" {
				t.Errorf("who asked for none was given %s", disk)
			}
			if s != nil && len(s.ranges()) > 0 {
				t.Errorf("fetched for nobody: %q", s.ranges())
			}
			if tc.want == machine.CauseNotEnoughDisk {
				b.h.kept.room = func(int64) error { return errNoSpace }
			}
			status, err := b.equipped(thrown)
			if tc.want != "" {
				var failed *machine.Failure
				if !errors.As(err, &failed) || failed.Cause != tc.want {
					t.Errorf("start: %v, want %s", err, tc.want)
				}
				for _, left := range b.entries() {
					if strings.HasPrefix(left, "new-") {
						t.Errorf("left behind: %q", b.entries())
					}
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			disk, content := b.given(thrown)
			if !strings.HasPrefix(disk, b.home.Data) || content != "this plays tools.sqfs of 1" || !status.Running.Tools {
				t.Errorf("given %s with %q; %+v", disk, content, status.Running)
			}
			log, err := os.ReadFile(b.home.Log())
			if err != nil || strings.Count(string(log), "escale.tools=1") != 1 {
				t.Errorf("one of the two guests is told of tools: %v\n%s", err, log)
			}
			b.again(s, disk)
		})
	}
}

// again starts a second machine with tools, and one after the disk was damaged.
func (b *bench) again(s *store, disk string) {
	b.t.Helper()
	asked := 0
	if s != nil {
		asked = len(s.ranges())
	}
	if _, err := b.equipped("second"); err != nil {
		b.t.Fatal(err)
	}
	if same, _ := b.given("second"); same != disk || s != nil && len(s.ranges()) != asked {
		b.t.Errorf("the second one brought its own: %s", same)
	}
	keep(b.t, disk, []byte("this plays tools.sqfs of X"))
	if _, err := b.equipped("third"); err != nil {
		b.t.Fatal(err)
	}
	if _, content := b.given("third"); content != "this plays tools.sqfs of 1" {
		b.t.Errorf("the third one has %q", content)
	}
}

// TestToolsOfTwo: two machines at once fetch them once.
func TestToolsOfTwo(t *testing.T) {
	var s *store
	b := newBench(t, machinetest.Plan{}, func(b *bench) { withTools(b); s = serving(b, apart(b), machine.ToolsSourceFile, whole) })
	var both sync.WaitGroup
	for _, name := range []string{"one", "two"} {
		both.Go(func() {
			if _, err := b.equipped(name); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	both.Wait()
	if len(s.ranges()) != 1 {
		t.Errorf("asked %q", s.ranges())
	}
}

// TestToolsWithoutRoom: where the image is used in its own place, the tools are.
func TestToolsWithoutRoom(t *testing.T) {
	b := newBench(t, machinetest.Plan{}, withTools)
	keep(t, filepath.Join(b.home.Data, "images"), nil) // no folder can be made there
	if _, err := b.equipped(thrown); err != nil {
		t.Fatal(err)
	}
	if disk, _ := b.given(thrown); disk != filepath.Join(b.image, toolsFile) {
		t.Errorf("given %s", disk)
	}
	content, err := os.ReadFile(filepath.Join(b.image, toolsFile))
	if err != nil {
		t.Fatal(err)
	}
	keep(t, filepath.Join(b.image, toolsFile), bytes.ToUpper(content))
	var failed *machine.Failure
	if _, err := b.equipped("second"); !errors.As(err, &failed) || failed.Cause != machine.CauseImageDamaged {
		t.Errorf("damaged: %v", err)
	}
}

// TestToolsNotWithWSL: it is said before anything is made.
func TestToolsNotWithWSL(t *testing.T) {
	b := newBench(t, machinetest.Plan{}, func(b *bench) { byWSL(b) })
	_, err := b.Put(t.Context(), thrown, machine.Resources{Throwaway: true, Tools: true})
	var refused *machine.Refusal
	if !errors.As(err, &refused) || refused.Reason != machine.RefusedTools || hasDisk(b.home.Machine(thrown)) {
		t.Errorf("put: %v", err)
	}
}
