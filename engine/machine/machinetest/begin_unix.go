//go:build !windows

package machinetest

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"escale/engine/machine/driver"
)

// Begin has a driver start a virtual machine that goes by plan, and ends it with
// the test. It fills in of the spec what is the test's own: the disk, its lock,
// which nobody here holds any more when it returns, folders, and Buffers for
// Console and Log. The folder's name is as awkward as a user's may be.
func Begin(t *testing.T, d driver.Driver, plan Plan, spec driver.Spec) (driver.Instance, driver.Spec, error) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "a, b")
	plan.Write(t, dir)
	lock, err := os.OpenFile(filepath.Join(dir, "data.img.lock"), os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // the test's own folder
	if err == nil {
		err = syscall.Flock(int(lock.Fd()), syscall.LOCK_EX)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close() //nolint:errcheck // nothing is written
	spec.Data, spec.Lock, spec.Dir, spec.Sockets = filepath.Join(dir, "data.img"), lock, dir, dir
	spec.Console, spec.Log = new(Buffer), new(Buffer)
	i, err := d.Start(t.Context(), spec)
	if err == nil {
		t.Cleanup(func() {
			_ = i.Kill()
			<-i.Done()
		})
	}
	return i, spec, err
}

// Inherited fails the test unless the lock of a spec that Begin returned is held
// while the virtual machine lives, and no longer: it kills it.
func Inherited(t *testing.T, i driver.Instance, spec driver.Spec) {
	t.Helper()
	again, err := os.Open(spec.Lock.Name())
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close() //nolint:errcheck // nothing is written
	if err := syscall.Flock(int(again.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); !errors.Is(err, syscall.EWOULDBLOCK) {
		t.Errorf("while it lives: %v", err)
	}
	if err := i.Kill(); err != nil {
		t.Error(err)
	}
	<-i.Done()
	if err := syscall.Flock(int(again.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		t.Errorf("after it: %v", err)
	}
}
