package say

import (
	"errors"

	"escale/engine"
	"escale/engine/machine"
)

// MachineStep words a step of the Escale Machine's start that is under way, or
// still to come; name is a machine.Step's.
func MachineStep(name string) string {
	switch name {
	case "move":
		return L("machine.step.move")
	case "backup":
		return L("machine.step.backup")
	case "restore":
		return L("machine.step.restore")
	case "verify":
		return L("machine.step.verify")
	case "image":
		return L("machine.step.image")
	case "disk":
		return L("machine.step.disk")
	case "vm":
		return L("machine.step.vm")
	case "kernel":
		return L("machine.step.kernel")
	case "root":
		return L("machine.step.root")
	case "network":
		return L("machine.step.network")
	case "data":
		return L("machine.step.data")
	case "engine":
		return L("machine.step.engine")
	case "ready":
		return L("machine.step.ready")
	}
	return L("machine.step.other")
}

// MachinePart words a part of the start, which is several steps: "files",
// "linux", "storage" or "engine".
func MachinePart(name string) string {
	switch name {
	case "files":
		return L("machine.step.image")
	case "linux":
		return L("machine.part.linux")
	case "storage":
		return L("machine.part.storage")
	case "engine":
		return L("machine.step.engine")
	}
	return MachineStep(name)
}

// MachinePartDone words a part that is over.
func MachinePartDone(name string) string {
	switch name {
	case "files":
		return L("machine.did.image")
	case "linux":
		return L("machine.did.linux")
	case "storage":
		return L("machine.did.storage")
	case "engine":
		return L("machine.did.engine")
	}
	return L("machine.did.other")
}

// MachineCause words why a machine failed, and what to do. Its Detail is empty.
func MachineCause(c machine.Cause) Message {
	m := func(title, hint string) Message { return Message{Title: title, Hint: hint, Retry: true} }
	switch c {
	case machine.CauseNoVirtualization:
		return m(L("machine.cause.virtualization.title"), L("machine.cause.virtualization.hint"))
	case machine.CauseNotEnoughMemory:
		return m(L("machine.cause.memory.title"), L("machine.cause.memory.hint"))
	case machine.CauseNotEnoughDisk:
		return m(L("machine.cause.space.title"), L("machine.cause.space.hint"))
	case machine.CauseImageMissing:
		return m(L("machine.cause.missing.title"), L("machine.cause.missing.hint"))
	case machine.CauseImageDamaged:
		return m(L("machine.cause.damaged.title"), L("machine.cause.damaged.hint"))
	case machine.CauseImageNotFetched:
		return m(L("machine.cause.fetch.title"), L("machine.cause.fetch.hint"))
	case machine.CauseToolsMissing:
		return m(L("machine.cause.tools.title"), L("machine.cause.tools.hint"))
	case machine.CauseToolsNotFetched:
		return m(L("machine.cause.toolsfetch.title"), L("machine.cause.toolsfetch.hint"))
	case machine.CauseDiskLocked:
		return m(L("machine.cause.locked.title"), L("machine.cause.locked.hint"))
	case machine.CauseDiskForeign:
		return m(L("machine.cause.foreign.title"), L("machine.cause.foreign.hint"))
	case machine.CauseQEMUMissing:
		return m(L("machine.cause.qemu.title"), L("machine.cause.qemu.hint"))
	case machine.CauseWSLMissing:
		return m(L("machine.cause.wsl.title"), L("machine.cause.wsl.hint"))
	case machine.CauseWSLTooOld:
		return m(L("machine.cause.wslold.title"), L("machine.cause.wslold.hint"))
	case machine.CauseQEMUFailed:
		return m(L("machine.cause.ended.title"), L("machine.cause.ended.hint"))
	case machine.CauseBootStuck:
		return m(L("machine.cause.stuck.title"), L("machine.cause.stuck.hint"))
	case machine.CauseEngineFailed:
		return m(L("machine.cause.engine.title"), L("machine.cause.engine.hint"))
	case machine.CauseImageTooOld:
		return m(L("machine.cause.old.title"), L("machine.cause.old.hint"))
	case machine.CauseDiskMissing:
		return m(L("machine.cause.gone.title"), L("machine.cause.gone.hint"))
	case machine.CauseDiskFailed:
		return m(L("machine.cause.broken.title"), L("machine.cause.broken.hint"))
	}
	return m(L("machine.cause.other.title"), L("machine.cause.other.hint"))
}

