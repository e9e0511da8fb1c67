package discover

import (
	"strings"
	"testing"
	"time"

	"escale/app/discover"
	"escale/views/say"
	"escale/views/viewtest"
)

// What is left of the downloads is said where it matters, and nowhere else.
func TestQuota(t *testing.T) {
	limited := &discover.LimitedError{Until: time.Now().Add(time.Hour)}
	for name, tc := range map[string]struct {
		quota           discover.Quota
		err             error
		lang            string
		about, versions string // what the tabs say of it; "" is nothing
	}{
		"plenty":         {discover.Quota{Limit: 100, Remaining: 76, Window: 6 * time.Hour}, nil, "en", "", "76 of 100 downloads left"},
		"little":         {discover.Quota{Limit: 100, Remaining: 12, Window: 6 * time.Hour}, nil, "en", "12 of 100 downloads left", "12 of 100 downloads left"},
		"one, French":    {discover.Quota{Limit: 100, Remaining: 1, Window: 6 * time.Hour}, nil, "fr", "Il reste 1 téléchargement sur", "Il reste 1 téléchargement sur"},
		"none":           {discover.Quota{Limit: 10, Remaining: 0}, nil, "en", "0 of 10 downloads from Docker Hub left", "0 of 10 downloads from Docker Hub left"},
		"rate limit":     {discover.Quota{Limit: 100, Remaining: 76, Window: 6 * time.Hour}, limited, "en", "76 of 100 downloads left", "76 of 100 downloads left"},
		"no limit":       {discover.Quota{Unlimited: true, Remaining: -1}, nil, "en", "", ""},
		"limit, no more": {discover.Quota{Limit: 100, Remaining: -1, Window: 6 * time.Hour}, limited, "en", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			say.SetLanguage(tc.lang)
			defer say.SetLanguage("en")
			h := newHub(t)
			h.quota = &tc.quota
			r := screen(t, h, 1020, 760)
			h.fail(tc.err)
			d := details(t, r)
			for tab, want := range map[int]string{tabAbout: tc.about, tabVersions: tc.versions} {
				d.tab = tab
				d.draw()
				viewtest.Settle(d.w)
				said := 0
				for _, text := range viewtest.Texts(d.w) {
					if strings.Contains(text, " of 1") && strings.Contains(text, "left") || strings.Contains(text, "téléchargement") {
						said++
						if want == "" || !strings.Contains(text, want) {
							t.Errorf("tab %d says %q, want %q", tab, text, want)
						}
					}
				}
				if want != "" && said != 1 {
					t.Errorf("tab %d says it %d times, want once: %q", tab, said, viewtest.Texts(d.w))
				}
			}
		})
	}
}
