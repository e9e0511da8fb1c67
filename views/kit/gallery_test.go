package kit_test

import (
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"escale/views/kit"
	"escale/views/theme"
	"escale/views/viewtest"
)

func nothing() {}

func panel(title string, body fyne.CanvasObject) fyne.CanvasObject {
	return kit.Col(10, kit.NewText(title, theme.Caption, theme.InkFaint), body)
}

// gallery shows the controls in their states.
func gallery() fyne.CanvasObject {
	left := kit.Col(theme.Space4,
		panel("Buttons: rest, hover, focus, disabled; busy", buttonStates()),
		panel("Conditions", kit.Row(theme.Space2,
			kit.StateBadge(kit.IsRunning, "Running"), kit.StateBadge(kit.IsStarting, "Starting…"),
			kit.StateBadge(kit.IsPaused, "Paused"), kit.StateBadge(kit.IsFailed, "Failed"))),
		panel("Filters and switches", kit.Col(theme.Space2,
			kit.Chips(0, nil, kit.ChipItem{Label: "All", Count: 7}, kit.ChipItem{Label: "Running", Count: 4}, kit.ChipItem{Label: "Stopped", Count: -1}),
			kit.Row(theme.Space2, kit.Segments(0, nil, "All", "Errors"), kit.Toggle("Follow", true, nil), kit.Toggle("Wrap", false, nil),
				kit.NewCheckbox("Keep", true, nil), kit.NewCheckbox("Not", false, nil)),
			kit.Tabs(1, nil, "Overview", "Logs", "Files"))),
		panel("Steps", kit.StepLadder(
			kit.Step{Title: "Find the engine", Time: "0.1 s", Progress: kit.Done, Detail: "Socket /var/run/docker.sock"},
			kit.Step{Title: "Connect", Time: "2.0 s", Progress: kit.Working, Extra: kit.Meter(0.4, theme.AccentFill, 6)},
			kit.Step{Title: "Read what runs", Progress: kit.Waiting})),
	)
	return kit.Pad(theme.Space4, kit.Row(theme.Space6, kit.Stretch(kit.Fixed(430, 0, left)), kit.GrowStretch(forms())))
}

func forms() fyne.CanvasObject {
	port := kit.Field("Port", "", kit.NewInput("8080", "", 96))
	port.SetHint(kit.Caution, "8080 is used by nginx (pid 412). 8081 is free.", kit.SmallButton(kit.Secondary, "", "Use 8081", nothing))
	search := kit.SearchField("Search containers", "Clear", 220, nil)
	search.SetQuery("wordpress")
	bad := kit.NewInput("my blog", "", 0)
	bad.SetProblem(kit.Problem)
	return kit.Col(theme.Space4,
		kit.Row(theme.Space3, kit.GrowStretch(kit.Field("Name", "", kit.NewInput("", "hello-nginx", 0))),
			kit.GrowStretch(kit.Field("Version", "", kit.Choice([]string{"1.29-alpine", "1.28"}, "1.29-alpine", nil)))),
		port,
		kit.Row(theme.Space3, search, kit.Grow(bad)),
		kit.Field("Password", "Made up for you; change it if you like.", kit.NewPassword("s3cret", "", "Show", "Hide")),
		kit.Field("Notes", "", kit.NewArea("two\nlines", "", 2)),
		kit.CommandBar("Copy", "Copied", `docker run -d --name hello-nginx -p 127.0.0.1:8081:80 -v hello-pages:/usr/share/nginx/html -e 'GREETING=hello big world' nginx:1.29-alpine`),
		kit.Callout(kit.Note, "What are these layers?", "An image is a pile of layers. Layers that you already have are not downloaded again.", kit.SmallButton(kit.Secondary, "", "Read on", nothing)),
		kit.Row(theme.Space3, kit.Grow(kit.Tile(theme.IconMemory, "Memory", "84 MB", "of 2 GB")),
			kit.Grow(kit.ChartCard("CPU", "2.1%", "last minute", kit.Chart(wave(), 10, theme.Accent, [3]string{"10%", "5%", "0%"}, 60)))),
	)
}

func wave() []float64 {
	values := make([]float64, 40)
	for i := range values {
		values[i] = float64(i*7%11)/2 + float64(i%3)
	}
	return values
}

func buttonStates() fyne.CanvasObject {
	states := []kit.State{{}, {Hovered: true}, {Pressed: true}, {Focused: true}, {Disabled: true}}
	var rows []fyne.CanvasObject
	for _, rank := range []kit.Rank{kit.Primary, kit.Secondary, kit.Quiet, kit.Destructive} {
		var row []fyne.CanvasObject
		for _, state := range states {
			row = append(row, kit.Button(rank, "", "Start", nothing).ShowState(state))
		}
		rows = append(rows, kit.Row(theme.Space3, row...))
	}
	busy := kit.Button(kit.Primary, theme.IconPlay, "Start", nothing)
	busy.SetBusy("Starting…")
	rows = append(rows, kit.Row(theme.Space3, busy, kit.IconButton(theme.IconTrash, "Delete", nothing), kit.Link("More", nothing), kit.LinkOut("localhost:8080", nothing)))
	return kit.Col(theme.Space3, rows...)
}

