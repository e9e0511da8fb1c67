package runsheet

import (
	"time"

	"fyne.io/fyne/v2"

	"escale/app/task"
	"escale/engine"
	"escale/views/kit"
	"escale/views/post"
	"escale/views/say"
	"escale/views/theme"
)

// clockPeriod is how often running times are drawn.
const clockPeriod = 500 * time.Millisecond

// workView shows the work: the stages, each timed, and the layers of the pull.
type workView struct {
	s                *Sheet
	head, body, foot fyne.CanvasObject

	ladder  *kit.Ladder
	sum     *kit.Text
	bar     *kit.MeterBar
	layers  *layersView
	pulling *fyne.Container
	why     fyne.CanvasObject
	box     *fyne.Container
	cancel  *kit.Press
	tick    func() // stops the clock
}

func newWorkView(s *Sheet) *workView { return &workView{s: s} }

// begin makes a view for new work.
func (w *workView) begin() {
	s := w.s
	w.head = s.headOf(say.L("run.work.title", "Name", s.form.Title()), s.form.Ref())
	w.sum = kit.NewText("", theme.Small, theme.InkMuted).Ellipsis()
	w.bar = kit.Meter(0, theme.AccentFill, 8)
	w.layers = newLayersView()
	w.pulling = kit.Col(theme.Space2, w.sum, w.bar, kit.Gap(0, theme.Space1), w.layers.card)
	w.ladder = kit.StepLadder()
	w.why = kit.Callout(kit.Note, say.L("run.layer.why"), say.L("run.layer.why.text"))
	w.box = kit.Col(theme.Space5, w.ladder, w.why)
	w.body = w.box
	w.cancel = kit.Button(kit.Secondary, "", say.L("action.cancel"), func() { s.app.Tasks.Cancel(s.taskID) })
	w.foot = kit.Row(theme.Space2,
		kit.Grow(kit.NewText(say.L("run.work.background"), theme.Small, theme.InkFaint).Ellipsis()), w.cancel)
}

// draw shows how far the task has come, and comes back while it runs.
func (w *workView) draw() {
	t, known := w.s.app.Tasks.Get(w.s.taskID)
	if !known || w.s.mode != working {
		return
	}
	w.show(t)
	if t.State == task.Cancelling {
		w.cancel.SetBusy(say.L("run.work.cancelling"))
	}
	w.stopClock()
	w.tick = post.After(w.s.host, clockPeriod, w.draw)
}

func (w *workView) stopClock() {
	if w.tick != nil {
		w.tick()
		w.tick = nil
	}
}

// show draws a task, running or not.
func (w *workView) show(t task.Task) {
	steps := make([]kit.Step, 0, 4)
	for _, stage := range []task.Stage{task.StagePull, task.StageCopy, task.StageNetwork, task.StageCreate, task.StageStart} {
		if stage == task.StageNetwork && !w.s.form.NewNetwork || stage == task.StageCopy && len(w.s.form.Copies()) == 0 {
			continue
		}
		steps = append(steps, w.step(t, stage))
	}
	pull := t.Progress.Pull
	w.drawPull(t)
	w.layers.draw(pull.Layers)
	w.ladder.SetSteps(steps...)
	if hidden := len(pull.Layers) == 0; w.why.Visible() == hidden {
		if hidden {
			w.why.Hide()
		} else {
			w.why.Show()
		}
	}
	w.box.Refresh()
}

// step is one rung: the last time the task was at a stage.
func (w *workView) step(t task.Task, stage task.Stage) kit.Step {
	step := kit.Step{Title: stageName(stage), Progress: kit.Waiting}
	for _, st := range t.Progress.Stages {
		if st.Stage != stage {
			continue
		}
		switch {
		case st.Done:
			step.Progress, step.Time = kit.Done, say.Seconds(st.Took)
		case t.Over():
			step.Progress, step.Time = kit.Broken, say.Seconds(t.Ended.Sub(st.Started))
		default:
			step.Progress, step.Time = kit.Working, say.Seconds(time.Since(st.Started))
		}
	}
	switch {
	case stage == task.StageCopy && step.Progress != kit.Waiting:
		step.Detail = say.L("run.work.sum", "Now", say.Bytes(t.Progress.Copied.CurrentBytes), "Total", say.Bytes(t.Progress.Copied.TotalBytes))
	case stage != task.StagePull:
	case len(t.Progress.Pull.Layers) > 0:
		step.Extra = w.pulling
	case step.Progress == kit.Done:
		step.Detail = say.L("run.work.here")
	}
	return step
}

func stageName(stage task.Stage) string {
	switch stage {
	case task.StagePull:
		return say.L("run.work.pull")
	case task.StageCopy:
		return say.L("run.work.copy")
	case task.StageNetwork:
		return say.L("run.work.network")
	case task.StageCreate:
		return say.L("run.work.create")
	case task.StageStart, task.StageCommit, task.StageKeep, task.StageCompare:
	}
	return say.L("run.work.start")
}

