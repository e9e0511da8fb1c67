// Package notice tells of what happens while nobody looks at the window: which
// things are worth it, and the way to the desktop that tells them.
package notice

import (
	"context"
	"html"
	"runtime"

	"escale/app/settings"
)

// Kind is what a notice is about. Each can be switched off.
type Kind int

// The kinds.
const (
	Outcome  Kind = iota // how something ended that the user had asked for
	Fallen               // a container ended with an error
	Download             // an image is here
	Engine               // the engine is lost, or back
)

// Notice is one thing to tell.
type Notice struct {
	Kind        Kind
	Title, Text string
}

// Wanted tells whether the user wants notices of a kind.
func Wanted(p settings.Notices, k Kind) bool {
	switch k {
	case Outcome:
		return !p.NoOutcomes
	case Fallen:
		return !p.NoFallen
	case Download:
		return !p.NoDownloads
	case Engine:
		return !p.NoEngine
	}
	return true
}

// waiting is how many notices may wait for a desktop that is slow to take them.
// More would come too late to be of use.
const waiting = 16

// Sender brings notices to the desktop, one after the other, on a goroutine of
// its own: a desktop that does not answer holds nobody up. Safe for concurrent
// use.
type Sender struct {
	queue chan Notice
	end   context.CancelFunc
}

// NewSender returns a sender that gives each notice to send. Close ends it.
func NewSender(send func(title, text string)) *Sender {
	ctx, cancel := context.WithCancel(context.Background())
	s := &Sender{queue: make(chan Notice, waiting), end: cancel}
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case n := <-s.queue:
				send(n.Title, body(n.Text, runtime.GOOS))
			}
		}
	}()
	return s
}

// Send tells of something, unless too much waits already.
func (s *Sender) Send(n Notice) {
	select {
	case s.queue <- n:
	default:
	}
}

// Close ends the sender. A notice that the desktop is being given now may still
// be shown.
func (s *Sender) Close() { s.end() }

// body is text as the desktop takes it: on Linux, as markup, in which a name
// from outside must not make a link.
//
// Source: freedesktop.org, Desktop Notifications Specification, "Markup".
func body(text, system string) string {
	if system == "darwin" || system == "windows" {
		return text
	}
	return html.EscapeString(text)
}
