package theme

import (
	"fmt"
	"image/color"
	"strings"

	"fyne.io/fyne/v2"
	base "fyne.io/fyne/v2/theme"

	"escale/assets"
)

// IconName is the file name of an icon, without its extension.
type IconName string

// The icon set: 20×20 grid, 1.6 stroke, round caps, drawn for Escale.
const (
	IconDiscover     IconName = "discover"
	IconContainer    IconName = "box"
	IconImage        IconName = "image"
	IconVolume       IconName = "volume"
	IconLearn        IconName = "learn"
	IconNetwork      IconName = "network"
	IconStack        IconName = "stack"
	IconEngine       IconName = "engine"
	IconSettings     IconName = "settings"
	IconPlay         IconName = "play"
	IconStop         IconName = "stop"
	IconPause        IconName = "pause"
	IconMore         IconName = "more"
	IconOpen         IconName = "open"
	IconSearch       IconName = "search"
	IconPlus         IconName = "plus"
	IconCheck        IconName = "check"
	IconCross        IconName = "cross"
	IconWarning      IconName = "warning"
	IconInfo         IconName = "info"
	IconHelp         IconName = "help"
	IconCopy         IconName = "copy"
	IconClock        IconName = "clock"
	IconStar         IconName = "star"
	IconDownload     IconName = "download"
	IconFolder       IconName = "folder"
	IconFile         IconName = "file"
	IconTerminal     IconName = "terminal"
	IconLogs         IconName = "logs"
	IconChevronRight IconName = "chevron-right"
	IconChevronDown  IconName = "chevron-down"
	IconChevronLeft  IconName = "chevron-left"
	IconRefresh      IconName = "refresh"
	IconOfficial     IconName = "official"
	IconMemory       IconName = "memory"
	IconKey          IconName = "key"
	IconGlobe        IconName = "globe"
	IconTrash        IconName = "trash"
	IconRing         IconName = "ring"
	IconDot          IconName = "dot"
	IconSpinner      IconName = "spinner"
	IconCrash        IconName = "crash"
	IconEye          IconName = "eye"
	IconEyeOff       IconName = "eye-off"
	IconPencil       IconName = "pencil"
	IconChevronUp    IconName = "chevron-up"
	IconSave         IconName = "save"
	IconWrap         IconName = "wrap"
)

// Icon is a stroke icon in a colour token. Fyne's themed resources recolour
// fills only, so Icon writes the colour into the SVG itself; the colour is part
// of its name because Fyne caches rasterised SVGs by name.
type Icon struct {
	name  IconName
	color Color
}

// NewIcon returns the named icon drawn in the given token.
func NewIcon(name IconName, color Color) *Icon { return &Icon{name: name, color: color} }

// Name implements fyne.Resource.
func (i *Icon) Name() string {
	return fmt.Sprintf("escale-%s-%s.svg", i.name, hex(base.Color(i.color))[1:])
}

// Content implements fyne.Resource.
func (i *Icon) Content() []byte {
	source, err := iconSource(i.name)
	if err != nil {
		return nil
	}
	return []byte(strings.ReplaceAll(string(source), "currentColor", hex(base.Color(i.color))))
}

func iconSource(name IconName) ([]byte, error) {
	return assets.Icons.ReadFile("icons/" + string(name) + ".svg")
}

// Logo is the application's mark.
func Logo() fyne.Resource {
	source, err := assets.Icons.ReadFile("icons/logo.svg")
	if err != nil {
		return nil
	}
	return fyne.NewStaticResource("escale-logo.svg", source)
}

// TrayIcon is the mark for the desktop's tray: the logo, with a badge whose
// shape and colour tell the engine's state, one of "running", "starting",
// "stopped" and "trouble". It is seen on light panels and on dark ones.
func TrayIcon(state string) fyne.Resource {
	source, err := assets.Icons.ReadFile("icons/tray-" + state + ".svg")
	if err != nil {
		return Logo()
	}
	return fyne.NewStaticResource("escale-tray-"+state+".svg", source)
}

func hex(c color.Color) string {
	n := color.NRGBAModel.Convert(c).(color.NRGBA)
	return fmt.Sprintf("#%02X%02X%02X", n.R, n.G, n.B)
}