// ShareProblem words why a folder cannot be shared with the machine, or is not.
func ShareProblem(p machine.ShareProblem) string {
	switch p {
	case machine.ShareMissing:
		return L("machine.share.missing")
	case machine.ShareName:
		return L("machine.share.name")
	case machine.ShareLink:
		return L("machine.share.link")
	case machine.ShareTooMuch:
		return L("machine.share.toomuch")
	case machine.ShareOwn:
		return L("machine.share.own")
	case machine.ShareSecrets:
		return L("machine.share.secrets")
	case machine.SharePlace:
		return L("machine.share.place")
	case machine.ShareOverlaps:
		return L("machine.share.overlaps")
	case machine.ShareTooMany:
		return L("machine.share.many")
	case machine.ShareFailed:
	}
	return L("machine.share.failed")
}

// machineError words an error of the machine; false for others.
func machineError(err error) (Message, bool) {
	if failed, ok := errors.AsType[*machine.Failure](err); ok {
		return MachineCause(failed.Cause), true
	}
	if folder, ok := errors.AsType[*machine.ShareError](err); ok {
		return Message{Title: L("machine.share.title"), Hint: ShareProblem(folder.Problem)}, true
	}
	if refused, ok := errors.AsType[*machine.Refusal](err); ok {
		return machineRefusal(refused), true
	}
	switch {
	case errors.Is(err, machine.ErrImageMissing):
		return MachineCause(machine.CauseImageMissing), true
	case errors.Is(err, machine.ErrHelperMissing):
		return Message{Title: L("machine.helper.missing.title"), Hint: L("machine.helper.missing.hint")}, true
	case errors.Is(err, machine.ErrHelperFailed), errors.Is(err, machine.ErrNoHelper):
		return Message{Title: L("machine.helper.failed.title"), Hint: L("machine.helper.failed.hint"), Retry: true}, true
	case errors.Is(err, engine.ErrNotStarted):
		return Message{Title: L("machine.stopped.title"), Hint: L("machine.stopped.hint"), Retry: true}, true
	}
	return Message{}, false
}

// machineRefusal words why something was refused, and what to do.
func machineRefusal(r *machine.Refusal) Message {
	m := func(title, hint string) Message { return Message{Title: title, Hint: hint} }
	switch r.Reason {
	case machine.RefusedMissing:
		return m(L("machine.refused.missing.title"), L("machine.refused.missing.hint"))
	case machine.RefusedReadOnly:
		return m(L("machine.refused.readonly.title"), L("machine.refused.readonly.hint"))
	case machine.RefusedSameDisk:
		return m(L("machine.refused.same.title"), L("machine.refused.same.hint"))
	case machine.RefusedNoLocks, machine.RefusedNoHoles:
		return m(L("machine.refused.kind.title"), L("machine.refused.kind.hint"))
	case machine.RefusedNoRoom:
		return noRoom(r.Shortage)
	case machine.RefusedFileExists:
		return m(L("machine.refused.exists.title"), L("machine.refused.exists.hint"))
	case machine.RefusedNoBackup:
		return m(L("machine.refused.nobackup.title"), L("machine.refused.nobackup.hint"))
	case machine.RefusedDamaged:
		return m(L("machine.refused.damaged.title"), L("machine.refused.damaged.hint"))
	case machine.RefusedRuns, machine.RefusedBusy:
		return m(L("machine.refused.busy.title"), L("machine.refused.busy.hint"))
	case machine.RefusedNothing:
		return m(L("machine.refused.nothing.title"), L("machine.refused.nothing.hint"))
	case machine.RefusedDataNewer:
		return m(L("machine.refused.newer.title"), L("machine.refused.newer.hint"))
	case machine.RefusedTools:
		return m(L("machine.refused.tools.title"), L("machine.refused.tools.hint"))
	case machine.RefusedThrowaway, machine.RefusedUnsupported:
	}
	return m(L("machine.refused.unsupported.title"), L("machine.refused.unsupported.hint"))
}

func noRoom(s *machine.Shortage) Message {
	if s == nil || s.NeededBytes <= 0 {
		return Message{Title: L("machine.refused.room.title"), Hint: L("machine.refused.room.hint")}
	}
	figures := []any{"Needed", Bytes(s.NeededBytes), "Free", Bytes(s.AvailableBytes)}
	return Message{Title: L("machine.refused.room.title"), Hint: L("machine.refused.room.figures", figures...)}
}

// MachinePort words what is wrong with a published port of the machine, and what
// to do; false when it is well. Its Detail is empty.
func MachinePort(p machine.Port) (Message, bool) {
	m := func(title, hint string) (Message, bool) { return Message{Title: title, Hint: hint}, true }
	port := []any{"Port", p.HostPort, "Name", p.Container}
	switch p.Error {
	case "":
		return Message{}, false
	case machine.PortInUse:
		return m(L("machine.port.used.title", port...), L("machine.port.used.hint", port...))
	case machine.PortNotAllowed:
		return m(L("machine.port.low.title", port...), L("machine.port.low.hint", port...))
	case machine.PortFailed:
	}
	return m(L("machine.port.failed.title", port...), L("machine.port.failed.hint", port...))
}
