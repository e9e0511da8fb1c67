package enginepage

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"escale/engine"
	"escale/engine/machine"
	"escale/views/viewtest"
)

// sharing is a machine with a folder in each state.
func sharing(s *machine.Status) {
	s.Sharing = machine.SharingWorks
	folder := func(path string, only bool, state machine.ShareState, problem machine.ShareProblem) machine.SharedFolder {
		return machine.SharedFolder{Share: machine.Share{Path: path, ReadOnly: only}, State: state, Problem: problem}
	}
	s.Shares = []machine.SharedFolder{
		folder("/home/ada/site", true, machine.ShareStateShared, ""), folder("/home/ada/code", false, machine.ShareStateNext, ""),
		folder("/home/ada/old", false, machine.ShareStateLast, ""), folder("/media/gone", false, machine.ShareStateFailed, machine.ShareMissing),
	}
	s.Resources.RegistryMirrors, s.Resources.InsecureRegistries = []string{"https://mirror.example.com"}, []string{"registry.local:5000"}
	running := s.Resources
	s.Running = &running
}

// TestWhoKeepsReadOnly checks that a weaker protection is told where there is
// something that it protects.
func TestWhoKeepsReadOnly(t *testing.T) {
	viewtest.App(t)
	for name, tc := range map[string]struct {
		byGuest, folders, want bool
	}{"this computer": {folders: true}, "the machine": {byGuest: true, folders: true, want: true}, "nothing is read-only": {byGuest: true}} {
		t.Run(name, func(t *testing.T) {
			r := newRigOf(t, with(func(s *machine.Status) {
				sharing(s)
				s.ReadOnlyByGuest = tc.byGuest
				if !tc.folders {
					s.Shares = nil
				}
			}), 1020, 760)
			if got := viewtest.Shows(r.w, "a container that was given every right"); got != tc.want {
				t.Errorf("it says so: %v", got)
			}
		})
	}
}

// TestRegistriesWait checks that changed registries offer the start that they
// wait for.
func TestRegistriesWait(t *testing.T) {
	viewtest.App(t)
	r := newRigOf(t, with(func(s *machine.Status) { s.Resources.RegistryMirrors = []string{"https://mirror.example.com"} }), 1020, 760)
	if !viewtest.Shows(r.w, "Saved. It takes effect when the machine starts again.") {
		t.Errorf("it says %q", viewtest.Texts(r.w))
	}
}

// TestSharesAreListed checks that each folder says what became of it, and that a
// change which waits for a start offers one.
func TestSharesAreListed(t *testing.T) {
	viewtest.App(t)
	r := newRigOf(t, with(sharing), 1020, 760)
	for _, words := range []string{
		"/home/ada/site", "Shared: containers can use it", "/home/ada/code", "Changed: this counts at the next start",
		"/home/ada/old", "Removed: containers have it until the next start", "Not shared. It is not there, or is no folder.",
		"Saved. It takes effect when the machine starts again.",
	} {
		if !viewtest.Shows(r.w, words) {
			t.Errorf("%q is not shown: %q", words, viewtest.Texts(r.w))
		}
	}
	viewtest.Tap(t, r.w, "Read-only") // of the first one
	r.settle(t)
	viewtest.Tap(t, r.w, "Keep sharing")
	r.settle(t)
	viewtest.Tap(t, r.w, "Stop sharing")
	if !viewtest.Shows(r.w, "cannot start until it is shared again") || !viewtest.Shows(r.w, "escale-machine share remove /home/ada/site") {
		t.Errorf("it does not say what is lost: %q", viewtest.Texts(r.w))
	}
	viewtest.Tap(t, r.w, "Stop sharing") // of the question
	r.settle(t)
	if got, want := r.done.took(), []string{"share /home/ada/site false", "share /home/ada/old false", "unshare /home/ada/site"}; !slices.Equal(got, want) {
		t.Errorf("asked for %v, want %v", got, want)
	}
}

// TestShareAFolder checks the question for a folder, its command, and that a
// folder which must not be shared is refused beside it.
func TestShareAFolder(t *testing.T) {
	viewtest.App(t)
	r := newRigOf(t, with(func(s *machine.Status) { s.Sharing = machine.SharingWorks }), 1020, 760)
	if !viewtest.Shows(r.w, "No folder is shared yet.") {
		t.Errorf("it shows %q", viewtest.Texts(r.w))
	}
	viewtest.Tap(t, r.w, "Share a folder…")
	viewtest.Type(t, r.w, "Folder", "site")
	viewtest.Tap(t, r.w, "Share")
	if !viewtest.Shows(r.w, "Type the whole path") || len(r.done.took()) != 0 {
		t.Errorf("it says %q", viewtest.Texts(r.w))
	}
	r.done.err = fmt.Errorf("put: %w", &machine.ShareError{Path: "/home/ada/.ssh", Problem: machine.ShareSecrets})
	viewtest.Type(t, r.w, "Folder", "/home/ada/.ssh")
	viewtest.Tap(t, r.w, "Share")
	r.settle(t)
	if !viewtest.Shows(r.w, "Keys and passwords are in it") {
		t.Errorf("refused, it says %q", viewtest.Texts(r.w))
	}
	r.done.err = nil
	viewtest.Type(t, r.w, "Folder", "/home/ada/my site")
	viewtest.Tap(t, r.w, "Read-only: containers cannot change what is in it")
	if !viewtest.Shows(r.w, "escale-machine share --read-only add '/home/ada/my site'") {
		t.Errorf("the command is not shown: %q", viewtest.Texts(r.w))
	}
	viewtest.Tap(t, r.w, "Share")
	r.settle(t)
	if got, want := r.done.took(), []string{"share /home/ada/.ssh false", "share /home/ada/my site true"}; !slices.Equal(got, want) {
		t.Errorf("asked for %v, want %v", got, want)
	}
}

