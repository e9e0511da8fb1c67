package keepertest

import (
	"context"

	"escale/engine/machine"
)

// Contain says what is in the machine.
func (m *Machine) Contain(c machine.Contents) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.contents = c
}

// Refuse makes what is done to the data or the image fail; nil lets it succeed.
func (m *Machine) Refuse(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.refusal = err
}

// Contents implements keeper.Machine.
func (m *Machine) Contents(context.Context, string) (machine.Contents, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.ask("contents"); err != nil {
		return machine.Contents{}, err
	}
	return m.contents, nil
}

// Backup implements keeper.Machine.
func (m *Machine) Backup(_ context.Context, _, file string, _ bool) (machine.Status, error) {
	return m.work("backup "+file, nil)
}

// Restore implements keeper.Machine.
func (m *Machine) Restore(_ context.Context, _, file string) (machine.Status, error) {
	return m.work("restore "+file, nil)
}

// Move implements keeper.Machine.
func (m *Machine) Move(_ context.Context, _, folder string) (machine.Status, error) {
	return m.work("move "+folder, func(s *machine.Status) { s.Folder = folder })
}

// work is done to a machine that does not run.
func (m *Machine) work(what string, change func(*machine.Status)) (machine.Status, error) {
	return m.do(what, func(s *machine.Status) error {
		switch {
		case m.refusal != nil:
			return m.refusal
		case s.State == machine.StateRunning || s.State == machine.StatePaused:
			return &machine.Refusal{Reason: machine.RefusedRuns, Detail: "played"}
		}
		if change != nil {
			change(s)
		}
		return nil
	})
}

// Update implements keeper.Machine.
func (m *Machine) Update(context.Context, string, machine.UpdateOptions) (machine.Status, error) {
	return m.do("update", func(s *machine.Status) error { s.Update = nil; return m.refusal })
}

// Rollback implements keeper.Machine.
func (m *Machine) Rollback(context.Context, string, machine.RollbackOptions) (machine.Status, error) {
	return m.do("rollback", func(s *machine.Status) error { s.Previous = nil; return m.refusal })
}
