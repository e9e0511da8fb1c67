package main

import (
	"bytes"
	"os"
	"os/exec"
	"testing"
)

// commandVariable makes the test program Escale.
const commandVariable = "ESCALE_TEST_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(commandVariable) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// TestCommandsAnswerAlone: before the first word of a command there is none of
// the toolkit's, whatever the locale.
func TestCommandsAnswerAlone(t *testing.T) {
	for _, locale := range []string{"", "C", "C.UTF-8", "POSIX", "xx_YY.UTF-8"} {
		command := exec.CommandContext(t.Context(), os.Args[0], "--version")
		command.Env = append(os.Environ(), commandVariable+"=yes", "LANG="+locale, "LC_ALL=", "LC_MESSAGES=", "LANGUAGE=")
		var said, complained bytes.Buffer
		command.Stdout, command.Stderr = &said, &complained
		if err := command.Run(); err != nil || said.String() != "Escale "+version()+"\n" || complained.Len() > 0 {
			t.Errorf("with LANG=%s: %v, %q, %q", locale, err, said.String(), complained.String())
		}
	}
}
