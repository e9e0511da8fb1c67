package recipefile

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escale/app/ansi"
	"escale/app/run"
	"escale/engine"
)

// whole is a file with every field of the format.
const whole = `{
  "format": "escale-recipe", "version": 1,
  "image": "ghcr.io/team/blog:2", "name": "blog",
  "ports": [{"container": 80, "host": 8080, "protocol": "tcp", "open": "http"}, {"container": 53, "protocol": "udp"}],
  "openToNetwork": true,
  "environment": [
    {"name": "TITLE", "value": "My blog\nsecond line"}, {"name": "EMPTY", "value": ""},
    {"name": "ADMIN_PASSWORD", "secret": "generate"}, {"name": "MAIL_TOKEN", "secret": "ask"}
  ],
  "volumes": [
    {"inside": "/data", "volume": "blog-data"}, {"inside": "/pictures", "folder": "Your pictures", "readOnly": true},
    {"inside": "/var/run/docker.sock", "engineSocket": true}
  ],
  "command": ["serve", "--title", "it's mine"],
  "network": "web", "hostname": "blog", "memory": "512 MB", "cpus": "1.5", "restart": "on-failure", "terminal": true
}`

func TestParseFillsTheForm(t *testing.T) {
	file, err := Parse([]byte("\ufeff" + whole))
	if err != nil {
		t.Fatal(err)
	}
	f := file.Form(run.Facts{Names: map[string]bool{"blog": true}, Ports: map[uint16]bool{8080: true}, Networks: []string{"bridge"}})
	spec := f.Spec()
	password := f.Value("ADMIN_PASSWORD")
	want := engine.ContainerSpec{
		Name: "blog-2", Image: "ghcr.io/team/blog:2",
		Env:   []engine.EnvVar{{Name: "TITLE", Value: "My blog\nsecond line"}, {Name: "EMPTY"}, {Name: "ADMIN_PASSWORD", Value: password}, {Name: "MAIL_TOKEN"}},
		Ports: []engine.PortBinding{{Host: 8081, Container: 80, Protocol: "tcp"}, {Host: 8053, Container: 53, Protocol: "udp"}},
		Mounts: []engine.Mount{
			{Kind: engine.MountVolume, Source: "blog-data", Target: "/data"},
			{Kind: engine.MountVolume, Target: "/pictures", ReadOnly: true},
			{Kind: engine.MountBind, Source: "/var/run/docker.sock", Target: "/var/run/docker.sock"},
		},
		Command: []string{"serve", "--title", "it's mine"}, Network: "web", Hostname: "blog", MemoryBytes: 512 << 20, NanoCPUs: 1.5e9,
		Restart: engine.RestartOnFailure, TTY: true, OpenStdin: true,
	}
	if diff := cmp.Diff(want, spec); diff != "" {
		t.Error(diff)
	}
	if len(password) != 19 || !f.NewNetwork || f.Ports[0].Skipped != 8080 {
		t.Errorf("password %q, new network %v, the port moved from %d", password, f.NewNetwork, f.Ports[0].Skipped)
	}
	// What is missing is asked for: nothing runs before it is there.
	missing := []run.Problem{{Field: run.FieldVolume, Row: 1, Code: run.Empty}, {Field: run.FieldEnvValue, Row: 3, Code: run.Empty}}
	if diff := cmp.Diff(missing, f.Validate()); diff != "" {
		t.Error(diff)
	}
	risks := []run.Risk{
		{Kind: run.RiskSocket, Name: "/var/run/docker.sock", Place: "/var/run/docker.sock"},
		{Kind: run.RiskRead, Place: "/pictures"},
		{Kind: run.RiskPublic},
		{Kind: run.RiskRegistry, Name: "ghcr.io"},
	}
	if diff := cmp.Diff(risks, f.Risks()); diff != "" {
		t.Error(diff)
	}
}

// A starter does not start without its password, whatever a file says.
func TestStarterKeepsWhatItNeeds(t *testing.T) {
	file, err := Parse([]byte(`{"format":"escale-recipe","version":1,"image":"postgres"}`))
	if err != nil {
		t.Fatal(err)
	}
	f := file.Form(run.Facts{})
	if f.Value("POSTGRES_PASSWORD") == "" || f.Ref() != "postgres:latest" || f.Name == "" || len(f.Validate()) > 0 {
		t.Errorf("the form holds %+v, wrong are %v", f.Env, f.Validate())
	}
}

