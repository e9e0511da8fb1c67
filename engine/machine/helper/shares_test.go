//go:build !windows

package helper

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"escale/engine/machine"
	"escale/engine/machine/machinetest"
	"escale/engine/machine/qemu"
	"escale/engine/machine/virtiofs"
)

// playedFolders serves folders by nobody.
type playedFolders struct {
	cannot error  // what Check says
	refuse string // the folder that is not served

	mu     sync.Mutex
	served []virtiofs.Folder
	ended  int
}

func (p *playedFolders) Check() error { return p.cannot }

func (p *playedFolders) Serve(f virtiofs.Folder, _ string, _ io.Writer) (qemu.Server, *os.File, error) {
	if f.Path == p.refuse {
		return nil, nil, virtiofs.ErrFolder
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.served = append(p.served, f)
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		return nil, nil, err
	}
	_ = syscall.Close(fds[0])
	return playedServer{p}, os.NewFile(uintptr(fds[1]), "qemu's"), nil
}

type playedServer struct{ of *playedFolders }

func (playedServer) Ended() <-chan struct{} { return nil }
func (playedServer) Err() error             { return nil }

func (s playedServer) End() {
	s.of.mu.Lock()
	defer s.of.mu.Unlock()
	s.of.ended++
}

// folder makes one that can be shared.
func folder(t *testing.T) string {
	t.Helper()
	path, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// share sets the machine's folders.
func (b *bench) share(all ...machine.Share) {
	b.t.Helper()
	if _, err := b.Put(b.t.Context(), name, machine.Resources{Shares: all}); err != nil {
		b.t.Fatal(err)
	}
}

func states(s machine.Status) (out []string) {
	for _, f := range s.Shares {
		out = append(out, filepath.Base(f.Path)+" "+string(f.State)+" "+string(f.Problem))
	}
	return out
}

func TestShares(t *testing.T) {
	played := &playedFolders{}
	b := newBench(t, machinetest.Plan{}, func(b *bench) { b.driver.Folders = played })
	site, fixed, later := machine.Share{Path: folder(t)}, machine.Share{Path: folder(t), ReadOnly: true}, machine.Share{Path: folder(t)}
	b.share(site, fixed)
	base := func(s machine.Share) string { return filepath.Base(s.Path) }
	s := b.status()
	if s.ReadOnlyByGuest {
		t.Error("virtiofsd does not keep folders read-only")
	}
	if got := states(s); !slices.Equal(got, []string{base(site) + " off ", base(fixed) + " off "}) {
		t.Errorf("before the start: %q", got)
	}
	s = b.start()
	if got := states(s); !slices.Equal(got, []string{base(site) + " shared ", base(fixed) + " shared "}) || s.Sharing != machine.SharingWorks {
		t.Errorf("running: %q, %s", got, s.Sharing)
	}
	if want := "share0 " + site.Path + " false\nshare1 " + fixed.Path + " true\n"; b.notes("mounted") != want {
		t.Errorf("the guest mounted %q", b.notes("mounted"))
	}
	if want := []virtiofs.Folder{{Path: site.Path}, {Path: fixed.Path, ReadOnly: true}}; !slices.Equal(played.served, want) {
		t.Errorf("served: %+v", played.served)
	}
	b.share(fixed, later)
	if got := states(b.status()); !slices.Equal(got, []string{base(fixed) + " shared ", base(later) + " next ", base(site) + " last "}) {
		t.Errorf("changed while it runs: %q", got)
	}
	if _, err := b.Stop(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	if played.ended != 2 {
		t.Errorf("%d of 2 servers have ended", played.ended)
	}
}

// TestSharesByVfkit: it needs its folders at the start, so what is added later
// waits for the next one, and it says who keeps a folder read-only.
func TestSharesByVfkit(t *testing.T) {
	b := newBench(t, machinetest.Plan{}, byVfkit)
	fixed, later := machine.Share{Path: folder(t), ReadOnly: true}, machine.Share{Path: folder(t)}
	b.share(fixed)
	s := b.start()
	if got := states(s); !slices.Equal(got, []string{filepath.Base(fixed.Path) + " shared "}) {
		t.Errorf("running: %q", got)
	}
	if s.Sharing != machine.SharingWorks || !s.ReadOnlyByGuest {
		t.Errorf("sharing %s, kept by the guest: %v", s.Sharing, s.ReadOnlyByGuest)
	}
	if mounted, served := b.notes("mounted"), b.notes("virtiofs"); mounted != "share0 "+fixed.Path+" true\n" || served != "share0 "+fixed.Path+"\n" {
		t.Errorf("vfkit has %q, the guest mounted %q", served, mounted)
	}
	b.share(fixed, later)
	if got := states(b.status()); !slices.Equal(got, []string{filepath.Base(fixed.Path) + " shared ", filepath.Base(later.Path) + " next "}) {
		t.Errorf("changed while it runs: %q", got)
	}
	b.stop()
	if got := states(b.start()); !slices.Equal(got, []string{filepath.Base(fixed.Path) + " shared ", filepath.Base(later.Path) + " shared "}) {
		t.Errorf("after the next start: %q", got)
	}
}

// TestSharesThatFail: the machine starts without the folders that cannot be had.
func TestSharesThatFail(t *testing.T) {
	gone, refused, good := folder(t), folder(t), folder(t)
	for name, tc := range map[string]struct {
		plan   machinetest.Plan
		played *playedFolders
		want   []string // of each folder
		can    machine.Sharing
	}{
		"some":         {played: &playedFolders{refuse: refused}, want: []string{"failed missing", "failed missing", "shared "}, can: machine.SharingWorks},
		"no virtiofsd": {played: &playedFolders{cannot: virtiofs.ErrNoProgram}, want: []string{"failed failed", "failed failed", "failed failed"}, can: machine.SharingNoProgram},
		"forbidden":    {played: &playedFolders{cannot: virtiofs.ErrForbidden}, want: []string{"failed failed", "failed failed", "failed failed"}, can: machine.SharingForbidden},
		"no system":    {played: &playedFolders{cannot: virtiofs.ErrSystem}, want: []string{"failed failed", "failed failed", "failed failed"}, can: machine.SharingNoDriver},
		"an old guest": {played: &playedFolders{}, plan: machinetest.Plan{NoShares: true}, want: []string{"failed missing", "failed failed", "failed failed"}, can: machine.SharingWorks},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, tc.plan, func(b *bench) { b.driver.Folders = tc.played })
			if err := os.MkdirAll(gone, 0o700); err != nil {
				t.Fatal(err)
			}
			b.share(machine.Share{Path: gone}, machine.Share{Path: refused}, machine.Share{Path: good})
			if err := os.Remove(gone); err != nil {
				t.Fatal(err)
			}
			var got []string
			s := b.start()
			for _, f := range s.Shares {
				got = append(got, string(f.State)+" "+string(f.Problem))
			}
			if !slices.Equal(got, tc.want) || s.Sharing != tc.can {
				t.Errorf("%q, %s", got, s.Sharing)
			}
		})
	}
}

