package wsl

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"escale/engine/machine/driver"
	"escale/engine/machine/machinetest"
)

// TestUpdateKeepsData: a newer root goes into the distribution that is there; the
// same one does nothing.
func TestUpdateKeepsData(t *testing.T) {
	b := newBench(t, machinetest.Plan{})
	b.once()
	disk := b.disk()
	disk.Data = "precious"
	disk.Write(t, b.Disk(b.spec.Dir))
	b.once()
	if got := b.disk(); got != (machinetest.Disk{Root: "one", Data: "precious"}) {
		t.Errorf("the same root: %+v", got)
	}
	b.root("two")
	b.once()
	if got := b.disk(); got != (machinetest.Disk{Root: "two", Spare: "one", Updates: 1, Data: "precious"}) {
		t.Errorf("another root: %+v", got)
	}
	if calls := b.Calls(); strings.Count(calls, "--import ") != 1 || strings.Contains(calls, "--unregister") {
		t.Errorf("calls: %s", calls)
	}
}

// TestFailedUpdateIsTriedAgain: the data is there meanwhile.
func TestFailedUpdateIsTriedAgain(t *testing.T) {
	b := newBench(t, machinetest.Plan{})
	b.once()
	b.root("two")
	b.Set(machinetest.WindowsPlan{NoUpdate: true})
	if _, err := b.Start(t.Context(), b.spec); err == nil || !strings.Contains(err.Error(), "no space left") {
		t.Errorf("got %v", err)
	}
	if got := b.disk(); got.Root != "one" {
		t.Errorf("got %+v", got)
	}
	b.Set(machinetest.WindowsPlan{})
	b.once()
	if got := b.disk(); got.Root != "two" || got.Updates != 1 {
		t.Errorf("got %+v", got)
	}
}

// TestBrokenInitIsLeft: a root with whose init nothing can be done is left for the
// one of before, by the init that brought it.
func TestBrokenInitIsLeft(t *testing.T) {
	b := newBench(t, machinetest.Plan{})
	b.once()
	disk := b.disk()
	disk.Data = "precious"
	disk.Write(t, b.Disk(b.spec.Dir))
	b.Set(machinetest.WindowsPlan{Broken: "two"})
	b.root("two")
	i := b.begin()
	<-i.Done()
	if got := b.disk(); got.Root != "two" || errors.Is(i.Err(), driver.ErrPoweredOff) {
		t.Fatalf("it runs %+v, and ended: %v", got, i.Err())
	}
	b.root("one")
	b.once()
	if got := b.disk(); got.Root != "one" || got.Data != "precious" {
		t.Errorf("got %+v", got)
	}
}

// TestUnfinishedImportIsDoneAgain: no engine ever ran in what it left.
func TestUnfinishedImportIsDoneAgain(t *testing.T) {
	b := newBench(t, machinetest.Plan{})
	b.Set(machinetest.WindowsPlan{HalfWay: true})
	if _, err := b.Start(t.Context(), b.spec); err == nil {
		t.Fatal("half an import is one")
	}
	if got := b.disk(); got.Root != "half" {
		t.Fatalf("got %+v", got)
	}
	b.Set(machinetest.WindowsPlan{})
	b.once()
	if got := b.disk(); got != (machinetest.Disk{Root: "one"}) {
		t.Errorf("got %+v", got)
	}
}

// TestForgottenDistribution: WSL was installed anew and knows nothing, but the
// disk is there.
func TestForgottenDistribution(t *testing.T) {
	b := newBench(t, machinetest.Plan{})
	b.once()
	disk := b.disk()
	disk.Data = "precious"
	disk.Write(t, b.Disk(b.spec.Dir))
	b.Forget()
	b.once()
	if got := b.disk(); got.Data != "precious" || got.Root != "one" {
		t.Errorf("got %+v", got)
	}
	if len(b.Distributions()) != 1 {
		t.Errorf("there is %v", b.Distributions())
	}
}

func TestRemove(t *testing.T) {
	b := newBench(t, machinetest.Plan{})
	if err := b.Remove(t.Context(), b.spec.Name, b.spec.Dir); err != nil || b.Calls() != "" {
		t.Errorf("a machine that never was: %v, %s", err, b.Calls())
	}
	b.once()
	if err := b.Remove(t.Context(), b.spec.Name, b.spec.Dir); err != nil || len(b.Distributions()) != 0 {
		t.Errorf("%v, there is %v", err, b.Distributions())
	}
	if _, err := os.Stat(filepath.Dir(b.Disk(b.spec.Dir))); !os.IsNotExist(err) {
		t.Errorf("its folder: %v", err)
	}
	if err := b.Remove(t.Context(), b.spec.Name, b.spec.Dir); err != nil { // unregistered, but not noted
		t.Errorf("twice: %v", err)
	}
}