func TestParseRefuses(t *testing.T) {
	recipe := func(fields string) string {
		return `{"format":"escale-recipe","version":1,"image":"nginx",` + fields + `}`
	}
	long := strings.Repeat("x", longest+1)
	for name, tc := range map[string]struct {
		text  string
		why   Why
		field string
	}{
		"nothing":              {"", NotRecipe, ""},
		"a picture":            {"\x89PNG\r\n\x1a\n", NotRecipe, ""},
		"other JSON":           {`{"services": {}}`, NotRecipe, ""},
		"a list":               {`[]`, NotRecipe, ""},
		"breaks off":           {whole[:len(whole)/2], Damaged, ""},
		"goes on":              {recipe(`"name":"web"`) + "{}", Damaged, ""},
		"not UTF-8":            {recipe(`"name":"` + "\xff" + `"`), Damaged, ""},
		"no version":           {`{"format":"escale-recipe"}`, Bad, "version"},
		"version as text":      {`{"format":"escale-recipe","version":"1"}`, Bad, "version"},
		"newer":                {`{"format":"escale-recipe","version":2,"wonder":true}`, Newer, ""},
		"too large":            {recipe(`"name":"` + strings.Repeat("x", MostBytes) + `"`), TooLarge, ""},
		"too deep":             {recipe(`"name":` + strings.Repeat("[", 9) + strings.Repeat("]", 9)), TooLarge, ""},
		"too many values":      {recipe(`"command":[` + strings.TrimSuffix(strings.Repeat("1,", mostValues), ",") + `]`), TooLarge, ""},
		"too many rows":        {recipe(`"ports":[` + strings.TrimSuffix(strings.Repeat(`{"container":1},`, mostRows+1), ",") + `]`), TooLarge, "ports"},
		"no image":             {`{"format":"escale-recipe","version":1}`, Bad, "image"},
		"image twice":          {recipe(`"image":"redis"`), Bad, "image"},
		"capital letters":      {`{"format":"escale-recipe","version":1,"image":"Nginx"}`, Bad, "image"},
		"an ID":                {`{"format":"escale-recipe","version":1,"image":"sha256:` + strings.Repeat("a", 64) + `"}`, Bad, "image"},
		"unknown":              {recipe(`"wonder":true`), Unknown, "wonder"},
		"capitals are unknown": {recipe(`"Name":"web"`), Unknown, "Name"},
		"unknown in a row":     {recipe(`"ports":[{"container":80},{"container":81,"ip":"::"}]`), Unknown, "ports[2].ip"},
		"unknown, hidden":      {recipe(`"a\u202eb":1`), Unknown, "a�b"},
		"privileged":           {recipe(`"privileged":true`), Forbidden, "privileged"},
		"capabilities":         {recipe(`"cap_add":["SYS_ADMIN"]`), Forbidden, "cap_add"},
		"devices":              {recipe(`"devices":[]`), Forbidden, "devices"},
		"a host path":          {recipe(`"volumes":[{"inside":"/x","source":"/etc"}]`), Forbidden, "volumes[1].source"},
		"a path as a volume":   {recipe(`"volumes":[{"inside":"/x","volume":"/etc"}]`), Bad, "volumes[1].volume"},
		"two kinds":            {recipe(`"volumes":[{"inside":"/x","volume":"a1","folder":"b"}]`), Bad, "volumes[1].volume"},
		"no kind":              {recipe(`"volumes":[{"inside":"/x"}]`), Bad, "volumes[1].volume"},
		"the whole container":  {recipe(`"volumes":[{"inside":"/","volume":"a1"}]`), Bad, "volumes[1].inside"},
		"port 0":               {recipe(`"ports":[{"container":0}]`), Bad, "ports[1].container"},
		"port 1.5":             {recipe(`"ports":[{"container":1.5}]`), Bad, "ports[1].container"},
		"host port 70000":      {recipe(`"ports":[{"container":1,"host":70000}]`), Bad, "ports[1].host"},
		"same port":            {recipe(`"ports":[{"container":1,"host":7},{"container":2,"host":7}]`), Bad, "ports[2].host"},
		"protocol":             {recipe(`"ports":[{"container":1,"protocol":"icmp"}]`), Bad, "ports[1].protocol"},
		"value and secret":     {recipe(`"environment":[{"name":"A","value":"1","secret":"ask"}]`), Bad, "environment[1].secret"},
		"neither":              {recipe(`"environment":[{"name":"A"}]`), Bad, "environment[1].secret"},
		"secret, unknown":      {recipe(`"environment":[{"name":"A","secret":"guess"}]`), Bad, "environment[1].secret"},
		"variable twice":       {recipe(`"environment":[{"name":"A","value":"1"},{"name":"A","value":"2"}]`), Bad, "environment[2].name"},
		"variable's name":      {recipe(`"environment":[{"name":"A B","value":"1"}]`), Bad, "environment[1].name"},
		"value too long":       {recipe(`"environment":[{"name":"A","value":"` + long + `"}]`), Bad, "environment[1].value"},
		"value hides":          {recipe(`"environment":[{"name":"A","value":"\u202ex"}]`), Bad, "environment[1].value"},
		"escape sequence":      {recipe(`"name":"\u001b[31mred"`), Bad, "name"},
		"name":                 {recipe(`"name":"my web"`), Bad, "name"},
		"network":              {recipe(`"network":"container:db"`), Bad, "network"},
		"hostname":             {recipe(`"hostname":"a b"`), Bad, "hostname"},
		"memory":               {recipe(`"memory":"lots"`), Bad, "memory"},
		"memory as number":     {recipe(`"memory":5`), Bad, "memory"},
		"cpus":                 {recipe(`"cpus":"-1"`), Bad, "cpus"},
		"restart":              {recipe(`"restart":"often"`), Bad, "restart"},
		"command as text":      {recipe(`"command":"ls"`), Bad, "command"},
		"word of the command":  {recipe(`"command":["ls","\u0000"]`), Bad, "command"},
		"ends and restarts":    {recipe(`"removeAtEnd":true,"restart":"always"`), Bad, "removeAtEnd"},
		"flag as text":         {recipe(`"openToNetwork":"no"`), Bad, "openToNetwork"},
		"row is no object":     {recipe(`"ports":[80]`), Bad, "ports[1]"},
		"null":                 {recipe(`"name":null`), Bad, "name"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse([]byte(tc.text))
			e, ok := errors.AsType[*Error](err)
			if !ok || e.Why != tc.why || e.Field != tc.field {
				t.Errorf("got %v, want %s %s", err, tc.why, tc.field)
			}
		})
	}
}

