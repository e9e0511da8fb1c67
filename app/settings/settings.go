// Package settings keeps the user's preferences in one small file.
package settings

// Prefs are the preferences. The zero value is a fresh installation.
type Prefs struct {
	Language  string  `json:"language,omitempty"`  // "en", "fr"; empty follows the system
	Theme     string  `json:"theme,omitempty"`     // "light", "dark"; empty follows the system
	TextScale float32 `json:"textScale,omitempty"` // 0 is 1; between 0.8 and 1.6
	Window    Window  `json:"window,omitzero"`
	LastRoute string  `json:"lastRoute,omitempty"`
	EngineID  string  `json:"engine,omitempty"`  // the engine the user chose; empty takes the first that works
	HubBase   string  `json:"hubBase,omitempty"` // empty is Docker Hub
	LogWrap   bool    `json:"logWrap,omitempty"`
	LogStamps bool    `json:"logStamps,omitempty"`

	QuitOnClose bool    `json:"quitOnClose,omitempty"` // the program ends with its window, rather than stay in the tray
	TrayTold    bool    `json:"trayTold,omitempty"`    // the user knows that it stays there
	Notices     Notices `json:"notices,omitzero"`
	Updates     Updates `json:"updates,omitzero"`
}

// Updates are about newer versions of the program.
type Updates struct {
	On       bool   `json:"on,omitempty"`       // look for them once a day
	Address  string `json:"address,omitempty"`  // empty is this build's own
	LookedAt int64  `json:"lookedAt,omitempty"` // when a server last answered, in seconds since 1970
	Seen     int64  `json:"seen,omitempty"`     // the date of the newest manifest, likewise: older ones are refused
	Told     string `json:"told,omitempty"`     // the newest version that the user was told of
}

// Notices are the kinds of notification that the user does not want.
type Notices struct {
	NoOutcomes  bool `json:"noOutcomes,omitempty"`  // how something ended that was asked for
	NoFallen    bool `json:"noFallen,omitempty"`    // a container ended with an error
	NoDownloads bool `json:"noDownloads,omitempty"` // an image is here
	NoEngine    bool `json:"noEngine,omitempty"`    // the engine is lost, or back
}

// Window is where the window was; positions in screen pixels, sizes in units.
type Window struct {
	Width     float32 `json:"width,omitempty"`
	Height    float32 `json:"height,omitempty"`
	X         int     `json:"x,omitempty"`
	Y         int     `json:"y,omitempty"`
	Placed    bool    `json:"placed,omitempty"` // X and Y are known
	Maximized bool    `json:"maximized,omitempty"`
}

// Scale is the text size, whose zero value means the usual one.
func (p Prefs) Scale() float32 {
	if p.TextScale == 0 {
		return 1
	}
	return p.TextScale
}

// sound returns p with values out of range brought back into it.
func (p Prefs) sound() Prefs {
	if p.Language != "en" && p.Language != "fr" {
		p.Language = ""
	}
	if p.Theme != "light" && p.Theme != "dark" {
		p.Theme = ""
	}
	if p.TextScale != 0 {
		p.TextScale = min(max(p.TextScale, 0.8), 1.6)
	}
	if p.Window.Width < 0 || p.Window.Height < 0 {
		p.Window.Width, p.Window.Height = 0, 0
	}
	return p
}
