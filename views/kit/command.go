package kit

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/views/theme"
)

// CommandBar shows the command that does the same as the screen, coloured and
// copyable. It teaches: every form that runs something ends with one.
func CommandBar(caption, command string) fyne.CanvasObject {
	copyButton := SmallButton(Secondary, theme.IconCopy, caption, func() {})
	body := Row(theme.Space3, Grow(commandText(command)), copyButton)
	well := NewSurface(theme.Sunken, theme.RadiusBase).WithStroke(theme.Hairline)
	return container.NewStack(well, Inset(8, 8, 8, 14, body))
}

// commandText wraps a command between its words, a flag with its value.
func commandText(command string) fyne.CanvasObject {
	var parts []fyne.CanvasObject
	words := strings.Fields(command)
	for i := 0; i < len(words); i++ {
		word := words[i]
		switch {
		case strings.HasPrefix(word, "-") && i+1 < len(words) && takesValue(word):
			i++
			parts = append(parts, Row(7, NewText(word, theme.MonoSmall, theme.Accent), NewText(words[i], theme.MonoSmall, theme.Ink)))
		case strings.HasPrefix(word, "-"):
			parts = append(parts, NewText(word, theme.MonoSmall, theme.Accent))
		case i == 0 || word == "run":
			parts = append(parts, NewText(word, theme.MonoSmall, theme.InkMuted))
		default:
			parts = append(parts, NewText(word, theme.MonoSmall, theme.Running))
		}
	}
	return Flow(7, parts...)
}

func takesValue(flag string) bool { return flag != "-d" && flag != "-it" && flag != "--rm" }
