package discover

import "fyne.io/fyne/v2"

// columns is how many cards stand side by side.
func (v *Screen) columns() int {
	n := 0
	for n < len(v.cards) && v.cards[n].press.Position().Y == v.cards[0].press.Position().Y {
		n++
	}
	return max(1, n)
}

// moveFrom moves the focus from a card with the arrow keys.
func (v *Screen) moveFrom(at int, key *fyne.KeyEvent) bool {
	switch key.Name {
	case fyne.KeyLeft:
		at--
	case fyne.KeyRight:
		at++
	case fyne.KeyUp:
		at -= v.columns()
		if at < 0 {
			v.search.Focus()
			return true
		}
	case fyne.KeyDown:
		at += v.columns()
	case fyne.KeyHome:
		at = 0
	case fyne.KeyEnd:
		at = len(v.cards) - 1
	default:
		return false
	}
	v.focusCard(at)
	return true
}

// firstInSight is the first card that can be seen whole.
func (v *Screen) firstInSight() int {
	driver := fyne.CurrentApp().Driver()
	for i, c := range v.cards {
		if driver.AbsolutePositionForObject(c.press).Y >= driver.AbsolutePositionForObject(v.scroll).Y {
			return i
		}
	}
	return 0
}

// focusCard moves the focus to a card and scrolls it into view.
func (v *Screen) focusCard(at int) {
	if at < 0 || at >= len(v.cards) || !v.scroll.Visible() {
		return
	}
	press := v.cards[at].press
	v.host.Window().Canvas().Focus(press)
	driver := fyne.CurrentApp().Driver()
	top := driver.AbsolutePositionForObject(press).Y - driver.AbsolutePositionForObject(v.scroll).Y
	bottom := top + press.Size().Height
	offset := v.scroll.Offset.Y
	switch {
	case top < 0:
		offset += top - 8
	case bottom > v.scroll.Size().Height:
		offset += bottom - v.scroll.Size().Height + 8
	default:
		return
	}
	v.scroll.ScrollToOffset(fyne.NewPos(0, max(0, offset)))
}
