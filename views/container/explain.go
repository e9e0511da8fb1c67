package container

import (
	"escale/app/diagnosis"
	"escale/views/say"
)

// explain puts a finding in plain words.
func explain(f diagnosis.Finding) words {
	code := []any{"Code", f.Code}
	switch f.Reason { //nolint:exhaustive // ended has the others
	case diagnosis.Paused:
		return words{say.L("container.why.paused.title"), say.L("container.why.paused.text")}
	case diagnosis.Created:
		return words{say.L("container.why.created.title"), say.L("container.why.created.text")}
	case diagnosis.Dead:
		return words{say.L("container.why.dead.title"), say.L("container.why.dead.text")}
	case diagnosis.Looping:
		w := words{say.N("container.why.looping.title", f.Restarts), say.L("container.why.looping.text")}
		if cause := explain(diagnosis.Finding{Reason: f.Cause, Code: f.Code, MemoryBytes: f.MemoryBytes}); cause.title != "" {
			w.text += " " + say.L("container.why.looping.cause", "Cause", cause.title)
		}
		return w
	case diagnosis.PortTaken:
		if f.Port == "" {
			return words{say.L("container.why.port.title"), say.L("container.why.port.text")}
		}
		return words{say.L("container.why.portnamed.title", "Port", f.Port), say.L("container.why.port.text")}
	case diagnosis.NoCommand:
		return words{say.L("container.why.command.title"), say.L("container.why.command.text")}
	case diagnosis.NoPermission:
		return words{say.L("container.why.denied.title"), say.L("container.why.denied.text")}
	case diagnosis.WrongCPU:
		return words{say.L("container.why.cpu.title"), say.L("container.why.cpu.text")}
	case diagnosis.NoMount:
		return words{say.L("container.why.mount.title"), say.L("container.why.mount.text")}
	case diagnosis.NoStart:
		return words{say.L("container.why.start.title"), say.L("container.why.start.text")}
	case diagnosis.OutOfMemory:
		if f.MemoryBytes <= 0 {
			return words{say.L("container.why.memory.title", code...), say.L("container.why.memoryhost.text")}
		}
		return words{say.L("container.why.memory.title", code...), say.L("container.why.memory.text", "Limit", limitBytes(f.MemoryBytes))}
	case diagnosis.EngineError:
		return words{say.L("container.why.engine.title"), say.L("container.why.engine.text")}
	case diagnosis.NotRunnable:
		return words{say.L("container.why.notrunnable.title"), say.L("container.why.notrunnable.text")}
	case diagnosis.NotFound:
		return words{say.L("container.why.notfound.title"), say.L("container.why.notfound.text")}
	}
	return ended(f)
}

// ended explains how a program that ran came to its end.
func ended(f diagnosis.Finding) words {
	switch f.Reason { //nolint:exhaustive // explain has the others
	case diagnosis.Finished:
		return words{say.L("container.why.finished.title"), say.L("container.why.finished.text")}
	case diagnosis.Failed:
		return words{say.L("container.why.failed.title", "Code", f.Code), say.L("container.why.failed.text")}
	case diagnosis.Killed:
		return words{say.L("container.why.killed.title"), say.L("container.why.killed.text")}
	case diagnosis.Interrupted:
		return words{say.L("container.why.interrupted.title"), say.L("container.why.interrupted.text")}
	case diagnosis.Aborted:
		return words{say.L("container.why.aborted.title"), say.L("container.why.aborted.text")}
	case diagnosis.Crashed:
		return words{say.L("container.why.crashed.title"), say.L("container.why.crashed.text")}
	case diagnosis.AskedToStop:
		return words{say.L("container.why.asked.title"), say.L("container.why.asked.text")}
	case diagnosis.BySignal:
		return words{say.L("container.why.signal.title", "Code", f.Code, "Signal", f.Code-128), say.L("container.why.signal.text")}
	case diagnosis.Unknown:
		return words{say.L("container.why.unknown.title"), say.L("container.why.unknown.text")}
	}
	return words{}
}
