package kit

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"escale/views/post"
)

// hoverHost is what a Press inside another one reports to, because Fyne tells
// only the deepest thing under the pointer: a row keeps its veil, its menu and
// the focus over its own buttons.
type hoverHost interface {
	childHover(on bool)
	childMenu(at fyne.Position)
	childFocus()
}

// adopt makes host the surroundings of every Press inside content.
func adopt(content fyne.CanvasObject, host hoverHost) {
	Walk(content, func(o fyne.CanvasObject) bool {
		p, ok := o.(*Press)
		if ok {
			p.host = host
		}
		return !ok
	})
}

// MouseIn implements desktop.Hoverable.
func (p *Press) MouseIn(*desktop.MouseEvent) {
	p.inside = true
	adopt(p.content, p)
	p.hovered()
	if p.onEnter != nil {
		p.onEnter()
	}
	if text := p.tipText(); text != "" {
		p.hover.start(p, text)
	}
	if p.host != nil {
		p.host.childHover(true)
	}
}

// MouseMoved implements desktop.Hoverable.
func (p *Press) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (p *Press) MouseOut() {
	p.inside = false
	p.state.Pressed = false
	p.hover.stop()
	p.hovered()
	if p.host != nil {
		p.host.childHover(false)
	}
}

// MouseDown implements desktop.Mouseable.
func (p *Press) MouseDown(e *desktop.MouseEvent) {
	p.hover.stop()
	if e.Button == desktop.MouseButtonPrimary && !p.state.Disabled && p.OnTapped != nil {
		p.state.Pressed = true
		p.changed()
	}
}

// MouseUp implements desktop.Mouseable.
func (p *Press) MouseUp(*desktop.MouseEvent) {
	if p.state.Pressed {
		p.state.Pressed = false
		p.changed()
	}
}

func (p *Press) childHover(on bool) {
	p.children = max(0, p.children+either(on, 1, -1))
	p.hovered()
}

func (p *Press) childMenu(at fyne.Position) {
	if p.OnSecondary != nil {
		p.OnSecondary(at)
	}
}

func (p *Press) childFocus() { p.focusByMouse() }

func (p *Press) hovered() {
	if on := p.inside || p.children > 0; on != p.state.Hovered {
		p.state.Hovered = on
		p.changed()
	}
}

func (p *Press) tipText() string {
	if p.state.Disabled && p.reason != "" {
		return p.reason
	}
	return p.tip
}

// tipDelay is how long the pointer rests before a tooltip appears.
const tipDelay = 600 * time.Millisecond

// hoverTimer shows a tooltip after a while, and takes it away.
type hoverTimer struct {
	cancel func()
	hide   func()
}

func (h *hoverTimer) start(anchor fyne.CanvasObject, text string) {
	h.stop()
	h.cancel = post.After(poster, tipDelay, func() { h.hide = showTip(anchor, text) })
}

func (h *hoverTimer) stop() {
	if h.cancel != nil {
		h.cancel()
		h.cancel = nil
	}
	if h.hide != nil {
		h.hide()
		h.hide = nil
	}
}

// Tip gives a thing a tooltip, shown when the pointer rests on it, and returns
// the thing.
func Tip(p *Press, text string) *Press { p.tip = text; return p }
