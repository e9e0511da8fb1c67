package life

import (
	"strings"
	"testing"

	"escale/app/diagnosis"
	"escale/engine"
	"escale/views/say"
)

func TestEveryReasonIsExplained(t *testing.T) {
	for _, language := range []string{"en", "fr"} {
		say.SetLanguage(language)
		defer say.SetLanguage("en")
		for _, reason := range []diagnosis.Reason{
			diagnosis.Paused, diagnosis.Created, diagnosis.Looping, diagnosis.Dead, diagnosis.PortTaken, diagnosis.NoCommand,
			diagnosis.NoPermission, diagnosis.WrongCPU, diagnosis.NoMount, diagnosis.NoStart, diagnosis.Unknown, diagnosis.Finished, diagnosis.Failed,
			diagnosis.EngineError, diagnosis.NotRunnable, diagnosis.NotFound, diagnosis.OutOfMemory, diagnosis.Killed, diagnosis.Interrupted,
			diagnosis.Aborted, diagnosis.Crashed, diagnosis.AskedToStop, diagnosis.BySignal,
		} {
			w := Explain(diagnosis.Finding{Reason: reason, Cause: diagnosis.Failed, Code: 137, MemoryBytes: 1 << 28, Port: "80"})
			if w.Title == "" || w.Text == "" || strings.Contains(w.Title+w.Text, "container.why") || strings.Contains(w.Title+w.Text, "no value") {
				t.Errorf("%s, %s: %q", language, reason, w)
			}
		}
	}
}

// A row of the list does not count restarts: no words about none.
func TestLoopThatNobodyCounted(t *testing.T) {
	row := engine.Container{State: engine.StateRestarting, ExitCode: 127}
	w := Explain(diagnosis.Of(engine.ContainerDetail{Container: row}))
	if strings.Contains(w.Title, "0") || !strings.Contains(w.Text, Explain(diagnosis.Finding{Reason: diagnosis.NotFound, Code: 127}).Title) {
		t.Errorf("%+v", w)
	}
	row.ExitCode = -1
	if w := Explain(diagnosis.Of(engine.ContainerDetail{Container: row})); strings.Contains(w.Text, Explain(diagnosis.Finding{Reason: diagnosis.Unknown}).Title) {
		t.Errorf("an unknown end explains nothing: %+v", w)
	}
}
