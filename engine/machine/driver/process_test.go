package driver

import (
	"errors"
	"os"
	"os/exec"
	"testing"
)

// TestProcess: its end is known when its owner says so, and killing what has
// ended is no error, before that and after.
func TestProcess(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := NewProcess(exec.CommandContext(t.Context(), self, "-test.run", "^$"))
	if err := p.Command.Start(); err != nil {
		t.Fatal(err)
	}
	if p.PID() == os.Getpid() || p.PID() <= 0 {
		t.Errorf("it is process %d", p.PID())
	}
	if err := p.Command.Wait(); err != nil {
		t.Fatal(err)
	}
	if err := p.Kill(); err != nil {
		t.Errorf("killed though it has ended: %v", err)
	}
	select {
	case <-p.Done():
		t.Error("done though nothing is released")
	default:
	}
	if err := p.Err(); err != nil {
		t.Errorf("why it ended, before it has: %v", err)
	}
	p.Over(ErrPoweredOff)
	<-p.Done()
	if err := p.Err(); !errors.Is(err, ErrPoweredOff) {
		t.Errorf("ended: %v", err)
	}
	if err := p.Kill(); err != nil {
		t.Errorf("killed afterwards: %v", err)
	}
}
