package kit

import (
	"testing"

	"fyne.io/fyne/v2"
)

func TestShortcut(t *testing.T) {
	for modifier, want := range map[fyne.KeyModifier]string{fyne.KeyModifierControl: "Ctrl+L", fyne.KeyModifierSuper: "⌘L"} {
		if got := shortcut("L", modifier); got != want {
			t.Errorf("written %q, want %q", got, want)
		}
	}
}
