package helper

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"escale/engine/machine"
	"escale/engine/machine/driver"
	"escale/engine/machine/virtiofs"
	"escale/engine/machine/wire"
)

// sharedFolder is a folder of a run.
type sharedFolder struct {
	machine.Share
	tag     string
	problem machine.ShareProblem // why it is not shared after all
}

// learnSharing finds out whether folders can be shared here, for the status.
func (h *Helper) learnSharing() {
	can := h.sharing()
	h.canShare.Store(&can)
}

// sharing says whether the driver can share folders here. The first time that
// may take a moment.
func (h *Helper) sharing() machine.Sharing {
	sharer, does := h.driver.(driver.Sharer)
	if !does {
		return machine.SharingNoDriver
	}
	err := sharer.Sharing()
	switch {
	case err == nil:
		return machine.SharingWorks
	case errors.Is(err, driver.ErrNoShareProgram):
		return machine.SharingNoProgram
	case errors.Is(err, driver.ErrSharingForbidden):
		return machine.SharingForbidden
	default:
		return machine.SharingNoDriver
	}
}

// chooseShares are the folders that a boot shares. One that went, or became
// something that must not be shared, is left out: the machine is worth more.
func (r *run) chooseShares() []driver.Share {
	can := len(r.resources.Shares) == 0 || r.vm.h.sharing() == machine.SharingWorks
	var all []sharedFolder
	var out []driver.Share
	for i, s := range r.resources.Shares {
		one := sharedFolder{Share: s, tag: fmt.Sprint("share", i)}
		var wrong *machine.ShareError
		switch err := machine.CheckShares(r.vm.h.home, []machine.Share{s}, r.vm.dataFolder()); {
		case !can:
			one.problem = machine.ShareFailed
		case errors.As(err, &wrong):
			one.problem = wrong.Problem
		default:
			out = append(out, driver.Share{Tag: one.tag, Dir: s.Path, ReadOnly: s.ReadOnly})
		}
		all = append(all, one)
	}
	r.note(func() { r.shares = all })
	return out
}

// dataFolder is where the machine's data was moved to; "" for its own folder.
func (v *vm) dataFolder() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.stored.Folder
}

// refuse notes the folders that the driver left out.
func (r *run) refuse(instance driver.Instance) {
	with, does := instance.(driver.Shared)
	if !does {
		return
	}
	refused := with.Refused()
	for _, s := range r.wanted() {
		if err := refused[s.tag]; err != nil {
			r.refuseShare(s.tag, err.Error(), problemOf(err))
		}
	}
}

func problemOf(err error) machine.ShareProblem {
	if errors.Is(err, virtiofs.ErrFolder) {
		return machine.ShareMissing
	}
	return machine.ShareFailed
}

func (r *run) refuseShare(tag, why string, problem machine.ShareProblem) {
	r.vm.h.log.Warn("folder not shared", "machine", r.vm.name, "share", tag, "why", why)
	r.note(func() {
		for i := range r.shares {
			if r.shares[i].tag == tag {
				r.shares[i].problem = problem
			}
		}
	})
}

// wanted are the folders that the guest is to mount.
func (r *run) wanted() []sharedFolder {
	r.vm.mu.Lock()
	defer r.vm.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(r.shares), func(s sharedFolder) bool { return s.problem != "" })
}

// nameShares tells the guest what to mount where. Its engine waits for that, for
// a while.
func (r *run) nameShares(ctx context.Context, session *wire.Session) {
	if len(r.resources.Shares) == 0 {
		return
	}
	all := r.wanted()
	header := wire.Header{Do: wire.Shares}
	for _, s := range all {
		header.Shares = append(header.Shares, wire.Share{Tag: s.tag, Path: s.Path, ReadOnly: s.ReadOnly})
	}
	var answer wire.Answer
	err := session.Ask(ctx, header, &answer)
	if err == nil {
		err = answer.Err() // a guest of before there were folders says that it does not know
	}
	for _, s := range all {
		switch why := answer.Refused[s.tag]; {
		case err != nil:
			r.refuseShare(s.tag, err.Error(), machine.ShareFailed)
		case strings.HasPrefix(why, wire.RefusedPlace+":"):
			r.refuseShare(s.tag, why, machine.SharePlace)
		case why != "":
			r.refuseShare(s.tag, why, machine.ShareFailed)
		}
	}
}

// sharedFolders are the machine's, and what became of each. The caller holds the
// lock.
func (v *vm) sharedFolders() []machine.SharedFolder {
	var out []machine.SharedFolder
	var now []sharedFolder
	if v.current != nil {
		now = v.current.shares
	}
	wanted := v.stored.Shares
	for _, s := range wanted {
		one := machine.SharedFolder{Share: s, State: machine.ShareStateOff}
		if v.current != nil {
			one.State = machine.ShareStateNext
		}
		for _, is := range now {
			if is.Share == s {
				one.State, one.Problem = stateOf(is)
			}
		}
		out = append(out, one)
	}
	for _, is := range now {
		same := func(s machine.Share) bool { return s.Path == is.Path }
		if is.problem == "" && !slices.ContainsFunc(wanted, same) {
			out = append(out, machine.SharedFolder{Share: is.Share, State: machine.ShareStateLast})
		}
	}
	return out
}

func stateOf(s sharedFolder) (machine.ShareState, machine.ShareProblem) {
	if s.problem != "" {
		return machine.ShareStateFailed, s.problem
	}
	return machine.ShareStateShared, ""
}
