// Package life words what a container does and what can be done with it, the
// same way in the list and on the container's page.
package life

import (
	"strings"
	"sync"
	"time"
	"unicode"

	"escale/app/diagnosis"
	"escale/app/recipe"
	"escale/app/store"
	"escale/engine"
	"escale/views/kit"
	"escale/views/say"
)

// SlowAfter is how long an action may take before its row says so and offers
// to cancel it.
const SlowAfter = 2 * time.Second

// State is a container's state as an icon and a word; Trouble says that the
// word stands for something that went wrong.
type State struct {
	Condition kit.Condition
	Word      string
	Trouble   bool
}

// StateOf words a container's state. A busy mark goes before it. Of a row of
// the list, give engine.ContainerDetail{Container: row}.
func StateOf(d engine.ContainerDetail, busy store.Busy, now time.Time) State {
	if busy.Verb != "" {
		word := BusyWord(busy.Verb)
		if now.Sub(busy.Since) >= SlowAfter {
			word = say.L("container.busy.slow")
		}
		return State{Condition: kit.IsStarting, Word: word}
	}
	f := diagnosis.Of(d)
	s := State{Condition: kit.IsStopped, Word: reasonWord(f), Trouble: f.Trouble()}
	switch {
	case f.Reason == diagnosis.Running && d.Health == "unhealthy":
		return State{Condition: kit.IsFailed, Word: say.L("container.state.unhealthy"), Trouble: true}
	case f.Reason == diagnosis.Running:
		s.Condition = kit.IsRunning
	case f.Reason == diagnosis.Paused:
		s.Condition = kit.IsPaused
	case f.Reason == diagnosis.Removing:
		s.Condition = kit.IsStarting
	case s.Trouble:
		s.Condition = kit.IsFailed
	}
	return s
}

// BusyWord is what is being done, as "Stopping…".
func BusyWord(v store.Verb) string {
	switch v {
	case store.VerbStart, store.VerbRun, store.VerbCreate:
		return say.L("container.busy.start")
	case store.VerbStop:
		return say.L("container.busy.stop")
	case store.VerbRestart:
		return say.L("container.busy.restart")
	case store.VerbPause:
		return say.L("container.busy.pause")
	case store.VerbResume:
		return say.L("container.busy.resume")
	case store.VerbKill:
		return say.L("container.busy.kill")
	case store.VerbRemove:
		return say.L("container.busy.remove")
	case store.VerbRename, store.VerbUpdate, store.VerbPull, store.VerbPrune, store.VerbTag, store.VerbConnect,
		store.VerbTrim, store.VerbReclaim, store.VerbReset,
		store.VerbBackup, store.VerbRestore, store.VerbMove, store.VerbUpgrade, store.VerbCompare, store.VerbKeep:
		return say.L("container.busy.update")
	}
	return say.L("container.busy.update")
}

func reasonWord(f diagnosis.Finding) string {
	switch f.Reason {
	case diagnosis.Running:
		return say.L("container.state.running")
	case diagnosis.Paused:
		return say.L("container.state.paused")
	case diagnosis.Created:
		return say.L("container.state.created")
	case diagnosis.Removing:
		return say.L("container.busy.remove")
	case diagnosis.Looping:
		return say.L("container.state.looping")
	case diagnosis.Dead:
		return say.L("container.state.dead")
	case diagnosis.PortTaken:
		return say.L("container.state.port")
	case diagnosis.NoCommand, diagnosis.NotFound:
		return say.L("container.state.command")
	case diagnosis.NoPermission, diagnosis.NotRunnable:
		return say.L("container.state.denied")
	case diagnosis.WrongCPU:
		return say.L("container.state.cpu")
	case diagnosis.NoMount:
		return say.L("container.state.mount")
	case diagnosis.NoStart, diagnosis.EngineError:
		return say.L("container.state.start")
	case diagnosis.OutOfMemory:
		return say.L("container.state.memory")
	case diagnosis.Killed:
		return say.L("container.state.killed")
	case diagnosis.Interrupted:
		return say.L("container.state.interrupted")
	case diagnosis.Aborted:
		return say.L("container.state.aborted")
	case diagnosis.Crashed:
		return say.L("container.state.crashed")
	case diagnosis.BySignal, diagnosis.Failed:
		return say.L("container.state.failed", "Code", f.Code)
	case diagnosis.Unknown, diagnosis.Finished, diagnosis.AskedToStop:
		return say.L("container.state.stopped")
	}
	return say.L("container.state.stopped")
}

// Initials are the one or two letters that stand for an image: "N" for
// "nginx:1.29", "Py" for "python". An image with a recipe has the recipe's.
func Initials(image string) string {
	name := image[strings.LastIndexByte(image, '/')+1:]
	if i := strings.IndexAny(name, ":@"); i > 0 {
		name = name[:i]
	}
	if letters, ok := known()[name]; ok {
		return letters
	}
	for _, r := range name {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return string(unicode.ToUpper(r))
		}
	}
	return "?"
}

// known are the letters of images by their name.
var known = sync.OnceValue(func() map[string]string {
	letters := map[string]string{"metabase": "Mb", "php": "Ph"}
	for _, r := range recipe.All() {
		letters[r.Image[strings.LastIndexByte(r.Image, '/')+1:]] = r.Glyph
	}
	return letters
})
