package machinetest

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// windowsVariable tells wsl.exe where its computer is.
const windowsVariable = "ESCALE_TEST_WINDOWS"

// Windows is a computer that has WSL, or not.
type Windows struct {
	t   *testing.T
	dir string
}

// WindowsPlan is what is wrong with it. The zero value is a good one.
type WindowsPlan struct {
	Missing   bool   // wsl.exe only says how to install WSL
	Inbox     bool   // it is the one that came with Windows
	Version   string // instead of a good one
	Off       bool   // the processor's virtualization is off: status succeeds and says so
	Component bool   // the optional component is not enabled
	Lingers   bool   // what it starts on the way holds its output
	UTF16     bool   // it does not know WSL_UTF8
	HalfWay   bool   // an import ends half way
	NoUpdate  bool   // the distribution's init does not take a new root
	Broken    string // the root whose init can do nothing
}

// Set makes a plan the computer's.
func (w *Windows) Set(p WindowsPlan) {
	w.t.Helper()
	data, err := json.Marshal(p)
	if err == nil {
		err = os.WriteFile(filepath.Join(w.dir, planFile), data, 0o600)
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// Distributions are those that are registered, by name, and their folders.
func (w *Windows) Distributions() map[string]string {
	w.t.Helper()
	all, err := readRegistry(w.dir)
	if err != nil {
		w.t.Fatal(err)
	}
	return all
}

// Forget loses the registrations, as a new installation of WSL does.
func (w *Windows) Forget() {
	w.t.Helper()
	if err := writeRegistry(w.dir, map[string]string{}); err != nil {
		w.t.Fatal(err)
	}
}

// Calls are the command lines that wsl.exe had.
func (w *Windows) Calls() string {
	data, err := os.ReadFile(filepath.Join(w.dir, "calls"))
	if err != nil {
		return ""
	}
	return string(data)
}

func readRegistry(dir string) (map[string]string, error) {
	all := make(map[string]string)
	data, err := os.ReadFile(filepath.Join(dir, "registry.json")) //nolint:gosec // a test's
	if errors.Is(err, fs.ErrNotExist) {
		return all, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &all)
	}
	return all, err
}

func writeRegistry(dir string, all map[string]string) error {
	data, err := json.Marshal(all)
	if err != nil {
		return err
	}
	// In one step: a test looks at it at any time.
	file := filepath.Join(dir, "registry.json")
	fresh := file + "." + strconv.Itoa(os.Getpid())
	if err := os.WriteFile(fresh, data, 0o600); err != nil {
		return err
	}
	return os.Rename(fresh, file)
}

// Disk is what plays a distribution's disk.
type Disk struct {
	Root    string // what its root was made of
	Spare   string `json:",omitempty"` // the root that the spare init is from
	Updates int
	Data    string // anything that the test puts there
}

// ReadDisk reads a distribution's disk.
func ReadDisk(t *testing.T, file string) Disk {
	t.Helper()
	d, err := readDisk(file)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Write writes it.
func (d Disk) Write(t *testing.T, file string) {
	t.Helper()
	if err := d.write(file); err != nil {
		t.Fatal(err)
	}
}

func readDisk(file string) (d Disk, err error) {
	data, err := os.ReadFile(file) //nolint:gosec // a test's
	if err == nil {
		err = json.Unmarshal(data, &d)
	}
	return d, err
}

func (d Disk) write(file string) error {
	data, err := json.Marshal(d)
	if err != nil {
		return err
	}
	return os.WriteFile(file, data, 0o600) //nolint:gosec // a test's
}