func TestRead(t *testing.T) {
	dir := t.TempDir()
	why := func(path string) Why {
		_, err := Read(path)
		e, _ := errors.AsType[*Error](err)
		if e == nil {
			return ""
		}
		return e.Why
	}
	path := filepath.Join(dir, "blog.escale-recipe")
	if got := why(path); got != Missing {
		t.Errorf("no file: %s", got)
	}
	if got := why(dir); got != NotRecipe {
		t.Errorf("a folder: %s", got)
	}
	if err := Write(path, []byte(whole)); err != nil {
		t.Fatal(err)
	}
	if got := why(path); got != "" {
		t.Errorf("a recipe: %s", got)
	}
	if err := os.WriteFile(path, make([]byte, MostBytes+1), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := why(path); got != TooLarge {
		t.Errorf("a large file: %s", got)
	}
	if err := Write(filepath.Join(dir, "none", "x"), nil); err == nil {
		t.Error("a file was written into a folder that is not there")
	}
	if rest, _ := os.ReadDir(dir); len(rest) != 1 {
		t.Errorf("left in the folder: %v", rest)
	}
}

// FuzzParse holds that no file breaks anything, that errors are short and
// printable, and that what was read is written back the same.
func FuzzParse(f *testing.F) {
	f.Add([]byte(whole))
	f.Add([]byte(`{"format":"escale-recipe","version":1,"image":"postgres:17","restart":"always","environment":[{"name":"POSTGRES_PASSWORD","secret":"ask"}]}`))
	f.Add([]byte(`{"format":"escale-recipe","version":1,"image":"a@sha256:` + strings.Repeat("0", 64) + `","network":"host"}`))
	f.Add([]byte(`{"format":"escale-recipe","version":1,"image":"nginx","volumes":[{"inside":"/a\u00a0b","folder":""}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := Parse(data)
		if err != nil {
			e, ok := errors.AsType[*Error](err)
			if !ok || len(e.Field) > shortText+64 || !ansi.Printable(strings.ReplaceAll(e.Field, "�", ""), false) {
				t.Fatalf("error %q", err)
			}
			return
		}
		form := file.Form(run.Facts{})
		form.Risks()
		again, _, err := Encode(form)
		if err != nil {
			t.Fatalf("%s cannot be written: %v", data, err)
		}
		back, err := Parse(again)
		if err != nil {
			t.Fatalf("%s cannot be read: %v", again, err)
		}
		if diff := cmp.Diff(plain(form), plain(back.Form(run.Facts{}))); diff != "" {
			t.Fatal(diff)
		}
	})
}
