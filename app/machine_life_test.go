package app

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"

	"escale/app/task"
	"escale/engine/machine"
)

// TestWorkOnTheData checks that a machine that runs is stopped for work on its
// data, and started again however that ends; one that rests stays so.
func TestWorkOnTheData(t *testing.T) {
	full := &machine.Refusal{Reason: machine.RefusedNoRoom}
	for name, tc := range map[string]struct {
		before machine.State
		do     func(*App) int
		refuse error
		want   []string
		after  machine.State
	}{
		"backup":         {machine.StateRunning, func(a *App) int { return a.BackupMachine("/b.tar.zst") }, nil, []string{"stop", "backup /b.tar.zst", "start"}, machine.StateRunning},
		"backup refused": {machine.StateRunning, func(a *App) int { return a.BackupMachine("/b.tar.zst") }, full, []string{"stop", "backup /b.tar.zst", "start"}, machine.StateRunning},
		"restore":        {machine.StatePaused, func(a *App) int { return a.RestoreMachine("/b.tar.zst") }, nil, []string{"stop", "restore /b.tar.zst", "start"}, machine.StateRunning},
		"move":           {machine.StateStopped, func(a *App) int { return a.MoveMachine("/big") }, nil, []string{"move /big"}, machine.StateStopped},
		"update":         {machine.StateRunning, func(a *App) int { return a.UpdateMachine(machine.UpdateOptions{}) }, nil, []string{"update"}, machine.StateRunning},
		"rollback":       {machine.StateRunning, func(a *App) int { return a.RollbackMachine(machine.RollbackOptions{Force: true}) }, nil, []string{"rollback"}, machine.StateRunning},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, m, stop := besideMachine(t)
				defer stop()
				m.Be(tc.before)
				a.ShowMachine()
				synctest.Wait()
				if !a.Store.Machine.Get().Live {
					t.Fatal("the machine is not followed")
				}
				m.Refuse(tc.refuse)
				seen := len(m.Asked())
				var ended task.Task
				defer a.Tasks.OnEnd(func(one task.Task) { ended = one })()
				tc.do(a)
				synctest.Wait()
				if got := m.Asked()[seen:]; !slices.Equal(got, tc.want) || m.Now().State != tc.after {
					t.Errorf("asked for %v, and it is %s", got, m.Now().State)
				}
				if !errors.Is(ended.Err, tc.refuse) {
					t.Errorf("it ended with %v", ended.Err)
				}
			})
		})
	}
}

// TestMachineContents checks that what is in it is read through the helper.
func TestMachineContents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, m, stop := besideMachine(t)
		defer stop()
		m.Contain(machine.Contents{Volumes: []machine.Thing{{Name: "files"}}})
		c, err := a.MachineContents(t.Context())
		if err != nil || len(c.Volumes) != 1 {
			t.Errorf("it is %+v, %v", c, err)
		}
	})
}