// TestNoSharing checks that a computer without it says what to do instead, and
// offers no button.
func TestNoSharing(t *testing.T) {
	for sharing, words := range map[machine.Sharing]string{
		machine.SharingNoDriver:  "Folders cannot be shared on this system.",
		machine.SharingNoProgram: "install the package virtiofsd",
		machine.SharingForbidden: "does not allow the protection",
	} {
		oneApp(t)
		r := newRigOf(t, with(func(s *machine.Status) { s.Sharing = sharing }), 1020, 760)
		if !viewtest.Shows(r.w, words) || viewtest.Find(r.w, "Share a folder…") != nil {
			t.Errorf("%s: it shows %q", sharing, viewtest.Texts(r.w))
		}
	}
}

// TestRegistries checks that addresses are added, looked at first, and removed.
func TestRegistries(t *testing.T) {
	viewtest.App(t)
	r := newRigOf(t, with(sharing), 1020, 760)
	if !viewtest.Shows(r.w, "escale-machine start --mirror https://mirror.example.com --insecure-registry registry.local:5000") {
		t.Errorf("the command is not shown: %q", viewtest.Texts(r.w))
	}
	viewtest.Tap(t, r.w, "Add a mirror…")
	for text, words := range map[string]string{
		"mirror.local": "Type an address such as", "https://mirror.example.com": "It is in the list already",
	} {
		viewtest.Type(t, r.w, "Address of the mirror", text)
		viewtest.Tap(t, r.w, "Add")
		if !viewtest.Shows(r.w, words) || len(r.done.took()) != 0 {
			t.Errorf("%q: it says %q", text, viewtest.Texts(r.w))
		}
	}
	r.done.err = fmt.Errorf("put: %w", engine.ErrInvalid)
	viewtest.Type(t, r.w, "Address of the mirror", "https://b.example.com")
	viewtest.Tap(t, r.w, "Add")
	r.settle(t)
	if !viewtest.Shows(r.w, "There is no room for more addresses.") {
		t.Errorf("refused, it says %q", viewtest.Texts(r.w))
	}
	r.done.err = nil
	viewtest.Tap(t, r.w, "Add")
	r.settle(t)
	viewtest.Tap(t, r.w, "Add a registry…")
	viewtest.Type(t, r.w, "Registry", "http://registry.local")
	viewtest.Tap(t, r.w, "Add")
	if !viewtest.Shows(r.w, "Type a name and perhaps a port") {
		t.Errorf("it says %q", viewtest.Texts(r.w))
	}
	viewtest.Type(t, r.w, "Registry", "10.0.0.2:5000")
	viewtest.Tap(t, r.w, "Add")
	r.settle(t)
	viewtest.Tap(t, r.w, "Remove https://mirror.example.com")
	r.settle(t)
	want := []string{
		"registries [https://mirror.example.com https://b.example.com] [registry.local:5000]",
		"registries [https://mirror.example.com https://b.example.com] [registry.local:5000]",
		"registries [https://mirror.example.com] [registry.local:5000 10.0.0.2:5000]",
		"registries [] [registry.local:5000]",
	}
	if got := r.done.took(); !slices.Equal(got, want) {
		t.Errorf("asked for %q, want %q", got, want)
	}
}

// TestUpdateWithoutRoom checks that an update without its copy is offered where
// there was no room for it, in words, and is not what happens by itself.
func TestUpdateWithoutRoom(t *testing.T) {
	for _, without := range []bool{false, true} {
		oneApp(t)
		r := newRigOf(t, with(func(s *machine.Status) {
			s.Guest, s.Update = &machine.Image{Version: "2", Engine: "29.7.1"}, &machine.Image{Version: "3", Engine: "30.0.0"}
			s.RolledBack = &machine.RolledBack{From: *s.Update, To: *s.Guest, Cause: machine.CauseNotEnoughDisk}
		}), 1020, 760)
		viewtest.Tap(t, r.w, "Use Docker 30.0.0…")
		if said := strings.Join(viewtest.Texts(r.w), " "); !strings.Contains(said, "you cannot go back") {
			t.Errorf("it says %q", said)
		}
		want := "update"
		if without {
			viewtest.Tap(t, r.w, "Update without the copy, with no way back")
			want = "update without a copy"
		}
		viewtest.Tap(t, r.w, "Update")
		r.settle(t)
		if got := r.done.took(); !slices.Equal(got, []string{want}) {
			t.Errorf("asked for %v, want %s", got, want)
		}
	}
}
