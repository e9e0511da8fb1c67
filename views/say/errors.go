package say

import (
	"context"
	"errors"

	"escale/app/compare"
	"escale/app/parcel"
	"escale/engine"
)

// Message is an error in plain words: what happened, what to do, and the
// engine's own words for whoever wants them.
type Message struct {
	Title, Hint string
	Detail      string // never shown unasked
	Retry       bool   // trying again may help
}

// Error words an error. It is the only place that does.
func Error(err error) Message {
	if err == nil {
		return Message{}
	}
	if errors.Is(err, engine.ErrUnreachable) && errors.Is(err, engine.ErrUnsupported) {
		return Message{Title: L("error.new.title"), Hint: L("error.new.hint"), Detail: err.Error()}
	}
	if folder, ok := errors.AsType[*engine.MissingFolderError](err); ok {
		return Message{Title: L("error.folder.title"), Hint: L("error.folder.hint.path", "Path", folder.Path), Detail: err.Error(), Retry: true}
	}
	if folder, ok := errors.AsType[*parcel.Error](err); ok {
		return Message{Title: L("run.copy.failed"), Hint: CopyProblem(folder), Detail: err.Error(), Retry: true}
	}
	if m, ok := machineError(err); ok {
		m.Detail = err.Error()
		return m
	}
	for _, known := range wordings() {
		if errors.Is(err, known.is) {
			return Message{Title: known.title, Hint: known.hint, Detail: err.Error(), Retry: known.retry}
		}
	}
	return Message{Title: L("error.other.title"), Hint: L("error.other.hint"), Detail: err.Error(), Retry: true}
}

type wording struct {
	is          error
	title, hint string
	retry       bool
}

// wordings are looked up in order: the particular before the general.
func wordings() []wording {
	return append(reachWordings(), objectWordings()...)
}

// reachWordings are about the way to the engine.
func reachWordings() []wording {
	return []wording{
		{compare.ErrElsewhere, L("compare.elsewhere.title"), L("compare.elsewhere.hint"), false},
		{compare.ErrNoMachine, L("compare.nomachine.title"), L("compare.nomachine.hint"), false},
		{compare.ErrNoAnswer, L("compare.noanswer.title"), L("compare.noanswer.hint"), true},
		{engine.ErrRegistry, L("error.registry.title"), L("error.registry.hint"), true},
		{engine.ErrNoEngine, L("error.noengine.title"), L("error.noengine.hint"), true},
		{engine.ErrSocketMissing, L("error.socket.title"), L("error.socket.hint"), true},
		{engine.ErrPermission, L("error.permission.title"), L("error.permission.hint"), true},
		{engine.ErrRefused, L("error.refused.title"), L("error.refused.hint"), true},
		{engine.ErrHostUnknown, L("error.host.title"), L("error.host.hint"), true},
		{engine.ErrTLS, L("error.tls.title"), L("error.tls.hint"), true},
		{engine.ErrSSH, L("error.ssh.title"), L("error.ssh.hint"), true},
		{engine.ErrTooOld, L("error.old.title"), L("error.old.hint"), true},
		{engine.ErrServer, L("error.server.title"), L("error.server.hint"), true},
		{engine.ErrNotEngine, L("error.notengine.title"), L("error.notengine.hint"), true},
		{engine.ErrContextInvalid, L("error.context.title"), L("error.context.hint"), true},
		{engine.ErrStalled, L("error.stalled.title"), L("error.stalled.hint"), true},
		{engine.ErrTimeout, L("error.timeout.title"), L("error.timeout.hint"), true},
		{engine.ErrUnreachable, L("error.unreachable.title"), L("error.unreachable.hint"), true},
		{context.Canceled, L("error.cancelled.title"), L("error.cancelled.hint"), true},
		{context.DeadlineExceeded, L("error.timeout.title"), L("error.timeout.hint"), true},
	}
}

// objectWordings are about what was asked of the engine.
func objectWordings() []wording {
	return []wording{
		{engine.ErrImageMissing, L("error.image.title"), L("error.image.hint"), true},
		{engine.ErrPortTaken, L("error.port.title"), L("error.port.hint"), true},
		{engine.ErrPortReserved, L("error.lowport.title"), L("error.lowport.hint"), false},
		{engine.ErrNoFolder, L("error.folder.title"), L("error.folder.hint"), true},
		{engine.ErrCommand, L("error.command.title"), L("error.command.hint"), false},
		{engine.ErrNoSpace, L("error.space.title"), L("error.space.hint"), true},
		{engine.ErrRateLimited, L("error.rate.title"), L("error.rate.hint"), true},
		{engine.ErrNoSuchTag, L("error.tag.title"), L("error.tag.hint"), false},
		{engine.ErrNoSuchImage, L("error.nosuch.title"), L("error.nosuch.hint"), false},
		{engine.ErrNoPlatform, L("error.platform.title"), L("error.platform.hint"), false},
		{engine.ErrDenied, L("error.denied.title"), L("error.denied.hint"), false},
		{engine.ErrInUse, L("error.inuse.title"), L("error.inuse.hint"), false},
		{engine.ErrConflict, L("error.conflict.title"), L("error.conflict.hint"), false},
		{engine.ErrUnsupported, L("error.unsupported.title"), L("error.unsupported.hint"), false},
		{engine.ErrInvalid, L("error.invalid.title"), L("error.invalid.hint"), false},
		{engine.ErrNotFound, L("error.notfound.title"), L("error.notfound.hint"), false},
	}
}

// CopyProblem words why a folder cannot be copied into a volume.
func CopyProblem(e *parcel.Error) string {
	switch e.Problem {
	case parcel.Missing:
		return L("run.copy.missing", "Path", e.Path)
	case parcel.NoDir:
		return L("run.copy.nodir", "Path", e.Path)
	case parcel.Closed:
		return L("run.copy.closed", "Path", e.Path)
	case parcel.Changed:
		return L("run.copy.changed", "Path", e.Path)
	case parcel.Broken:
	}
	return L("run.copy.broken", "Path", e.Path)
}
