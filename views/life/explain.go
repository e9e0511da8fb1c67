package life

import (
	"escale/app/diagnosis"
	"escale/views/say"
)

// Words are a title and what there is to say below it.
type Words struct{ Title, Text string }

// Explain puts a finding in plain words; none when there is nothing to explain.
func Explain(f diagnosis.Finding) Words {
	code := []any{"Code", f.Code}
	switch f.Reason { //nolint:exhaustive // ended has the others
	case diagnosis.Paused:
		return Words{say.L("container.why.paused.title"), say.L("container.why.paused.text")}
	case diagnosis.Created:
		return Words{say.L("container.why.created.title"), say.L("container.why.created.text")}
	case diagnosis.Dead:
		return Words{say.L("container.why.dead.title"), say.L("container.why.dead.text")}
	case diagnosis.Looping:
		return looping(f)
	case diagnosis.PortTaken:
		if f.Port == "" {
			return Words{say.L("container.why.port.title"), say.L("container.why.port.text")}
		}
		return Words{say.L("container.why.portnamed.title", "Port", f.Port), say.L("container.why.port.text")}
	case diagnosis.NoCommand:
		return Words{say.L("container.why.command.title"), say.L("container.why.command.text")}
	case diagnosis.NoPermission:
		return Words{say.L("container.why.denied.title"), say.L("container.why.denied.text")}
	case diagnosis.WrongCPU:
		return Words{say.L("container.why.cpu.title"), say.L("container.why.cpu.text")}
	case diagnosis.NoMount:
		return Words{say.L("container.why.mount.title"), say.L("container.why.mount.text")}
	case diagnosis.NoStart:
		return Words{say.L("container.why.start.title"), say.L("container.why.start.text")}
	case diagnosis.OutOfMemory:
		if f.MemoryBytes <= 0 {
			return Words{say.L("container.why.memory.title", code...), say.L("container.why.memoryhost.text")}
		}
		return Words{say.L("container.why.memory.title", code...), say.L("container.why.memory.text", "Limit", LimitBytes(f.MemoryBytes))}
	case diagnosis.EngineError:
		return Words{say.L("container.why.engine.title"), say.L("container.why.engine.text")}
	case diagnosis.NotRunnable:
		return Words{say.L("container.why.notrunnable.title"), say.L("container.why.notrunnable.text")}
	case diagnosis.NotFound:
		return Words{say.L("container.why.notfound.title"), say.L("container.why.notfound.text")}
	}
	return ended(f)
}

// looping explains a container that starts again and again. Lists do not count
// how often.
func looping(f diagnosis.Finding) Words {
	w := Words{say.N("container.why.looping.title", f.Restarts), say.L("container.why.looping.text")}
	if f.Restarts <= 0 {
		w.Title = say.L("container.why.loopingnow.title")
	}
	cause := Explain(diagnosis.Finding{Reason: f.Cause, Code: f.Code, MemoryBytes: f.MemoryBytes})
	if f.Cause != diagnosis.Unknown && cause.Title != "" {
		w.Text += " " + say.L("container.why.looping.cause", "Cause", cause.Title)
	}
	return w
}

// ended explains how a program that ran came to its end.
func ended(f diagnosis.Finding) Words {
	switch f.Reason { //nolint:exhaustive // Explain has the others
	case diagnosis.Finished:
		return Words{say.L("container.why.finished.title"), say.L("container.why.finished.text")}
	case diagnosis.Failed:
		return Words{say.L("container.why.failed.title", "Code", f.Code), say.L("container.why.failed.text")}
	case diagnosis.Killed:
		return Words{say.L("container.why.killed.title"), say.L("container.why.killed.text")}
	case diagnosis.Interrupted:
		return Words{say.L("container.why.interrupted.title"), say.L("container.why.interrupted.text")}
	case diagnosis.Aborted:
		return Words{say.L("container.why.aborted.title"), say.L("container.why.aborted.text")}
	case diagnosis.Crashed:
		return Words{say.L("container.why.crashed.title"), say.L("container.why.crashed.text")}
	case diagnosis.AskedToStop:
		return Words{say.L("container.why.asked.title"), say.L("container.why.asked.text")}
	case diagnosis.BySignal:
		return Words{say.L("container.why.signal.title", "Code", f.Code, "Signal", f.Code-128), say.L("container.why.signal.text")}
	case diagnosis.Unknown:
		return Words{say.L("container.why.unknown.title"), say.L("container.why.unknown.text")}
	}
	return Words{}
}

// LimitBytes writes a limit the way it was set: in powers of two, where 256 MB
// are 256 times 1024 times 1024.
func LimitBytes(n int64) string {
	switch {
	case n > 0 && n%(1<<30) == 0:
		return say.Bytes(n >> 30 * 1e9)
	case n > 0 && n%(1<<20) == 0:
		return say.Bytes(n >> 20 * 1e6)
	}
	return say.Bytes(n)
}
