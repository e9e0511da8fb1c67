// Package lifetest gives tests of screens a whole app on a scripted engine, and
// a window that writes down what it is asked for.
package lifetest

import (
	"context"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"escale/app"
	"escale/app/store"
	"escale/engine"
	"escale/engine/enginetest"
	"escale/views/kit"
	"escale/views/nav"
	"escale/views/viewtest"
)

// Host is a nav.Host that does nothing but remember.
type Host struct {
	*viewtest.Queue

	View    fyne.Window
	Routes  []nav.Route
	Backs   int
	Toasts  []string
	Errors  []error
	Shown   int // how often the activity was asked for
	Browsed []string
	Guided  []string
	Copied  []string
}

var _ nav.Host = (*Host)(nil)

// NewHost returns a host whose window is yet to be set.
func NewHost() *Host { return &Host{Queue: viewtest.NewQueue()} }

// Open implements nav.Host.
func (h *Host) Open(r nav.Route) { h.Routes = append(h.Routes, r) }

// Back implements nav.Host.
func (h *Host) Back() { h.Backs++ }

// Window implements nav.Host.
func (h *Host) Window() fyne.Window { return h.View }

// Toast implements nav.Host.
func (h *Host) Toast(_ kit.Tone, title, text string, _ ...nav.ToastAction) {
	h.Toasts = append(h.Toasts, title+": "+text)
}

// Fail implements nav.Host.
func (h *Host) Fail(err error, _ func()) { h.Errors = append(h.Errors, err) }

// ShowActivity implements nav.Host.
func (h *Host) ShowActivity() { h.Shown++ }

// Guide implements nav.Host.
func (h *Host) Guide(task string) { h.Guided = append(h.Guided, task) }

// Browse implements nav.Host.
func (h *Host) Browse(url string) { h.Browsed = append(h.Browsed, url) }

// Copy implements nav.Host.
func (h *Host) Copy(text string) { h.Copied = append(h.Copied, text) }

type finder struct{ endpoint engine.Endpoint }

func (f finder) Endpoints(context.Context) []engine.Endpoint { return []engine.Endpoint{f.endpoint} }

func (f finder) Probe(_ context.Context, ep engine.Endpoint) engine.Candidate {
	return engine.Candidate{Endpoint: ep, Version: engine.Version{Product: "Docker", API: "1.43"}}
}

// With is Online for an app with more parts; how it finds its engine is filled in.
func With(tb testing.TB, fake *enginetest.Fake, o app.Options) *app.App {
	tb.Helper()
	return connected(tb, offline(tb, fake, o))
}

// Offline returns an app that never looks for an engine: the test fills its
// store. It is closed with the test.
func Offline(tb testing.TB, fake *enginetest.Fake) *app.App {
	tb.Helper()
	return offline(tb, fake, app.Options{})
}

func offline(tb testing.TB, fake *enginetest.Fake, o app.Options) *app.App {
	tb.Helper()
	o.Connect = func(context.Context, engine.Endpoint) (engine.Engine, error) { return fake, nil }
	o.Finder = finder{fake.Endpoint()}
	a := app.New(o)
	tb.Cleanup(func() {
		a.Close()
		_ = fake.Close()
	})
	return a
}

// Online returns an app that is connected to fake and has listed everything.
func Online(tb testing.TB, fake *enginetest.Fake) *app.App {
	tb.Helper()
	return connected(tb, Offline(tb, fake))
}

// connected starts an app and waits until it has listed everything.
func connected(tb testing.TB, a *app.App) *app.App {
	tb.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	tb.Cleanup(cancel)
	a.Start(ctx)
	ready := make(chan struct{}, 1)
	check := func() {
		if a.Store.Connection.Get().Phase == store.Ready && a.Store.Containers.Get().Loaded {
			select {
			case ready <- struct{}{}:
			default:
			}
		}
	}
	stop := a.Store.Connection.Subscribe(check)
	defer stop()
	also := a.Store.Containers.Subscribe(check)
	defer also()
	check()
	select {
	case <-ready:
	case <-time.After(10 * time.Second):
		tb.Fatalf("the app did not connect: %+v", a.Store.Connection.Get())
	}
	return a
}
