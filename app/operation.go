package app

import (
	"context"
	"fmt"
	"time"

	"escale/app/store"
	"escale/app/task"
	"escale/engine"
)

// The deadlines of operations; those of the disk are the adapter's. A stop gets
// its grace on top of answerWait.
const (
	answerWait = 5 * time.Second  // list, inspect, and whatever should be instant
	workWait   = 30 * time.Second // create, start, remove
	slowWait   = 30 * time.Second // what measures the disk
	pruneWait  = 5 * time.Minute  // prune, and remove an image: as much as is on the disk
	doubtAfter = 2 * time.Second  // an answer that takes longer makes the session ping
	settleWait = time.Second      // for the store to show what an operation did
	stopGrace  = 10 * time.Second
)

// operation is one thing to do to one object.
type operation struct {
	verb    store.Verb
	subject string
	object  string // ID or name
	kind    engine.Kind
	limit   time.Duration // 0 is none
	loud    bool          // shown in the drawer from the start
	do      func(ctx context.Context, eng engine.Engine, report func(task.Progress)) error
}

// operate starts op as a task and returns its ID.
func (a *App) operate(op operation) int {
	spec := task.Spec{
		Key:  fmt.Sprintf("%s:%s:%s", op.verb, op.kind, op.object),
		Verb: op.verb, Subject: op.subject, ObjectID: op.object, Quiet: !op.loud,
	}
	return a.Tasks.Start(spec, func(ctx context.Context, report func(task.Progress)) error {
		eng, release, err := a.Session.Acquire()
		if err != nil {
			return err
		}
		defer release()
		a.awaken(ctx)
		if err := a.attempt(ctx, op, eng, report); err != nil {
			a.Session.Refresh(op.kind)
			return err
		}
		a.settle(ctx, op.kind, op.object)
		return nil
	})
}

// attempt does op within its limit, and has the session look after an engine
// that takes long.
func (a *App) attempt(ctx context.Context, op operation, eng engine.Engine, report func(task.Progress)) error {
	if op.limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = timely(ctx, op.limit)
		defer cancel()
	}
	doubt := time.AfterFunc(doubtAfter, a.Session.Suspect)
	defer doubt.Stop()
	if err := op.do(ctx, eng, report); err != nil {
		return overdue(ctx, err)
	}
	return nil
}

// settle waits, not for long, until the store shows what was done to an
// object, so that its busy mark does not go before its row has changed. Some
// engines send no event for everything: reading again does not rely on them.
func (a *App) settle(ctx context.Context, kind engine.Kind, id string) {
	ctx, cancel := context.WithTimeout(ctx, settleWait)
	defer cancel()
	a.Session.Settle(ctx, kind, id)
}

// on is the work of an operation that needs neither progress nor a result.
func on(do func(ctx context.Context, eng engine.Engine) error) func(context.Context, engine.Engine, func(task.Progress)) error {
	return func(ctx context.Context, eng engine.Engine, _ func(task.Progress)) error { return do(ctx, eng) }
}
