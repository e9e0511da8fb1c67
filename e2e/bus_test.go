//go:build e2e

package e2e

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/prop"
)

// desktop is the part of a desktop that a tray needs: a session bus of the
// test's own, on which it shows notifications and, if it likes, icons.
type desktop struct {
	t       *testing.T
	address string
	conn    *dbus.Conn

	mu    sync.Mutex
	icons []string // registered with the watcher, by bus name
	told  []string // notifications, "title: text"
}

const (
	watcherName = "org.kde.StatusNotifierWatcher"
	watcherPath = "/StatusNotifierWatcher"
	menuPath    = "/StatusNotifierItem/menu"
)

// newDesktop starts a bus and shows notifications. Icons are shown from hostIcons
// on.
func newDesktop(t *testing.T) *desktop {
	t.Helper()
	d := &desktop{t: t}
	d.startBus()
	conn, err := dbus.Connect(d.address)
	if err != nil {
		t.Fatal(err)
	}
	d.conn = conn
	t.Cleanup(func() { _ = conn.Close() })
	d.own("org.freedesktop.Notifications")
	if err := conn.Export(notifications{d}, "/org/freedesktop/Notifications", "org.freedesktop.Notifications"); err != nil {
		t.Fatal(err)
	}
	return d
}

// startBus starts a bus without services: nothing is started behind the test's
// back.
func (d *desktop) startBus() {
	d.t.Helper()
	folder, err := os.MkdirTemp("", "bus")
	if err != nil {
		d.t.Fatal(err)
	}
	config := filepath.Join(folder, "bus.conf")
	text := `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path=` + folder + `/socket</listen>
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy></busconfig>`
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		d.t.Fatal(err)
	}
	daemon := exec.CommandContext(d.t.Context(), "dbus-daemon", "--nofork", "--print-address", "--config-file="+config)
	daemon.Cancel = func() error { return daemon.Process.Signal(syscall.SIGTERM) }
	out, err := daemon.StdoutPipe()
	if err == nil {
		err = daemon.Start()
	}
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { _ = daemon.Wait(); _ = os.RemoveAll(folder) })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		d.t.Fatalf("the bus has no address: %v", err)
	}
	d.address = strings.TrimSpace(line)
}

func (d *desktop) own(name string) {
	d.t.Helper()
	got, err := d.conn.RequestName(name, dbus.NameFlagDoNotQueue)
	if err != nil || got != dbus.RequestNameReplyPrimaryOwner {
		d.t.Fatalf("own %s: %v, %v", name, got, err)
	}
}

// notifications takes what programs tell.
//
// Source: freedesktop.org, Desktop Notifications Specification.
type notifications struct{ d *desktop }

// Notify is the method of that name.
func (n notifications) Notify(_ string, _ uint32, _, title, text string, _ []string, _ map[string]dbus.Variant, _ int32) (uint32, *dbus.Error) {
	n.d.mu.Lock()
	defer n.d.mu.Unlock()
	n.d.told = append(n.d.told, title+": "+text)
	return uint32(len(n.d.told)), nil
}

// hears waits for a notification with these words.
func (d *desktop) hears(words string, within time.Duration) {
	d.t.Helper()
	for end := time.Now().Add(within); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		d.mu.Lock()
		heard := slices.ContainsFunc(d.told, func(s string) bool { return strings.Contains(s, words) })
		d.mu.Unlock()
		if heard {
			return
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.t.Fatalf("no notification says %q within %v: %q", words, within, d.told)
}

// watcher is the desktop's register of icons.
type watcher struct{ d *desktop }

// RegisterStatusNotifierItem is the method of that name.
func (w watcher) RegisterStatusNotifierItem(_ string, sender dbus.Sender) *dbus.Error {
	w.d.mu.Lock()
	defer w.d.mu.Unlock()
	w.d.icons = append(w.d.icons, string(sender))
	return nil
}

// RegisterStatusNotifierHost is the method of that name.
func (w watcher) RegisterStatusNotifierHost(string) *dbus.Error { return nil }

// hostIcons begins to show icons; leaveIcons ends it, as a panel that goes.
func (d *desktop) hostIcons() {
	d.t.Helper()
	if err := d.conn.Export(watcher{d}, watcherPath, watcherName); err != nil {
		d.t.Fatal(err)
	}
	if _, err := prop.Export(d.conn, watcherPath, prop.Map{watcherName: {
		"IsStatusNotifierHostRegistered": {Value: true, Emit: prop.EmitTrue},
		"RegisteredStatusNotifierItems":  {Value: []string{}, Emit: prop.EmitTrue},
		"ProtocolVersion":                {Value: int32(0), Emit: prop.EmitTrue},
	}}); err != nil {
		d.t.Fatal(err)
	}
	d.own(watcherName)
}

func (d *desktop) leaveIcons() {
	d.t.Helper()
	if _, err := d.conn.ReleaseName(watcherName); err != nil {
		d.t.Fatal(err)
	}
}

// registered tells whether a program has asked for an icon.
func (d *desktop) registered() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.icons) > 0
}