func TestShareRefusedByGuest(t *testing.T) {
	b := newBench(t, machinetest.Plan{RefuseShare: "place: nowhere"}, nil)
	b.share(machine.Share{Path: folder(t)})
	if s := b.start(); len(s.Shares) != 1 || s.Shares[0].Problem != machine.SharePlace {
		t.Errorf("shares: %+v", s.Shares)
	}
}

// TestPutShares: a folder that must not be shared never is, and the client hears
// which one and why.
func TestPutShares(t *testing.T) {
	b := newBench(t, machinetest.Plan{}, nil)
	_, err := b.Put(t.Context(), name, machine.Resources{Shares: []machine.Share{{Path: folder(t)}, {Path: b.home.Machine(name)}}})
	var wrong *machine.ShareError
	if !errors.As(err, &wrong) || wrong.Problem != machine.ShareOwn || wrong.Path != b.home.Machine(name) {
		t.Errorf("the machine's own folder: %v", err)
	}
	if s := b.status(); len(s.Shares) != 0 {
		t.Errorf("shared after all: %+v", s.Shares)
	}
}

// TestTouched: a change on this computer is told to the guest, of folders that
// containers mount and nothing else.
func TestTouched(t *testing.T) {
	b := newBench(t, machinetest.Plan{}, nil)
	site := folder(t)
	write(t, filepath.Join(site, "mounted", "page"), "old")
	write(t, filepath.Join(site, "other", "page"), "old")
	b.share(machine.Share{Path: site})
	b.start()
	b.engine.Set(machinetest.Container{Names: []string{"/web"}, Mounts: []machinetest.Mount{{Type: "bind", Source: filepath.Join(site, "mounted")}}})
	text := "x"
	b.until("the guest hears", func() bool {
		text += "x" // until the follower has begun
		write(t, filepath.Join(site, "other", "page"), text)
		write(t, filepath.Join(site, "mounted", "page"), text)
		return strings.Contains(b.notes("touched"), filepath.Join(site, "mounted", "page")+"\n")
	})
	if said := b.notes("touched"); strings.Contains(said, "other") {
		t.Errorf("the guest heard %q", said)
	}
}

// TestStoredShares: what is stored is what was asked for.
func TestStoredShares(t *testing.T) {
	b := newBench(t, machinetest.Plan{}, nil)
	want := machine.Share{Path: folder(t), ReadOnly: true}
	b.share(want)
	data, err := os.ReadFile(filepath.Join(b.home.Machine(name), "machine.json"))
	var got machine.Resources
	if err == nil {
		err = json.Unmarshal(data, &got)
	}
	if err != nil || len(got.Shares) != 1 || got.Shares[0] != want {
		t.Errorf("%s, %v", data, err)
	}
}
