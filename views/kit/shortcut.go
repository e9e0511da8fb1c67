package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// Shortcut writes a key together with the modifier that shortcuts have on this
// system: "Ctrl+L", or "⌘L" on a Mac.
func Shortcut(key string) string { return shortcut(key, fyne.KeyModifierShortcutDefault) }

func shortcut(key string, modifier fyne.KeyModifier) string {
	if modifier == fyne.KeyModifierSuper {
		return "⌘" + key
	}
	return "Ctrl+" + key
}

// movesInText are the keys whose shortcuts an entry uses itself.
var movesInText = map[fyne.KeyName]bool{
	fyne.KeyLeft: true, fyne.KeyRight: true, fyne.KeyUp: true, fyne.KeyDown: true, fyne.KeyHome: true, fyne.KeyEnd: true,
	fyne.KeyBackspace: true, fyne.KeyDelete: true,
}

// TypedShortcut implements fyne.Shortcutable. The driver gives a shortcut to
// the focused entry only: those that it does not use go on to the window.
func (e *bareEntry) TypedShortcut(s fyne.Shortcut) {
	custom, ok := s.(*desktop.CustomShortcut)
	if !ok || movesInText[custom.KeyName] {
		e.Entry.TypedShortcut(s)
		return
	}
	if window, ok := canvasOf(e).(fyne.Shortcutable); ok {
		window.TypedShortcut(s)
	}
}
