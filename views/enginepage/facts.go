package enginepage

import (
	"escale/app/store"
	"escale/engine"
	"escale/views/say"
)

// fact is one line of the engine's card.
type fact struct {
	name, value string
	wide        bool // takes a line of its own
}

// facts are what is known about the engine in use.
func facts(c store.Connection) []fact {
	v, i := c.Version, c.Info
	all := []fact{
		{name: say.L("engine.fact.version"), value: joined(v.Product, v.Engine)},
		{name: say.L("engine.fact.api"), value: apiRange(v)},
		{name: say.L("engine.fact.cpus"), value: positive(int64(i.CPUs), say.Count)},
		{name: say.L("engine.fact.memory"), value: positive(i.MemoryBytes, say.Bytes)},
		{name: say.L("engine.fact.storage"), value: i.StorageDriver},
		{name: say.L("engine.fact.system"), value: i.OperatingSystem, wide: true},
	}
	var known []fact
	for _, f := range all {
		if f.value != "" {
			known = append(known, f)
		}
	}
	return known
}

func joined(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " " + b
}

func apiRange(v engine.Version) string {
	if v.MinAPI == "" {
		return v.API
	}
	return say.L("engine.api", "API", v.API, "Min", v.MinAPI)
}

func positive(n int64, words func(int64) string) string {
	if n <= 0 {
		return ""
	}
	return words(n)
}
