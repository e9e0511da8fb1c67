package run

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What the image wants of its variables, and what engines want of networks.
func TestValidateAgainstTheRecipe(t *testing.T) {
	for name, tc := range map[string]struct {
		edit func(*Form)
		want []Problem
	}{
		"required, renamed": {func(f *Form) {
			*f = Fill("postgres", nil, Facts{})
			f.SetEnv(0, "POSTGRES_USER", "ada")
		}, []Problem{{FieldEnvName, 0, Missing}}},
		"required, unnamed": {func(f *Form) {
			*f = Fill("postgres", nil, Facts{})
			f.SetEnv(0, "", "")
		}, []Problem{{FieldEnvName, 0, Missing}, {FieldEnvValue, 0, Empty}}},
		"required, in a file": {func(f *Form) {
			*f = Fill("postgres", nil, Facts{})
			f.SetEnv(0, "POSTGRES_PASSWORD_FILE", "/run/secrets/db")
		}, nil},
		"required, removed": {func(f *Form) {
			*f = Fill("postgres", nil, Facts{})
			f.RemoveEnv(0)
			f.SetEnv(0, "POSTGRES_PASSWORD", "")
		}, []Problem{{FieldEnvValue, 0, Empty}}},
		"half of a pair": {func(f *Form) {
			*f = Fill("mongo", nil, Facts{})
			f.SetEnv(1, f.Env[1].Name, "")
		}, []Problem{{FieldEnvValue, 1, Alone}}},
		"other half removed": {func(f *Form) {
			*f = Fill("mongo", nil, Facts{})
			f.RemoveEnv(0)
		}, []Problem{{FieldEnvValue, 0, Alone}}},
		"no pair": {func(f *Form) {
			*f = Fill("mongo", nil, Facts{})
			f.SetEnv(0, f.Env[0].Name, "")
			f.RemoveEnv(1)
		}, nil},
		"network unnamed":       {func(f *Form) { f.SetNewNetwork(" ") }, []Problem{{FieldNetwork, -1, Empty}}},
		"network's letters":     {func(f *Form) { f.SetNewNetwork("my net") }, []Problem{{FieldNetwork, -1, Letters}}},
		"network taken":         {func(f *Form) { f.facts.Networks = []string{"web"}; f.SetNewNetwork("web") }, []Problem{{FieldNetwork, -1, Taken}}},
		"network of the engine": {func(f *Form) { f.SetNewNetwork("host") }, []Problem{{FieldNetwork, -1, Taken}}},
		"new network":           {func(f *Form) { f.SetNewNetwork("web") }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			f := Fill("redis", nil, Facts{})
			tc.edit(&f)
			if diff := cmp.Diff(tc.want, f.Validate()); diff != "" {
				t.Error(diff)
			}
		})
	}
}
