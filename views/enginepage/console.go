package enginepage

import (
	"context"
	"io"
	"strings"

	"fyne.io/fyne/v2/container"

	"escale/app/logs"
	"escale/engine/machine"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/post"
	"escale/views/say"
	"escale/views/theme"
)

// consoleTail is how much of a log is read, in bytes.
const consoleTail = 256 << 10

// The measures of the console.
const (
	consoleWidth = 860
	consoleMost  = 520 // of the log's height
	consoleFrame = 262 // what is around it
)

// console shows what the guest's console, the engine in it and the helper said.
// It belongs to the UI goroutine.
type console struct {
	page  *Page
	layer *kit.Layer
	logs  []machine.LogName
	at    int // of logs

	what   *kit.Text
	view   *kit.LogView
	note   *kit.Text // in place of lines
	dot    *kit.Icon
	foot   *kit.Text
	again  *kit.Press
	text   *logs.Text
	cancel func()
}

// showConsole opens the logs of the machine at one of them.
func (p *Page) showConsole(first machine.LogName) {
	if p.console != nil {
		return
	}
	v := &console{page: p, logs: []machine.LogName{machine.LogConsole, machine.LogDockerd, machine.LogHelper}, cancel: func() {}}
	for i, name := range v.logs {
		if name == first {
			v.at = i
		}
	}
	v.build()
	p.console = v
	v.layer.OnClosed = func() { v.close(); p.console = nil }
	v.read()
}

func (v *console) build() {
	v.what = kit.NewText("", theme.Small, theme.InkMuted).Ellipsis()
	v.view = kit.NewLogView(kit.PlainLog(nil))
	v.view.SetStamps(false)
	v.view.OnCopy = v.page.host.Copy
	v.note = kit.NewText("", theme.Body, theme.InkFaint).AlignCenter()
	v.dot = kit.NewIcon(theme.IconDot, 9, theme.Running)
	v.foot = kit.NewText("", theme.Small, theme.InkFaint).Ellipsis()
	v.again = kit.SmallButton(kit.Quiet, theme.IconRefresh, say.L("machine.log.again"), v.read)
	tabs := kit.Segments(v.at, func(i int) { v.at = i; v.read() },
		say.L("machine.log.console"), say.L("machine.log.engine"), say.L("machine.log.helper"))
	canvas := v.page.host.Window().Canvas()
	height := min(max(canvas.Size().Height-consoleFrame, 120), consoleMost)
	well := kit.NewSurface(theme.Surface, theme.RadiusCard).WithStroke(theme.Hairline)
	log := container.NewStack(well, kit.Inset(10, 4, 10, 10, v.view), container.NewCenter(v.note))
	shut := kit.SmallButton(kit.Secondary, "", say.L("action.close"), func() { v.layer.Dismiss() })
	body := kit.Col(theme.Space3,
		kit.Row(theme.Space3, kit.Grow(kit.NewText(say.L("machine.log.title"), theme.Heading, theme.Ink).Ellipsis()), tabs),
		v.what,
		kit.Fixed(0, height, log),
		kit.Row(theme.Space3, v.dot, kit.Grow(v.foot), v.again,
			kit.CopyButton(say.L("logs.copyall"), say.L("action.copied"), v.all), shut))
	v.layer = kit.ShowDialog(canvas, body, consoleWidth, nil)
	v.layer.Focus(shut)
}

// read begins to read the chosen log.
func (v *console) read() {
	v.close()
	name := v.logs[v.at]
	v.text = logs.OpenText(context.Background(), func(ctx context.Context) (io.ReadCloser, error) {
		return v.page.operator.MachineLog(ctx, name, consoleTail)
	})
	v.view.SetSource(life.RingLog{Lines: v.text.Lines})
	v.cancel = v.text.Status.Subscribe(post.Coalesce(v.page.host, v.draw))
	v.what.SetText(logAbout(name))
	v.draw()
}

// close stops reading.
func (v *console) close() {
	v.cancel()
	if v.text != nil {
		v.text.Close()
	}
}

// draw shows what has come.
func (v *console) draw() {
	status := v.text.Status.Get()
	v.view.Refresh()
	state, ink := say.L("logs.state.opening"), theme.Busy
	note := ""
	switch status.State { //nolint:exhaustive // a text has these
	case logs.Live:
		state, ink = say.L("logs.state.live"), theme.Running
		note = say.L("machine.log.empty")
	case logs.Ended:
		state, ink = say.L("machine.log.ended"), theme.Idle
		note = say.L("machine.log.empty")
	case logs.Failed:
		state, ink = v.failure(status.Err), theme.Danger
		note = state
	}
	if status.End > 0 {
		note = ""
		state += "  ·  " + say.N("logs.kept", status.End-status.First)
	}
	v.note.SetText(note)
	v.dot.SetColor(ink)
	v.foot.SetText(state)
	show := status.State == logs.Failed || status.State == logs.Ended
	if v.again.Hidden == show {
		v.again.Hidden = !show
		v.again.Refresh()
	}
}

// failure says why a log cannot be read.
func (v *console) failure(err error) string {
	if v.logs[v.at] == machine.LogDockerd && !v.page.store.Machine.Get().Up() {
		return say.L("machine.log.down")
	}
	return say.Error(err).Title
}

// all is the whole log as text.
func (v *console) all() string {
	var b strings.Builder
	for i, end := v.text.Lines.Bounds(); i < end; i++ {
		if l, ok := v.text.Lines.Line(i); ok {
			b.WriteString(l.Text + "\n")
		}
	}
	return b.String()
}

// logAbout says whose words a log holds.
func logAbout(name machine.LogName) string {
	switch name {
	case machine.LogDockerd:
		return say.L("machine.log.engine.text")
	case machine.LogHelper:
		return say.L("machine.log.helper.text")
	case machine.LogConsole:
	}
	return say.L("machine.log.console.text")
}
