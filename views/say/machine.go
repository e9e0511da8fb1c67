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

// MachineStepDone words a step that was taken.
func MachineStepDone(name string) string {
	switch name {
	case "image":
		return L("machine.did.image")
	case "disk":
		return L("machine.did.disk")
	case "vm":
		return L("machine.did.vm")
	case "kernel":
		return L("machine.did.kernel")
	case "root":
		return L("machine.did.root")
	case "network":
		return L("machine.did.network")
	case "data":
		return L("machine.did.data")
	case "engine":
		return L("machine.did.engine")
	case "ready":
		return L("machine.did.ready")
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
	case machine.CauseDiskLocked:
		return m(L("machine.cause.locked.title"), L("machine.cause.locked.hint"))
	case machine.CauseDiskForeign:
		return m(L("machine.cause.foreign.title"), L("machine.cause.foreign.hint"))
	case machine.CauseQEMUMissing:
		return m(L("machine.cause.qemu.title"), L("machine.cause.qemu.hint"))
	case machine.CauseQEMUFailed:
		return m(L("machine.cause.ended.title"), L("machine.cause.ended.hint"))
	case machine.CauseBootStuck:
		return m(L("machine.cause.stuck.title"), L("machine.cause.stuck.hint"))
	case machine.CauseEngineFailed:
		return m(L("machine.cause.engine.title"), L("machine.cause.engine.hint"))
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
