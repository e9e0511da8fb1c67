package runsheet

import (
	"maps"

	"escale/app/run"
	"escale/views/kit"
	"escale/views/say"
)

// place is where a problem is.
type place struct {
	field run.Field
	row   int
}

// byPlace sorts problems by where they are; the first one of a place counts.
func byPlace(problems []run.Problem) map[place]run.Code {
	m := make(map[place]run.Code, len(problems))
	for _, p := range problems {
		at := place{p.Field, p.Row}
		if _, known := m[at]; !known {
			m[at] = p.Code
		}
	}
	return m
}

// fieldInput is an input and the field it is for.
type fieldInput struct {
	field run.Field
	input *kit.Input
}

// mark colours the inputs of a row that hold a problem, and returns the words
// for the first one.
func mark(problems map[place]run.Code, row int, inputs ...fieldInput) string {
	words := ""
	for _, in := range inputs {
		code, bad := problems[place{in.field, row}]
		if !bad {
			in.input.ClearProblem()
			continue
		}
		in.input.SetProblem(kit.Problem)
		if words == "" {
			words = problemWords(in.field, code)
		}
	}
	return words
}

type fault struct {
	field run.Field
	code  run.Code
}

// problemWords says how to mend a field.
func problemWords(field run.Field, code run.Code) string {
	words := identityWords()
	maps.Copy(words, rowWords())
	maps.Copy(words, optionWords())
	return words[fault{field, code}]
}

func identityWords() map[fault]string {
	return map[fault]string{
		{run.FieldName, run.Empty}:   say.L("run.bad.name.empty"),
		{run.FieldName, run.Letters}: say.L("run.bad.name.letters"),
		{run.FieldName, run.Taken}:   say.L("run.bad.name.taken"),
		{run.FieldTag, run.Empty}:    say.L("run.bad.tag.empty"),
		{run.FieldTag, run.Letters}:  say.L("run.bad.tag.letters"),
	}
}

func rowWords() map[fault]string {
	return map[fault]string{
		{run.FieldHostPort, run.NotPort}:  say.L("run.bad.port"),
		{run.FieldHostPort, run.Repeated}: say.L("run.bad.port.repeated"),
		{run.FieldPort, run.NotPort}:      say.L("run.bad.port"),
		{run.FieldVolume, run.Empty}:      say.L("run.bad.volume.empty"),
		{run.FieldVolume, run.Letters}:    say.L("run.bad.volume.letters"),
		{run.FieldVolume, run.Taken}:      say.L("run.bad.volume.taken"),
		{run.FieldVolume, run.Repeated}:   say.L("run.bad.volume.repeated"),
		{run.FieldVolume, run.NotPath}:    say.L("run.bad.volume.path"),
		{run.FieldTarget, run.Empty}:      say.L("run.bad.target.empty"),
		{run.FieldTarget, run.NotPath}:    say.L("run.bad.target.path"),
		{run.FieldTarget, run.Root}:       say.L("run.bad.target.root"),
		{run.FieldTarget, run.Repeated}:   say.L("run.bad.target.repeated"),
		{run.FieldEnvName, run.Empty}:     say.L("run.bad.envname.empty"),
		{run.FieldEnvName, run.Letters}:   say.L("run.bad.envname.letters"),
		{run.FieldEnvName, run.Repeated}:  say.L("run.bad.envname.repeated"),
		{run.FieldEnvValue, run.Empty}:    say.L("run.bad.envvalue.empty"),
		{run.FieldEnvValue, run.Earlier}:  say.L("run.bad.envvalue.empty"),
		{run.FieldEnvValue, run.Letters}:  say.L("run.bad.envvalue.letters"),
	}
}

func optionWords() map[fault]string {
	return map[fault]string{
		{run.FieldMemory, run.NotSize}:     say.L("run.bad.memory"),
		{run.FieldMemory, run.TooSmall}:    say.L("run.bad.memory.small"),
		{run.FieldCPUs, run.NotNumber}:     say.L("run.bad.cpus"),
		{run.FieldCPUs, run.TooSmall}:      say.L("run.bad.cpus.small"),
		{run.FieldCPUs, run.TooLarge}:      say.L("run.bad.cpus.large"),
		{run.FieldNetwork, run.Empty}:      say.L("run.bad.network.empty"),
		{run.FieldNetwork, run.Letters}:    say.L("run.bad.volume.letters"),
		{run.FieldNetwork, run.Taken}:      say.L("run.bad.network.taken"),
		{run.FieldCommand, run.OpenQuote}:  say.L("run.bad.command"),
		{run.FieldCommand, run.Letters}:    say.L("run.bad.envvalue.letters"),
		{run.FieldRemoveEnd, run.Conflict}: say.L("run.bad.remove"),
	}
}

// firstWords says what to do before Run can be pressed.
func firstWords(field run.Field) string {
	switch field {
	case run.FieldName:
		return say.L("run.first.name")
	case run.FieldTag:
		return say.L("run.first.tag")
	case run.FieldHostPort, run.FieldPort:
		return say.L("run.first.port")
	case run.FieldVolume, run.FieldTarget:
		return say.L("run.first.volume")
	case run.FieldEnvName, run.FieldEnvValue:
		return say.L("run.first.env")
	case run.FieldMemory, run.FieldCPUs, run.FieldCommand, run.FieldRemoveEnd, run.FieldNetwork:
	}
	return say.L("run.first.options")
}
