//go:build linux || freebsd || openbsd || netbsd

package tray

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"
)

// The desktop's register of tray icons.
//
// Source: freedesktop.org, StatusNotifierItem, "StatusNotifierWatcher".
const (
	watcherName = "org.kde.StatusNotifierWatcher"
	watcherPath = "/StatusNotifierWatcher"
	hostKnown   = "IsStatusNotifierHostRegistered" // a property
)

// busWait is how long the desktop may take to answer.
const busWait = 3 * time.Second

// errNoBus is a session without a message bus.
var errNoBus = errors.New("no session bus")

// FollowHost calls tell with what is so now and with each change, on the
// caller's goroutine, until ctx ends or the session's bus is gone: then nothing
// is shown any more.
func FollowHost(ctx context.Context, tell func(Hosted)) {
	conn, err := sessionBus(ctx)
	if err != nil {
		tell(Absent)
		return
	}
	defer func() { _ = conn.Close() }()
	signals := make(chan *dbus.Signal, 16)
	conn.Signal(signals)
	if err := listen(ctx, conn); err != nil {
		tell(Absent)
		return
	}
	was := Unknown
	for {
		now := hostOf(ctx, conn)
		if ctx.Err() != nil {
			return
		}
		if now != was {
			was = now
			tell(now)
		}
		select {
		case <-ctx.Done():
			return
		case _, open := <-signals:
			if !open {
				if was != Absent {
					tell(Absent)
				}
				return
			}
		}
	}
}

// listen asks for the signals after which the answer may be another.
func listen(ctx context.Context, conn *dbus.Conn) error {
	ctx, cancel := context.WithTimeout(ctx, busWait)
	defer cancel()
	return errors.Join(
		conn.AddMatchSignalContext(ctx, dbus.WithMatchSender("org.freedesktop.DBus"), dbus.WithMatchInterface("org.freedesktop.DBus"),
			dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, watcherName)),
		conn.AddMatchSignalContext(ctx, dbus.WithMatchInterface(watcherName), dbus.WithMatchMember("StatusNotifierHostRegistered")),
		conn.AddMatchSignalContext(ctx, dbus.WithMatchInterface(watcherName), dbus.WithMatchMember("StatusNotifierHostUnregistered")))
}

// hostOf asks the register whether anybody shows what is in it. Without a
// register, nobody does.
func hostOf(ctx context.Context, conn *dbus.Conn) Hosted {
	ctx, cancel := context.WithTimeout(ctx, busWait)
	defer cancel()
	var answer dbus.Variant
	err := conn.Object(watcherName, watcherPath).
		CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", dbus.FlagNoAutoStart, watcherName, hostKnown).Store(&answer)
	if shows, ok := answer.Value().(bool); err == nil && ok && shows {
		return Present
	}
	return Absent
}

// HasBus tells whether the session has a message bus. Without one the toolkit
// must not be asked for a tray or a notification: it would start a bus of its
// own, which nobody ends.
func HasBus() bool { return busAddress() != "" }

func sessionBus(ctx context.Context) (*dbus.Conn, error) {
	address := busAddress()
	if address == "" {
		return nil, errNoBus
	}
	return dbus.Connect(address, dbus.WithContext(ctx))
}

// busAddress is where the session's bus is; empty without one.
func busAddress() string {
	if address := os.Getenv("DBUS_SESSION_BUS_ADDRESS"); address != "" {
		if strings.HasPrefix(address, "autolaunch:") {
			return ""
		}
		return address
	}
	folder := os.Getenv("XDG_RUNTIME_DIR")
	if folder == "" {
		return ""
	}
	socket := filepath.Join(folder, "bus")
	if _, err := os.Stat(socket); err != nil { //nolint:gosec // the session says where its own folder is
		return ""
	}
	return "unix:path=" + dbus.EscapeBusAddressValue(socket)
}
