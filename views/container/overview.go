package container

import (
	"fmt"
	"reflect"
	"time"

	"fyne.io/fyne/v2"

	"escale/app/command"
	"escale/app/diagnosis"
	"escale/app/stats"
	"escale/engine"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/say"
	"escale/views/theme"
)

// overview is the first tab: figures, charts and facts.
type overview struct {
	screen  *Screen
	content fyne.CanvasObject
	column  *fyne.Container

	tiles   *fyne.Container
	uptime  *kit.FigureTile
	memory  *kit.FigureTile
	network *kit.FigureTile
	disk    *kit.FigureTile

	charts    *fyne.Container
	cpuCard   *kit.FigureChart
	cpuPlot   *kit.Plot
	memCard   *kit.FigureChart
	memPlot   *kit.Plot
	lastCard  *kit.FigureChart // memory before the stop
	lastPlot  *kit.Plot
	command   *kit.CommandLine
	revealed  map[string]bool // names of secrets that are shown
	details   bool            // the engine's words are shown
	allowance allowance
	cost      *cost

	drawn engine.ContainerDetail // what the cards show
	why   diagnosis.Finding      // what the callout says
	wrong string                 // what keeps its ports from this computer
	built bool
}

func newOverview(s *Screen) *overview {
	o := &overview{screen: s, revealed: map[string]bool{}, column: kit.Col(theme.Space4)}
	o.uptime = kit.Tile(theme.IconClock, say.L("container.tile.uptime"), "", "")
	o.memory = kit.Tile(theme.IconMemory, say.L("container.tile.memory"), "", "")
	o.network = kit.Tile(theme.IconNetwork, say.L("container.tile.network"), "", "")
	o.disk = kit.Tile(theme.IconVolume, say.L("container.tile.disk"), "", "")
	o.tiles = kit.Grid(145, theme.Space3, o.uptime, o.memory, o.network, o.disk)
	empty := [3]string{"", "", "0"}
	o.cpuPlot = kit.Chart(nil, 1, theme.Accent, empty, 132)
	o.cpuCard = kit.ChartCard(say.L("container.tile.cpu"), "", "", o.cpuPlot)
	o.memPlot = kit.Chart(nil, 1, theme.Teal, empty, 132)
	o.memCard = kit.ChartCard(say.L("container.tile.memory"), "", "", o.memPlot)
	o.charts = kit.Grid(360, theme.Space3, o.cpuCard, o.memCard)
	o.lastPlot = kit.Chart(nil, 1, theme.Danger, empty, 150)
	o.lastCard = kit.ChartCard(say.L("container.memorybefore"), "", "", o.lastPlot)
	o.cost = newCost(s.host)
	o.command = kit.CommandBar(say.L("action.copy"), say.L("action.copied"), "")
	o.content = kit.Scrolled(kit.Inset(20, theme.Space5, theme.Space5, theme.Space5, o.column))
	return o
}

// reset forgets what belongs to another container.
func (o *overview) reset() {
	o.built, o.details = false, false
	clear(o.revealed)
	o.allowance.cancel()
}

// draw builds the cards again when what they show has changed.
func (o *overview) draw(now time.Time) {
	d := o.screen.current()
	why := diagnosis.Of(d)
	blocked, _ := life.FirstWrong(o.screen.links(d.Container))
	if !o.built || !reflect.DeepEqual(d, o.drawn) || why != o.why || blocked.Wrong.Title != o.wrong {
		o.drawn, o.why, o.wrong, o.built = d, why, blocked.Wrong.Title, true
		o.build()
	}
	o.drawFigures(now)
}

// build puts the sections below each other.
func (o *overview) build() {
	d := o.drawn
	o.command.SetCommand(o.mainCommand(d.Container))
	var sections []fyne.CanvasObject
	if callout := o.callout(); callout != nil {
		sections = append(sections, callout)
	}
	_, sampled := o.series().Last()
	switch {
	case d.State == engine.StateRunning || d.State == engine.StatePaused:
		sections = append(sections, o.tiles, o.cost.content, o.charts)
	case o.why.Reason == diagnosis.OutOfMemory && sampled:
		sections = append(sections, o.lastCard)
	}
	switch {
	case o.screen.loaded:
		if d.State != engine.StateRunning && d.State != engine.StatePaused {
			sections = append(sections, o.cost.content)
		}
		sections = append(sections, kit.Grid(360, theme.Space3, o.cards()...), o.command)
	case o.screen.failure != nil:
		m := say.Error(o.screen.failure)
		sections = append(sections, kit.Callout(kit.Problem, m.Title, m.Hint,
			kit.SmallButton(kit.Secondary, theme.IconRefresh, say.L("action.retry"), o.screen.inspect)))
	}
	kit.SetChildren(o.column, sections...)
}

