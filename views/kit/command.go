package kit

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/views/post"
	"escale/views/theme"
)

// copiedTime is how long a copy button says so.
const copiedTime = 2 * time.Second

// CopyButton is a small button that puts text on the clipboard and says so for
// two seconds. text is asked at each tap.
func CopyButton(label, copied string, text func() string) *Press {
	p := SmallButton(Secondary, theme.IconCopy, label, nil)
	return copies(p, label, copied, text)
}

// CopyIcon is a CopyButton that is an icon only.
func CopyIcon(label, copied string, text func() string) *Press {
	p := IconButton(theme.IconCopy, label, nil)
	return copies(p, label, copied, text)
}

func copies(p *Press, label, copied string, text func() string) *Press {
	var back func()
	p.OnTapped = func() {
		if back != nil {
			back()
		}
		fyne.CurrentApp().Clipboard().SetContent(text())
		p.SetIcon(theme.IconCheck)
		p.SetLabel(copied)
		back = post.After(poster, copiedTime, func() {
			p.SetIcon(theme.IconCopy)
			p.SetLabel(label)
		})
	}
	return p
}

// CommandLine is a CommandBar that can show another command.
type CommandLine struct {
	composite

	// Copy is the copy button, for focus and tests.
	Copy *Press

	command string
	text    *commandText
	frame   *fyne.Container
}

// CommandBar shows the command that does the same as the screen, coloured and
// copyable. It teaches: every form that runs something ends with one. The
// labels are those of the copy button, before and after.
func CommandBar(copyLabel, copiedLabel, command string) *CommandLine {
	b := &CommandLine{command: command, text: newCommandText(command)}
	b.Copy = CopyButton(copyLabel, copiedLabel, func() string { return b.command })
	b.frame = Inset(commandFrame, 8, commandFrame, 14, b.beside(b.text))
	b.body = container.NewStack(NewSurface(theme.Sunken, theme.RadiusBase).WithStroke(theme.Hairline), b.frame)
	b.ExtendBaseWidget(b)
	return b
}

// beside puts the command beside its button.
func (b *CommandLine) beside(command fyne.CanvasObject) fyne.CanvasObject {
	return Row(theme.Space3, Grow(command), b.Copy)
}

// commandFrame is what the bar has above and below its command.
const commandFrame = 8

// Within keeps the bar no higher than limit: a longer command scrolls, and its
// button stays whole beside it.
func (b *CommandLine) Within(limit float32) *CommandLine {
	scroll := Scrolled(b.text)
	SetChildren(b.frame, b.beside(container.New(&capped{limit - 2*commandFrame, scroll}, scroll)))
	return b
}

// capped keeps a scroll as high as its content, but no higher than limit.
type capped struct {
	limit  float32
	scroll *container.Scroll
}

// MinSize implements fyne.Layout.
func (c *capped) MinSize([]fyne.CanvasObject) fyne.Size {
	size := c.scroll.Content.MinSize()
	return fyne.NewSize(size.Width, min(size.Height, c.limit))
}

// Layout implements fyne.Layout.
func (c *capped) Layout(_ []fyne.CanvasObject, size fyne.Size) { c.scroll.Resize(size) }

// Command is the command shown.
func (b *CommandLine) Command() string { return b.command }

// SetCommand shows another command; the same one costs nothing.
func (b *CommandLine) SetCommand(command string) {
	if b.command != command {
		b.command = command
		b.text.set(command)
	}
}

// commandText is a command, coloured by the role of its words and wrapped
// between them.
type commandText = inline // no type of its own: a renderer belongs to one widget

func newCommandText(command string) *commandText {
	text := newInline(commandSpans(command), theme.MonoSmall)
	text.leading = 1.75
	return text
}

func (t *commandText) set(command string) { t.setSpans(commandSpans(command)) }

// commandSpans gives each shell word of a command its colour: a flag, its
// value, the program and its verbs, and what they act on.
func commandSpans(command string) []inlineSpan {
	words := shellWords(command)
	spans := make([]inlineSpan, 0, 2*len(words))
	verbs, value, first := true, false, true
	for i, word := range words {
		if word == "\n" { // the next command
			spans = append(spans, inlineSpan{text: word})
			verbs, value, first = true, false, true
			continue
		}
		ink := theme.Running
		flag := strings.HasPrefix(word, "-") && !value
		switch {
		case flag:
			ink, verbs = theme.Accent, false
		case value:
			ink = theme.Ink
		case first || verbs && commandVerbs[word]:
			ink = theme.InkMuted
		default:
			verbs = false
		}
		value = flag && takesValue(word)
		if !first {
			spans = append(spans, inlineSpan{text: " "})
		}
		first = false
		span := inlineSpan{text: word, style: theme.MonoSmall, ink: ink, whole: true}
		if value && i+1 < len(words) && words[i+1] != "\n" {
			span.with = words[i+1]
		}
		spans = append(spans, span)
	}
	return spans
}

var commandVerbs = map[string]bool{
	"run": true, "pull": true, "container": true, "image": true, "volume": true, "network": true, "create": true,
	"rm": true, "start": true, "stop": true, "restart": true, "logs": true, "compose": true, "inspect": true, "context": true, "use": true,
	"systemctl": true, "usermod": true, "up": true, "prune": true, "exec": true, "kill": true, "rename": true, "ps": true, "ls": true,
}

// flagsAlone are the flags that take no value.
var flagsAlone = map[string]bool{
	"-d": true, "-i": true, "-t": true, "-it": true, "-ti": true, "-dit": true, "-dt": true, "-a": true, "-f": true, "-aG": true,
	"--rm": true, "--init": true, "--privileged": true, "--read-only": true, "--detach": true, "--interactive": true, "--tty": true,
	"--follow": true, "--all": true, "--force": true, "--now": true, "--volumes": true, "--no-healthcheck": true,
}

func takesValue(flag string) bool { return !flagsAlone[flag] && !strings.Contains(flag, "=") }

// shellWords cuts a command at its spaces; a quoted part stays whole, with its
// quotes. The end of a line between two commands is a word of its own.
func shellWords(command string) []string {
	var words []string
	var word strings.Builder
	quote, escaped := rune(0), false
	flush := func() {
		if word.Len() > 0 {
			words = append(words, word.String())
			word.Reset()
		}
	}
	for _, r := range command {
		switch {
		case escaped:
			escaped = false
		case r == '\\' && quote != '\'':
			escaped = true
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '\'' || r == '"'):
			quote = r
		case quote == 0 && (r == ' ' || r == '\n' || r == '\t'):
			flush()
			if n := len(words); r == '\n' && n > 0 && words[n-1] != "\n" {
				words = append(words, "\n")
			}
			continue
		}
		word.WriteRune(r)
	}
	flush()
	if n := len(words); n > 0 && words[n-1] == "\n" {
		words = words[:n-1]
	}
	return words
}
