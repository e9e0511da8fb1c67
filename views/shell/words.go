package shell

import (
	"strconv"

	"escale/app/store"
	"escale/app/task"
	"escale/views/say"
)

// taskTitle says what a task does.
func taskTitle(t task.Task) string {
	name := t.Subject
	switch t.Verb {
	case store.VerbRun:
		return say.L("task.run", "Name", name)
	case store.VerbPull:
		return say.L("task.pull", "Name", name)
	case store.VerbCreate:
		return say.L("task.create", "Name", name)
	case store.VerbStart:
		return say.L("task.start", "Name", name)
	case store.VerbStop:
		return say.L("task.stop", "Name", name)
	case store.VerbRestart:
		return say.L("task.restart", "Name", name)
	case store.VerbPause:
		return say.L("task.pause", "Name", name)
	case store.VerbResume:
		return say.L("task.resume", "Name", name)
	case store.VerbKill:
		return say.L("task.kill", "Name", name)
	case store.VerbRename:
		return say.L("task.rename", "Name", name)
	case store.VerbRemove:
		return say.L("task.remove", "Name", name)
	case store.VerbUpdate:
		return say.L("task.update", "Name", name)
	case store.VerbPrune:
		return say.L("task.prune")
	case store.VerbTag:
		return say.L("task.tag", "Name", name)
	case store.VerbConnect:
		return say.L("task.connect", "Name", name)
	case store.VerbTrim, store.VerbReclaim:
		return say.L("task.tidy", "Name", name)
	case store.VerbReset:
		return say.L("task.reset", "Name", name)
	case store.VerbBackup:
		return say.L("task.backup", "Name", name)
	case store.VerbRestore:
		return say.L("task.restore", "Name", name)
	case store.VerbMove:
		return say.L("task.move", "Name", name)
	case store.VerbUpgrade:
		return say.L("task.upgrade", "Name", name)
	case store.VerbCompare:
		return say.L("task.compare")
	case store.VerbKeep:
		return say.L("task.keep", "Name", name)
	}
	return name
}

// taskDone says that a task has succeeded.
func taskDone(t task.Task) string {
	name := t.Subject
	switch t.Verb {
	case store.VerbRun:
		return say.L("task.run.done", "Name", name)
	case store.VerbPull:
		return say.L("task.pull.done", "Name", name)
	case store.VerbCreate:
		return say.L("task.create.done", "Name", name)
	case store.VerbStart:
		return say.L("task.start.done", "Name", name)
	case store.VerbStop:
		return say.L("task.stop.done", "Name", name)
	case store.VerbRestart:
		return say.L("task.restart.done", "Name", name)
	case store.VerbPause:
		return say.L("task.pause.done", "Name", name)
	case store.VerbResume:
		return say.L("task.resume.done", "Name", name)
	case store.VerbRemove:
		return say.L("task.remove.done", "Name", name)
	case store.VerbPrune:
		if freed, err := strconv.ParseInt(t.Result, 10, 64); err == nil {
			return say.L("task.prune.freed", "Size", say.Bytes(freed))
		}
		return say.L("task.prune.done")
	case store.VerbReset:
		return say.L("task.reset.done", "Name", name)
	case store.VerbBackup:
		return say.L("task.backup.done", "Name", name)
	case store.VerbRestore:
		return say.L("task.restore.done", "Name", name)
	case store.VerbMove:
		return say.L("task.move.done", "Name", name)
	case store.VerbUpgrade:
		return say.L("task.upgrade.done", "Name", name)
	case store.VerbCompare:
		return say.L("task.compare.done")
	case store.VerbKeep:
		return say.L("task.keep.done", "Name", name)
	case store.VerbKill, store.VerbRename, store.VerbUpdate, store.VerbTag, store.VerbConnect,
		store.VerbTrim, store.VerbReclaim:
	}
	return say.L("task.other.done", "Name", name)
}

// taskFailed says what could not be done.
func taskFailed(t task.Task) string {
	name := t.Subject
	switch t.Verb {
	case store.VerbRun, store.VerbStart:
		return say.L("task.start.failed", "Name", name)
	case store.VerbPull:
		return say.L("task.pull.failed", "Name", name)
	case store.VerbCreate:
		return say.L("task.create.failed", "Name", name)
	case store.VerbStop, store.VerbKill:
		return say.L("task.stop.failed", "Name", name)
	case store.VerbRestart:
		return say.L("task.restart.failed", "Name", name)
	case store.VerbPause:
		return say.L("task.pause.failed", "Name", name)
	case store.VerbResume:
		return say.L("task.resume.failed", "Name", name)
	case store.VerbRemove:
		return say.L("task.remove.failed", "Name", name)
	case store.VerbPrune:
		return say.L("task.prune.failed")
	case store.VerbReset:
		return say.L("task.reset.failed", "Name", name)
	case store.VerbBackup:
		return say.L("task.backup.failed", "Name", name)
	case store.VerbRestore:
		return say.L("task.restore.failed", "Name", name)
	case store.VerbMove:
		return say.L("task.move.failed", "Name", name)
	case store.VerbUpgrade:
		return say.L("task.upgrade.failed", "Name", name)
	case store.VerbCompare:
		return say.L("task.compare.failed")
	case store.VerbKeep:
		return say.L("task.keep.failed", "Name", name)
	case store.VerbRename, store.VerbUpdate, store.VerbTag, store.VerbConnect,
		store.VerbTrim, store.VerbReclaim:
	}
	return say.L("task.other.failed", "Name", name)
}

// stageTitle says what a stage of a task does.
func stageTitle(s task.Stage) string {
	switch s {
	case task.StagePull:
		return say.L("task.stage.pull")
	case task.StageCopy:
		return say.L("task.stage.copy")
	case task.StageNetwork:
		return say.L("task.stage.network")
	case task.StageCreate:
		return say.L("task.stage.create")
	case task.StageStart:
		return say.L("task.stage.start")
	case task.StageCommit:
		return say.L("task.stage.commit")
	case task.StageKeep:
		return say.L("task.stage.keep")
	case task.StageCompare:
		return say.L("task.stage.compare")
	}
	return string(s)
}
