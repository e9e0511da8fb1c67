package machine

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"escale/engine"
)

func TestCheckShares(t *testing.T) {
	top, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	user := filepath.Join(top, "u")
	t.Setenv("HOME", user)
	t.Setenv("USERPROFILE", user)
	home := Home{Data: filepath.Join(user, ".local", "share", "escale"), Run: filepath.Join(top, "run", "escale")}
	for _, dir := range []string{"u/site/deep", "u/sitemap", "u/.ssh/keys", "u/.config/gcloud", "other/.gnupg", "run", "u/moved", "u/.local"} {
		if err := os.MkdirAll(filepath.Join(top, filepath.FromSlash(dir)), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	unix := runtime.GOOS != "windows" // which has other places, and lets few people make links
	if unix {
		if err := os.Symlink(filepath.Join(user, ".ssh"), filepath.Join(user, "link")); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(user, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	many := make([]string, MaxShares+1)
	for i := range many {
		many[i] = filepath.Join("u", "n", strings.Repeat("x", i+1))
		if err := os.MkdirAll(filepath.Join(top, many[i]), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for name, tc := range map[string]struct {
		paths []string // below top, unless absolute
		want  ShareProblem
	}{
		"none":                  {nil, ""},
		"two":                   {[]string{"u/site", "u/sitemap"}, ""},
		"the most":              {many[:MaxShares], ""},
		"more":                  {many, ShareTooMany},
		"the same twice":        {[]string{"u/site", "u/site"}, ShareOverlaps},
		"one in another":        {[]string{"u/site/deep", "u/site"}, ShareOverlaps},
		"gone":                  {[]string{"u/gone"}, ShareMissing},
		"a file":                {[]string{"u/file"}, ShareMissing},
		"a link":                {[]string{"u/link"}, ShareLink},
		"through a link":        {[]string{"u/link/keys"}, ShareLink},
		"climbing":              {[]string{top + "/u/../u/site"}, ShareName},
		"relative":              {[]string{"./u"}, ShareName},
		"a line break":          {[]string{top + "/u/a\nb"}, ShareName},
		"long":                  {[]string{top + "/" + strings.Repeat("a", 512)}, ShareName},
		"the root":              {[]string{"/"}, ShareTooMuch},
		"everybody's":           {[]string{"/home"}, ShareTooMuch},
		"the system's":          {[]string{"/etc"}, SharePlace},
		"processes":             {[]string{"/proc/self"}, SharePlace},
		"like a place":          {[]string{"/homes"}, SharePlace},
		"the user's home":       {[]string{"u"}, ShareOwn},
		"above the sockets":     {[]string{"run"}, ShareOwn},
		"data that was moved":   {[]string{"u/moved"}, ShareOwn},
		"keys":                  {[]string{"u/.ssh"}, ShareSecrets},
		"in keys":               {[]string{"u/.ssh/keys"}, ShareSecrets},
		"with keys":             {[]string{"u/.config"}, ShareSecrets},
		"another user's keys":   {[]string{"other/.gnupg"}, ShareSecrets},
		"what is in the home":   {[]string{"u/.local"}, ShareOwn},
		"what was not made yet": {[]string{"u/.local/share/escale"}, ShareMissing},
	} {
		if !unix && (tc.want == ShareLink || len(tc.paths) == 1 && strings.HasPrefix(tc.paths[0], "/")) {
			continue
		}
		var all []Share
		for _, p := range tc.paths {
			if !filepath.IsAbs(p) && p != "./u" {
				p = filepath.Join(top, filepath.FromSlash(p))
			}
			all = append(all, Share{Path: p})
		}
		err := CheckShares(home, all, "", filepath.Join(top, "u", "moved", "escale"))
		var got *ShareError
		if errors.As(err, &got); (err == nil) != (tc.want == "") || err != nil && (got.Problem != tc.want || !errors.Is(err, engine.ErrInvalid)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestShareFor(t *testing.T) {
	all := []SharedFolder{{Share: Share{Path: "/home/u/site"}}, {Share: Share{Path: "/home/u/data", ReadOnly: true}}}
	for path, want := range map[string]string{
		"/home/u/site": "/home/u/site", "/home/u/data/x": "/home/u/data", "/home/u/sitemap": "", "/home/u": "", "": "",
	} {
		if got, ok := ShareFor(all, path); got.Path != want || ok != (want != "") {
			t.Errorf("%q: %+v", path, got)
		}
	}
}
