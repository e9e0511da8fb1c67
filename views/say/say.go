// Package say holds the app's voice: translations, figures and times the way
// the language writes them, and errors in plain words.
package say

import (
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"escale/assets"
)

// Languages are those that the app speaks, with the name each gives itself.
var Languages = []struct{ Code, Name string }{{"en", "English"}, {"fr", "Français"}}

// voice is one language. The texts are read when it first speaks: a start that
// hands over to the program that runs says nothing.
type voice struct {
	code string
	loc  func() *i18n.Localizer
}

var current atomic.Pointer[voice]

func init() { SetLanguage("en") }

// SetLanguage switches to "en" or "fr"; anything else is English. Views must be
// built again afterwards.
func SetLanguage(code string) {
	if code != "fr" {
		code = "en"
	}
	current.Store(&voice{code, sync.OnceValue(func() *i18n.Localizer { return i18n.NewLocalizer(bundle(), code) })})
}

// Language is the language in use: "en" or "fr".
func Language() string { return current.Load().code }

// bundle reads every translation file, once.
var bundle = sync.OnceValue(func() *i18n.Bundle {
	b := i18n.NewBundle(language.English)
	files, err := fs.Glob(assets.Translations, "translations/*/*.json")
	if err != nil {
		panic(fmt.Sprintf("list translations: %v", err))
	}
	for _, name := range files {
		content, err := assets.Translations.ReadFile(name)
		if err != nil {
			panic(fmt.Sprintf("read %s: %v", name, err))
		}
		// The loader takes the language from the file's name.
		code := path.Base(path.Dir(name))
		if _, err := b.ParseMessageFileBytes(content, code+".json"); err != nil {
			panic(fmt.Sprintf("parse %s: %v", name, err))
		}
	}
	return b
})

// L is the text of a key. Arguments are pairs of a placeholder's name and its
// value: L("run.port.taken", "Port", 8080) fills "{{.Port}}". A key that no
// language has shows itself, and a test fails.
func L(key string, args ...any) string {
	return localize(&i18n.LocalizeConfig{MessageID: key, TemplateData: data(args)}, key)
}

// N is the text of a key with singular and plural forms; {{.N}} is the count,
// which may be a fraction: "0.5 CPUs", « 0,5 processeur ».
func N[T int | float64](key string, n T, args ...any) string {
	values := data(args)
	values["N"] = number(float64(n))
	count := strconv.FormatFloat(float64(n), 'f', -1, 64) // languages look at its digits
	return localize(&i18n.LocalizeConfig{MessageID: key, TemplateData: values, PluralCount: count}, key)
}

func localize(config *i18n.LocalizeConfig, key string) string {
	text, err := current.Load().loc().Localize(config)
	if err != nil && text == "" {
		return key
	}
	return text
}

func data(args []any) map[string]any {
	values := make(map[string]any, len(args)/2+1)
	for i := 0; i+1 < len(args); i += 2 {
		values[fmt.Sprint(args[i])] = args[i+1]
	}
	return values
}

// SystemLanguage picks the app's language from the system's list of locales,
// such as "fr_FR.UTF-8:en" or "fr-CA".
func SystemLanguage(locales ...string) string {
	for _, list := range locales {
		for one := range strings.SplitSeq(list, ":") {
			switch lower := strings.ToLower(one); {
			case strings.HasPrefix(lower, "fr"):
				return "fr"
			case strings.HasPrefix(lower, "en"):
				return "en"
			}
		}
	}
	return "en"
}
