package enginepage

import (
	"escale/app/store"
	"escale/engine"
	"escale/views/say"
)

// fact is one line of the engine's card.
type fact struct{ name, value string }

// facts are what is known about the engine in use.
func facts(c store.Connection) []fact {
	v, i := c.Version, c.Info
	all := []fact{
		{say.L("engine.fact.version"), joined(v.Product, v.Engine)},
		{say.L("engine.fact.api"), apiRange(v)},
		{say.L("engine.fact.system"), i.OperatingSystem},
		{say.L("engine.fact.cpus"), positive(int64(i.CPUs), say.Count)},
		{say.L("engine.fact.memory"), positive(i.MemoryBytes, say.Bytes)},
		{say.L("engine.fact.storage"), i.StorageDriver},
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