func sampleList(n int) *kit.List {
	type row struct {
		glyph *kit.GlyphBox
		name  *kit.Text
		state *kit.StateLabel
	}
	rows := map[fyne.CanvasObject]row{}
	return kit.NewList(kit.ListModel{
		Length: func() int { return n },
		Kind:   func(i int) kit.RowKind { return map[bool]kit.RowKind{true: kit.HeadingRow}[i%5 == 0] },
		Create: func(kind kit.RowKind) fyne.CanvasObject {
			r := row{kit.Glyph("a", "A", 36), kit.NewText("", theme.Strong, theme.Ink).Ellipsis(), kit.StateWord(kit.IsRunning, "")}
			var o fyne.CanvasObject
			if kind == kit.HeadingRow {
				o = kit.Row(theme.Space2, kit.NewIcon(theme.IconStack, 16, theme.InkMuted), kit.Grow(r.name))
			} else {
				o = kit.Inset(0, theme.Space2, 0, theme.Space3, kit.Row(theme.Space3, r.glyph, kit.Grow(r.name), kit.Fixed(128, 0, r.state),
					kit.SmallButton(kit.Secondary, theme.IconStop, "Stop", nothing), kit.IconButton(theme.IconMore, "More", nothing)))
			}
			rows[o] = r
			return o
		},
		Update: func(i int, o fyne.CanvasObject) {
			r := rows[o]
			name := fmt.Sprintf("container-%d", i)
			r.name.SetText(name)
			r.glyph.Set(name, strings.ToUpper(name[:1]))
			r.state.Set(kit.Condition(i%4), "State")
		},
		ID:   func(i int) string { return fmt.Sprint(i) },
		Open: func(int) {},
	}, 60)
}

const sampleMarkdown = `# Quick reference

Maintained by **the nginx maintainers**. See [the docs](https://example.org/docs) or *read on* with ` + "`docker run`" + `; a [bad one](javascript:alert(1)) is plain. <b>html</b> ![logo](https://example.org/x.png)

## How to use

- Run it: this is a long line that wraps because it has a lot of words in it, more than fit the width of one line
- Stop it
  1. first
  2. second

` + "```console\n$ docker run --name some-nginx -v /some/content:/usr/share/nginx/html:ro -d nginx\n```" + `

> A quote of some length.

| Tag | Size |
|---|---|
| 1.29 | 72 MB |
| alpine | 23 MB |
`

func sampleLog() kit.LogSource {
	source := logLines{}
	for i := range 400 {
		line := kit.LogText{Stamp: fmt.Sprintf("14:02:%02d.%03d", i%60, i*37%1000), Stderr: i%9 == 4}
		line.Spans = []kit.Span{
			{Text: "172.18.0.1 "},
			{Text: "GET", Fg: kit.PaintIndex(2), Bold: true},
			{Text: fmt.Sprintf(" /wp-admin/%d ", i)},
			{Text: "200", Fg: kit.PaintIndex(4)},
			{Text: " "},
			{Text: " warn ", Bg: kit.PaintIndex(3), Fg: kit.PaintRGB(255, 255, 255)},
			{Text: " é漢字 ✓ → " + strings.Repeat("long ", i%3*12)},
		}
		source = append(source, line)
	}
	return source
}

type logLines []kit.LogText

func (l logLines) Len() int               { return len(l) }
func (l logLines) Line(i int) kit.LogText { return l[i] }

func TestShots(t *testing.T) {
	for suffix, mode := range map[string]theme.Mode{"light": theme.AlwaysLight, "dark": theme.AlwaysDark} {
		size := fyne.NewSize(1040, 720)
		viewtest.Shot(t, "gallery-"+suffix, mode, size, gallery)
		viewtest.Shot(t, "list-"+suffix, mode, size, func() fyne.CanvasObject {
			return kit.PageList(kit.Toolbar("Containers", "4 running", kit.Button(kit.Primary, theme.IconPlus, "Run", nothing)), sampleList(500))
		})
		viewtest.Shot(t, "markdown-"+suffix, mode, fyne.NewSize(700, 720), func() fyne.CanvasObject {
			return kit.Pad(theme.Space5, kit.Col(0, kit.Markdown(sampleMarkdown, func(string) {})))
		})
		viewtest.Shot(t, "log-"+suffix, mode, size, func() fyne.CanvasObject {
			v := kit.NewLogView(sampleLog())
			v.SetQuery("/wp-admin")
			v.SetCurrent(395)
			return kit.Pad(theme.Space5, kit.Card(v))
		})
	}
}
