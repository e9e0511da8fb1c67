package tray

import (
	"runtime"
	"strings"

	"fyne.io/fyne/v2"

	"escale/views/theme"
)

// Desk shows a tray: a desktop.App of the toolkit.
type Desk interface {
	SetSystemTrayMenu(menu *fyne.Menu)
	SetSystemTrayIcon(icon fyne.Resource)
}

// Bar is the tray as the toolkit shows it. It belongs to the UI goroutine.
type Bar struct {
	desk  Desk
	act   func(Action)
	menu  *fyne.Menu // always this one: the toolkit shows it again once its loop begins
	shown Menu
	drawn bool
}

// NewBar returns a tray that shows nothing yet. The first Show must come while
// there is a display, and before the toolkit's loop begins.
func NewBar(desk Desk, act func(Action)) *Bar {
	return &Bar{desk: desk, act: act, menu: fyne.NewMenu("")}
}

// Show brings a menu to the desktop and tells whether that changed anything.
// The toolkit makes every entry anew, so an equal menu is not shown again.
func (b *Bar) Show(m Menu) (changed bool) {
	if b.drawn && b.shown.Equal(m) {
		return false
	}
	fresh := !b.drawn || b.shown.State != m.State
	b.drawn, b.shown = true, m
	b.menu.Items = b.items(m.Items)
	if fresh {
		b.desk.SetSystemTrayIcon(theme.TrayIcon(string(m.State)))
	}
	b.desk.SetSystemTrayMenu(b.menu)
	return true
}

func (b *Bar) items(items []Item) []*fyne.MenuItem {
	made := make([]*fyne.MenuItem, len(items))
	for i, item := range items {
		if item.Separator {
			made[i] = fyne.NewMenuItemSeparator()
			continue
		}
		one := fyne.NewMenuItem(plainLabel(item.Label, runtime.GOOS), nil)
		one.Disabled = item.Disabled
		// Without it the toolkit adds an entry of its own, which asks nothing.
		one.IsQuit = item.Action.Do == Quit
		if len(item.Items) > 0 && !item.Disabled {
			one.ChildMenu = fyne.NewMenu("", b.items(item.Items)...)
		}
		if item.Action.Do != Nothing {
			one.Action = func() { b.act(item.Action) }
		}
		made[i] = one
	}
	return made
}

// plainLabel writes a label so that the desktop shows it as it is: a single
// mark would underline the letter after it.
func plainLabel(label, system string) string {
	switch system {
	case "darwin":
		return label
	case "windows":
		return strings.ReplaceAll(label, "&", "&&")
	}
	return strings.ReplaceAll(label, "_", "__")
}
