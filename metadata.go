package main

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	fyneapp "fyne.io/fyne/v2/app"
)

// A program that is not made by Fyne's own tool must say itself what it is:
// without this, the toolkit looks for a FyneApp.toml in the folder where the
// program was started, whoever that belongs to.
func init() { fyneapp.SetMetadata(metadata(manifest)) }

// metadata reads what FyneApp.toml says, the one place that states it. Which
// migrations are made is said by a build tag: the program that tests play leaves
// it out, to be told of calls on the wrong goroutine.
func metadata(manifest string) fyne.AppMetadata {
	values := map[string]string{}
	for line := range strings.Lines(manifest) {
		if name, value, ok := strings.Cut(line, "="); ok {
			values[strings.TrimSpace(name)] = strings.Trim(strings.TrimSpace(value), `"`)
		}
	}
	build, _ := strconv.Atoi(values["Build"]) // 0 where there is none
	return fyne.AppMetadata{
		ID: values["ID"], Name: values["Name"], Version: values["Version"], Build: build,
		Release: true,
	}
}