// drawPull shows the whole download: bytes, and the time left at this speed.
func (w *workView) drawPull(t task.Task) {
	p := t.Progress.Pull
	w.bar.Set(float32(max(t.Progress.Fraction, 0)))
	if t.Progress.Stage != task.StagePull && len(p.Layers) > 0 {
		w.bar.Set(1)
		w.bar.SetInk(theme.Running)
	}
	if p.TotalBytes <= 0 {
		w.sum.SetText("")
		return
	}
	now, total := say.Bytes(p.CurrentBytes), say.Bytes(p.TotalBytes)
	if p.CurrentBytes >= p.TotalBytes {
		w.sum.SetText(say.L("run.work.all", "Total", total))
		return
	}
	left := timeLeft(t)
	if left == 0 {
		w.sum.SetText(say.L("run.work.sum", "Now", now, "Total", total))
		return
	}
	w.sum.SetText(say.L("run.work.left", "Now", now, "Total", total, "Left", say.Duration(left)))
}

// timeLeft is how long a download will take at its mean speed; 0 is unknown.
func timeLeft(t task.Task) time.Duration {
	p := t.Progress.Pull
	if t.Over() || t.Progress.Stage != task.StagePull || p.CurrentBytes <= 0 || p.CurrentBytes >= p.TotalBytes {
		return 0
	}
	for _, st := range t.Progress.Stages {
		if took := time.Since(st.Started); st.Stage == task.StagePull && !st.Done && took > time.Second {
			left := time.Duration(float64(took) * float64(p.TotalBytes-p.CurrentBytes) / float64(p.CurrentBytes))
			return max(left.Round(time.Second), time.Second)
		}
	}
	return 0
}

// layersView lists the layers of a pull.
type layersView struct {
	card *fyne.Container
	col  *fyne.Container
	rows map[string]*layerRow
	ids  int
}

type layerRow struct {
	icon *kit.Icon
	bar  *kit.MeterBar
	size *kit.Text
	box  *fyne.Container
}

func newLayersView() *layersView {
	l := &layersView{col: kit.Col(10), rows: map[string]*layerRow{}}
	l.card = kit.Card(l.col)
	return l
}

func (l *layersView) draw(layers []engine.PullLayer) {
	for _, layer := range layers {
		r, known := l.rows[layer.ID]
		if !known {
			r = newLayerRow(layer.ID)
			l.rows[layer.ID] = r
		}
		r.draw(layer)
	}
	if len(layers) == l.ids {
		return
	}
	l.ids = len(layers)
	boxes := make([]fyne.CanvasObject, 0, len(layers))
	for _, layer := range layers {
		boxes = append(boxes, l.rows[layer.ID].box)
	}
	kit.SetChildren(l.col, boxes...)
}

func newLayerRow(id string) *layerRow {
	r := &layerRow{
		icon: kit.NewIcon(theme.IconClock, 16, theme.InkFaint), bar: kit.Meter(0, theme.AccentFill, 6),
		size: kit.NewText("", theme.Small, theme.InkFaint).AlignTrailing().Ellipsis(),
	}
	short := id
	if len(short) > 12 {
		short = short[:12]
	}
	r.box = kit.Row(theme.Space3, r.icon, kit.Fixed(100, 0, kit.NewText(short, theme.MonoSmall, theme.InkMuted).Ellipsis()),
		kit.Grow(r.bar), kit.Fixed(124, 0, r.size))
	return r
}

func (r *layerRow) draw(l engine.PullLayer) {
	part := float32(0)
	if l.TotalBytes > 0 {
		part = float32(l.CurrentBytes) / float32(l.TotalBytes)
	}
	icon, ink, fill := theme.IconDownload, theme.Accent, theme.AccentFill
	text := ""
	switch l.Phase {
	case engine.LayerWaiting:
		icon, ink, text = theme.IconClock, theme.InkFaint, say.L("run.layer.waiting")
	case engine.LayerDownloading:
		text = say.L("run.work.sum", "Now", say.Bytes(l.CurrentBytes), "Total", say.Bytes(l.TotalBytes))
		if l.TotalBytes <= 0 {
			text = say.Bytes(l.CurrentBytes)
		}
	case engine.LayerVerifying:
		part, text = 1, say.L("run.layer.verifying")
	case engine.LayerExtracting:
		icon, text = theme.IconStack, say.L("run.layer.extracting")
	case engine.LayerDone:
		icon, ink, fill, part = theme.IconCheck, theme.Running, theme.Running, 1
		if l.TotalBytes > 0 {
			text = say.Bytes(l.TotalBytes)
		}
	case engine.LayerPresent:
		icon, ink, fill, part, text = theme.IconCheck, theme.Running, theme.Running, 1, say.L("run.layer.present")
	}
	r.icon.Set(icon, ink)
	r.bar.Set(part)
	r.bar.SetInk(fill)
	r.size.SetText(text)
}
