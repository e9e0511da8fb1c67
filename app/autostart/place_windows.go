package autostart

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/windows/registry"
)

// Where Windows keeps what the session of a user starts, and what the user has
// switched off in the Task Manager.
const (
	runKey      = `Software\Microsoft\Windows\CurrentVersion\Run`
	approvedKey = `Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run`
	valueName   = "Escale"
)

// registered is the place in the registry.
type registered struct{}

func here() place { return registered{} }

func (registered) read() (program string, on bool, err error) {
	key, err := registry.OpenKey(registry.CURRENT_USER, runKey, registry.QUERY_VALUE)
	if errors.Is(err, registry.ErrNotExist) {
		return "", false, nil
	}
	if err != nil {
		return "", false, err
	}
	defer key.Close() //nolint:errcheck // only read
	line, _, err := key.GetStringValue(valueName)
	if errors.Is(err, registry.ErrNotExist) {
		return "", false, nil
	}
	if err != nil {
		return "", false, err
	}
	kept, err := switchedOff()
	return parseRunValue(line), approved(kept), err
}

func switchedOff() ([]byte, error) {
	key, err := registry.OpenKey(registry.CURRENT_USER, approvedKey, registry.QUERY_VALUE)
	if errors.Is(err, registry.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer key.Close() //nolint:errcheck // only read
	kept, _, err := key.GetBinaryValue(valueName)
	if errors.Is(err, registry.ErrNotExist) {
		return nil, nil
	}
	return kept, err
}

func (registered) write(program string) error {
	key, _, err := registry.CreateKey(registry.CURRENT_USER, runKey, registry.SET_VALUE)
	if err != nil {
		return err
	}
	err = key.SetStringValue(valueName, runValue(program))
	return errors.Join(err, key.Close(), forget(approvedKey))
}

func (registered) remove() error { return errors.Join(forget(runKey), forget(approvedKey)) }

// forget takes our value out of a key.
func forget(path string) error {
	key, err := registry.OpenKey(registry.CURRENT_USER, path, registry.SET_VALUE)
	if errors.Is(err, registry.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	err = key.DeleteValue(valueName)
	if errors.Is(err, registry.ErrNotExist) {
		err = nil
	}
	return errors.Join(err, key.Close())
}

// thisProgram is the file that the user starts.
func thisProgram() (string, error) {
	program, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("find this program: %w", err)
	}
	return program, fit(program)
}
