package compare

import (
	"strings"
	"time"

	"escale/app/compare"
	"escale/views/say"
)

// row is one figure of both, in words, and what is generally said of it.
type row struct {
	name, container, machine, general string
	// The parts of a bar, of the larger of the two; 0 where it is not known.
	containerPart, machinePart float32
}

// rows are the figures of a result, in the order of the screen.
func rows(r compare.Result) []row {
	c, m := r.Medians()
	return []row{
		figures(say.L("compare.row.first"), say.L("compare.general.first", "Time", say.Quick(compare.GeneralContainerStart)),
			float64(c.FirstByte), float64(m.FirstByte), func(v float64) string { return quick(time.Duration(v)) }),
		figures(say.L("compare.row.memory"), say.L("compare.general.none"), float64(c.MemoryBytes), float64(m.MemoryBytes), size),
		figures(say.L("compare.row.disk"), say.L("compare.general.disk", "Size", say.Bytes(compare.GeneralSystemBytes)),
			float64(c.DiskBytes()), float64(m.DiskBytes()), size),
		figures(say.L("compare.row.own"), say.L("compare.general.none"), float64(c.WrittenBytes), float64(m.WrittenBytes), size),
		processes(c, m),
	}
}

func figures(name, general string, container, machine float64, words func(float64) string) row {
	r := row{name: name, general: general, container: words(container), machine: words(machine)}
	if most := max(container, machine); most > 0 {
		r.containerPart, r.machinePart = float32(container/most), float32(machine/most)
	}
	return r
}

// processes count a kernel's own threads, too: a container has no kernel.
func processes(c, m compare.Figures) row {
	count := func(v float64) string {
		if v <= 0 {
			return say.L("figure.unknown")
		}
		return say.Count(int64(v))
	}
	r := figures(say.L("compare.row.processes"), say.L("compare.general.none"),
		float64(c.Processes), float64(m.Processes+m.KernelThreads), count)
	if m.KernelThreads > 0 {
		r.machine = say.L("compare.withkernel", "Programs", say.Count(int64(m.Processes)), "Threads", say.Count(int64(m.KernelThreads)))
	}
	return r
}

func size(v float64) string {
	if v <= 0 {
		return say.L("figure.unknown")
	}
	return say.Bytes(int64(v))
}

func quick(d time.Duration) string {
	if d <= 0 {
		return say.L("figure.unknown")
	}
	return say.Quick(d)
}

// where says when, how often and on what it was measured.
func where(r compare.Result) string {
	h := r.Host
	parts := []string{say.L("compare.where", "Date", say.Date(r.At), "Time", r.At.Local().Format("15:04"), "Rounds", say.Count(int64(len(r.Rounds))))}
	if h.Processor != "" {
		parts = append(parts, h.Processor)
	}
	parts = append(parts, say.N("compare.cpus", h.CPUs))
	if h.MemoryBytes > 0 {
		parts = append(parts, say.L("compare.memory", "Size", say.Bytes(h.MemoryBytes)))
	}
	parts = append(parts, h.System, r.Engine)
	return strings.Join(parts, " · ")
}

// hypervisor says what ran the virtual machine.
func hypervisor(r compare.Result) string {
	if r.Emulated() {
		return say.L("compare.emulated.title")
	}
	return say.L("compare.accelerated", "Name", strings.ToUpper(r.Accel))
}

// header are the heads of the columns.
func header() [4]string {
	return [4]string{say.L("compare.figure"), say.L("compare.container"), say.L("compare.machine"), say.L("compare.general")}
}

func (r row) cells() [4]string { return [4]string{r.name, r.container, r.machine, r.general} }

// markdown is the result as a table for a text.
func markdown(r compare.Result) string {
	var b strings.Builder
	line := func(cells [4]string) {
		for _, c := range cells {
			b.WriteString("| " + strings.ReplaceAll(plain(c), "|", `\|`) + " ")
		}
		b.WriteString("|\n")
	}
	line(header())
	b.WriteString("|---|---|---|---|\n")
	for _, row := range rows(r) {
		line(row.cells())
	}
	return b.String() + "\n" + plain(where(r)) + "\n\n" + plain(hypervisor(r)) + "\n"
}

// tabbed is the result as a table for a spreadsheet.
func tabbed(r compare.Result) string {
	var b strings.Builder
	h := header()
	b.WriteString(plain(strings.Join(h[:], "\t")) + "\n")
	for _, row := range rows(r) {
		c := row.cells()
		b.WriteString(plain(strings.Join(c[:], "\t")) + "\n")
	}
	return b.String() + plain(where(r)) + "\n" + plain(hypervisor(r)) + "\n"
}

// plain keeps what came from files on one line; tabs are the table's own.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7f {
			return ' '
		}
		return r
	}, text)
}

// stage says what a comparison is doing.
func stage(s compare.State) string {
	if s.Stopping {
		return say.L("compare.stage.stopping")
	}
	switch s.Stage {
	case compare.StageImage:
		if p := s.Pull; p.TotalBytes > 0 {
			return say.L("compare.stage.pull", "Done", say.Bytes(p.CurrentBytes), "Total", say.Bytes(p.TotalBytes))
		}
		return say.L("compare.stage.image")
	case compare.StageContainer:
		return say.L("compare.stage.container")
	case compare.StageMachine:
		return say.L("compare.stage.machine")
	case compare.StageMeasure:
		return say.L("compare.stage.measure")
	case compare.StageClean:
	}
	return say.L("compare.stage.clean")
}