// entry is one entry of a tray's menu.
type entry struct {
	id      int32
	label   string
	enabled bool
	entries []entry
}

type layout struct {
	ID       int32
	Props    map[string]dbus.Variant
	Children []dbus.Variant
}

func entryOf(l layout) entry {
	label, _ := l.Props["label"].Value().(string)
	enabled, said := l.Props["enabled"].Value().(bool)
	e := entry{id: l.ID, label: strings.ReplaceAll(label, "__", "_"), enabled: enabled || !said}
	for _, v := range l.Children {
		var child layout
		if err := dbus.Store([]any{v.Value()}, &child); err == nil {
			e.entries = append(e.entries, entryOf(child))
		}
	}
	return e
}

// tray is the icon of a program, as the desktop has it.
type tray struct {
	*desktop
	item dbus.BusObject
	menu dbus.BusObject
}

func (d *desktop) trayOf(pid int) *tray {
	name := fmt.Sprintf("org.kde.StatusNotifierItem-%d-1", pid)
	return &tray{d, d.conn.Object(name, "/StatusNotifierItem"), d.conn.Object(name, menuPath)}
}

// read reads the whole menu. The toolkit answers the first time after a change
// with one level only, so two answers must agree.
func (y *tray) read() (root entry, err error) {
	last := ""
	for range 20 {
		var revision uint32
		var l layout
		if err := y.menu.Call("com.canonical.dbusmenu.GetLayout", 0, int32(0), int32(-1), []string{}).Store(&revision, &l); err != nil {
			return entry{}, err
		}
		root = entryOf(l)
		now := fmt.Sprint(root)
		if now == last {
			return root, nil
		}
		last = now
		time.Sleep(200 * time.Millisecond)
	}
	return root, nil
}

func (e entry) at(path []string) (entry, bool) {
	if len(path) == 0 {
		return e, true
	}
	for _, child := range e.entries {
		if child.label == path[0] {
			return child.at(path[1:])
		}
	}
	return entry{}, false
}

// wait waits for an entry that can be chosen, or one that cannot.
func (y *tray) wait(enabled bool, path ...string) entry {
	y.t.Helper()
	return y.waits(20*time.Second, enabled, path...)
}

// waits is wait for what may take long.
func (y *tray) waits(within time.Duration, enabled bool, path ...string) entry {
	y.t.Helper()
	var found, root entry
	for end := time.Now().Add(within); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		var err error
		if root, err = y.read(); err != nil {
			continue
		}
		if e, ok := root.at(path); ok && e.enabled == enabled {
			return e
		}
	}
	y.t.Fatalf("the tray has no %q (enabled: %v): %+v", path, enabled, root)
	return found
}

// click chooses an entry as a user does who opens the menus on the way to it.
func (y *tray) click(path ...string) {
	y.t.Helper()
	e := y.wait(true, path...)
	call := y.menu.Call("com.canonical.dbusmenu.Event", 0, e.id, "clicked", dbus.MakeVariant(""), uint32(time.Now().Unix()))
	if call.Err != nil {
		y.t.Fatalf("click %q: %v", path, call.Err)
	}
}

// icon is the size of the picture that the program gives, in pixels, and how
// many of them are not see-through.
func (y *tray) icon() (width, height int32, solid int) {
	y.t.Helper()
	var pictures []struct {
		W, H int32
		Pix  []byte
	}
	value, err := y.item.GetProperty("org.kde.StatusNotifierItem.IconPixmap")
	if err == nil {
		err = value.Store(&pictures)
	}
	if err != nil || len(pictures) != 1 {
		y.t.Fatalf("icon: %v, %d pictures", err, len(pictures))
	}
	for i := 0; i < len(pictures[0].Pix); i += 4 { // alpha, red, green, blue
		if pictures[0].Pix[i] > 200 {
			solid++
		}
	}
	return pictures[0].W, pictures[0].H, solid
}