func (o *overview) series() stats.Series {
	return o.screen.app.Stats.Latest.Get()[o.screen.id]
}

// mainCommand is the command that does what this tab does.
func (o *overview) mainCommand(c engine.Container) string {
	docker := command.For(o.screen.app.Store.Connection.Get().Endpoint)
	if c.State == engine.StateExited || c.State == engine.StateCreated {
		return docker.Start(c.Name)
	}
	return docker.Inspect(c.Name)
}

// drawFigures brings tiles and charts up to date.
func (o *overview) drawFigures(now time.Time) {
	d, series := o.drawn, o.series()
	if !o.built {
		return
	}
	last, ok := series.Last()
	o.drawCost(last, ok)
	if d.State != engine.StateRunning && d.State != engine.StatePaused {
		if ok && o.why.Reason == diagnosis.OutOfMemory {
			o.drawMemory(series, d.MemoryBytes, o.lastPlot)
			o.lastCard.Set(say.Bytes(peak(series)), limitWords(d.MemoryBytes))
		}
		return
	}
	o.drawTiles(d, last, ok, now)
	if !ok {
		return
	}
	span := say.L("container.chart.span", "Time", say.Duration(last.At.Sub(series.Samples[0].At)))
	if last.At.Sub(series.Samples[0].At) < 5*time.Second {
		span = say.L("container.chart.live")
	}
	cpu := values(series, func(s engine.Sample) float64 { return s.CPUPercent })
	top := niceTop(highest(cpu), 10)
	o.cpuPlot.SetScale(top, [3]string{say.Percent(top), figure(top / 2), "0"})
	o.cpuPlot.SetValues(cpu)
	o.cpuCard.Set(say.Percent(last.CPUPercent), span)
	o.drawMemory(series, 0, o.memPlot)
	o.memCard.Set(say.Bytes(last.MemoryBytes), span)
}

func (o *overview) drawMemory(series stats.Series, limit int64, plot *kit.Plot) {
	memory := values(series, func(s engine.Sample) float64 { return float64(s.MemoryBytes) })
	top := niceTop(highest(memory), 10e6)
	if limit > 0 {
		top = float64(limit)
	}
	words := say.Bytes
	if limit > 0 {
		words = life.LimitBytes
	}
	plot.SetScale(top, [3]string{words(int64(top)), words(int64(top / 2)), "0"})
	plot.SetValues(memory)
}

func (o *overview) drawTiles(d engine.ContainerDetail, last engine.Sample, ok bool, now time.Time) {
	if d.Started.IsZero() {
		o.uptime.Set("–", "")
	} else {
		o.uptime.Set(say.Duration(now.Sub(d.Started)), startedWords(d))
	}
	if !ok {
		for _, t := range []*kit.FigureTile{o.memory, o.network, o.disk} {
			t.Set("–", say.L("container.measuring"))
		}
		return
	}
	context := say.L("container.memory.host", "Total", say.Bytes(last.MemoryLimit))
	if d.MemoryBytes > 0 {
		context = say.L("container.memory.limit", "Limit", life.LimitBytes(d.MemoryBytes))
	}
	o.memory.Set(say.Bytes(last.MemoryBytes), context)
	o.network.Set(say.Bytes(last.RxBytes), say.L("container.network.sent", "Sent", say.Bytes(last.TxBytes)))
	o.disk.Set(say.Bytes(last.WriteBytes), say.L("container.disk.written"))
}

func startedWords(d engine.ContainerDetail) string {
	if d.RestartCount > 0 {
		return say.N("container.restarted", d.RestartCount)
	}
	return say.L("container.since", "Time", d.Started.Local().Format("15:04"))
}

func limitWords(limit int64) string {
	if limit <= 0 {
		return ""
	}
	return say.L("container.limit", "Limit", life.LimitBytes(limit))
}

func values(series stats.Series, of func(engine.Sample) float64) []float64 {
	all := make([]float64, len(series.Samples))
	for i, s := range series.Samples {
		all[i] = of(s)
	}
	return all
}

func highest(values []float64) float64 {
	most := 0.0
	for _, v := range values {
		most = max(most, v)
	}
	return most
}

func peak(series stats.Series) int64 {
	return int64(highest(values(series, func(s engine.Sample) float64 { return float64(s.MemoryBytes) })))
}

// niceTop is the end of a chart's scale: least times 1, 2, 5, 10, 20, 50… that
// leaves a little room above the highest value.
func niceTop(highest, least float64) float64 {
	for step := least; ; step *= 10 {
		for _, by := range []float64{1, 2, 5} {
			if step*by >= highest*1.1 {
				return step * by
			}
		}
	}
}

func figure(v float64) string {
	if v == float64(int(v)) {
		return fmt.Sprint(int(v))
	}
	return fmt.Sprintf("%.1f", v)
}
