package playground

import (
	"fyne.io/fyne/v2"

	"escale/app/ansi"
	"escale/app/tty"
	"escale/views/kit"
)

// keys are the toolkit's keys that a shell knows.
var keys = map[fyne.KeyName]tty.Key{
	fyne.KeyReturn: tty.Enter, fyne.KeyEnter: tty.Enter, fyne.KeyTab: tty.Tab, fyne.KeyBackspace: tty.Backspace, fyne.KeyEscape: tty.Escape,
	fyne.KeyUp: tty.Up, fyne.KeyDown: tty.Down, fyne.KeyRight: tty.Right, fyne.KeyLeft: tty.Left,
	fyne.KeyHome: tty.Home, fyne.KeyEnd: tty.End, fyne.KeyPageUp: tty.PageUp, fyne.KeyPageDown: tty.PageDown,
	fyne.KeyInsert: tty.Insert, fyne.KeyDelete: tty.Delete,
	fyne.KeyF1: tty.F1, fyne.KeyF2: tty.F2, fyne.KeyF3: tty.F3, fyne.KeyF4: tty.F4, fyne.KeyF5: tty.F5, fyne.KeyF6: tty.F6,
	fyne.KeyF7: tty.F7, fyne.KeyF8: tty.F8, fyne.KeyF9: tty.F9, fyne.KeyF10: tty.F10, fyne.KeyF11: tty.F11, fyne.KeyF12: tty.F12,
}

// paintOf is a colour as the kit draws it.
func paintOf(c ansi.Color) kit.Paint {
	if n, ok := c.Named(); ok {
		return kit.PaintIndex(uint8(n)) //nolint:gosec // 0 to 15
	}
	if r, g, b, ok := c.RGB(); ok {
		return kit.PaintRGB(r, g, b)
	}
	return 0
}
