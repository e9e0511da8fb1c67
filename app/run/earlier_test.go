package run

import (
	"testing"

	"escale/engine"
)

func TestPasswordOfAnEarlierVolume(t *testing.T) {
	facts := Facts{Volumes: map[string]bool{"hello-postgres-data": false, "other": true}}
	f := Fill("postgres", nil, facts)
	made := f.Env[0].Value
	f.SetVolume(0, "hello-postgres-data", f.Volumes[0].Target)
	if r := f.Env[0]; r.Value != "" || r.Generated || f.Unknown() != "hello-postgres-data" || len(f.Secrets()) != 0 {
		t.Errorf("a password that the database will not take is kept: %+v", r)
	}
	if p := f.Validate(); len(p) != 1 || p[0] != (Problem{FieldEnvValue, 0, Earlier}) {
		t.Errorf("problems %v", p)
	}
	f.Remember("other", engine.ContainerDetail{Env: []engine.EnvVar{{Name: "POSTGRES_PASSWORD", Value: "wrong"}}})
	f.Remember("hello-postgres-data", engine.ContainerDetail{
		Container: engine.Container{Name: "old"}, Env: []engine.EnvVar{{Name: "POSTGRES_PASSWORD", Value: "known"}},
	})
	if r := f.Env[0]; r.Value != "known" || r.From != "old" || f.Unknown() != "" || len(f.Validate()) > 0 {
		t.Errorf("not taken from the container: %+v", r)
	}
	f.SetVolume(0, "other", f.Volumes[0].Target)
	if f.Unknown() != "other" {
		t.Errorf("the password of one volume is taken for another's: %+v", f.Env[0])
	}
	f.SetVolume(0, "brand-new", f.Volumes[0].Target)
	if r := f.Env[0]; !r.Generated || r.Value == "" || r.Value == made || r.Earlier != "" {
		t.Errorf("no password for a new volume: %+v", r)
	}
	f.SetEnv(0, "POSTGRES_PASSWORD", "typed")
	f.SetVolume(0, "other", f.Volumes[0].Target)
	f.SetVolume(0, "brand-new", f.Volumes[0].Target)
	if r := f.Env[0]; r.Value != "typed" || r.Earlier != "" {
		t.Errorf("what was typed was lost: %+v", r)
	}
}

func TestOtherVolumesHaveNoPassword(t *testing.T) {
	facts := Facts{Volumes: map[string]bool{"scripts": false}}
	f := Fill("mariadb", nil, facts)
	f.AddVolume()
	f.SetVolume(1, "scripts", "/docker-entrypoint-initdb.d")
	if f.Unknown() != "" || len(f.Secrets()) != 1 {
		t.Errorf("the database is new: %+v", f.Env)
	}
	f.SetVolume(0, "scripts", "/var/lib/mysql")
	f.RemoveVolume(0)
	if f.Unknown() != "" || len(f.Secrets()) != 1 {
		t.Errorf("the database is new again: %+v", f.Env)
	}
	g := Fill("mariadb", nil, Facts{})
	g.SetVolume(0, "mine", "/var/lib/mysql")
	g.Refresh(Facts{Volumes: map[string]bool{"mine": true}})
	if g.Unknown() != "" {
		t.Error("a volume that this very form made is no earlier one")
	}
}
