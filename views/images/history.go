package images

import (
	"encoding/json"
	"regexp"
	"strings"

	"escale/engine"
	"escale/views/say"
)

var (
	nop       = regexp.MustCompile(`^/bin/sh -c #\(nop\)\s+`)
	shell     = regexp.MustCompile(`^(?:RUN )?(?:\|\d+ .*?)?/bin/sh -c\s+`)
	buildkit  = regexp.MustCompile(`\s*# buildkit$`)
	copied    = regexp.MustCompile(`^\S+ (?:in )?(\S+)$`)
	blanks    = regexp.MustCompile(`\s+`)
	firstWord = regexp.MustCompile(`^([A-Z]+)\s+(.*)$`)
)

// step says what one step of an image's making did, in plain words, and shows
// what it did it with: a command, a path, a name.
func step(h engine.HistoryEntry) (words, with string) {
	text := buildkit.ReplaceAllString(strings.TrimSpace(h.CreatedBy), "")
	if text == "" {
		return say.L("images.step.unknown"), h.Comment
	}
	text = blanks.ReplaceAllString(text, " ")
	if shell.MatchString(text) && !nop.MatchString(text) {
		return say.L("images.step.run"), shell.ReplaceAllString(text, "")
	}
	text = nop.ReplaceAllString(text, "")
	match := firstWord.FindStringSubmatch(text)
	if match == nil {
		return say.L("images.step.run"), text
	}
	return instruction(match[1], strings.TrimSpace(match[2]), text)
}

// instruction words one instruction of a Dockerfile.
func instruction(name, rest, whole string) (words, with string) {
	switch name {
	case "RUN":
		return say.L("images.step.run"), rest
	case "COPY", "ADD":
		return files(name, rest)
	case "CMD":
		return say.L("images.step.cmd"), list(rest)
	case "ENTRYPOINT":
		return say.L("images.step.entrypoint"), list(rest)
	case "ENV":
		return say.L("images.step.env"), rest
	case "EXPOSE":
		return say.L("images.step.expose"), strings.NewReplacer("map[", "", "]", "", ":{}", "").Replace(rest)
	case "VOLUME":
		return say.L("images.step.volume"), list(rest)
	case "WORKDIR":
		return say.L("images.step.workdir"), rest
	case "USER":
		return say.L("images.step.user"), rest
	case "LABEL", "MAINTAINER":
		return say.L("images.step.label"), rest
	case "HEALTHCHECK":
		return say.L("images.step.health"), rest
	case "STOPSIGNAL":
		return say.L("images.step.signal"), rest
	case "ARG", "SHELL", "ONBUILD":
		return say.L("images.step.build"), rest
	}
	return say.L("images.step.run"), whole
}

// files tells the base of the system from files added on top of it.
func files(name, rest string) (words, with string) {
	target := rest
	if match := copied.FindStringSubmatch(rest); match != nil {
		target = match[1]
	}
	if target == "/" && name == "ADD" {
		return say.L("images.step.base"), ""
	}
	return say.L("images.step.copy"), target
}

// list shows a JSON list of words as a command line.
func list(rest string) string {
	var words []string
	if json.Unmarshal([]byte(rest), &words) == nil {
		return strings.Join(words, " ")
	}
	return strings.Trim(strings.ReplaceAll(rest, `"`, ""), "[]")
}
