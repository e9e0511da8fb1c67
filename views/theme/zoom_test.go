package theme

import (
	"testing"

	base "fyne.io/fyne/v2/theme"
)

func TestZoom(t *testing.T) {
	defer SetZoom(1)
	for factor, want := range map[float32]float32{0.1: 11, 0.8: 11, 1: 14, 1.25: 18, 9: 22} {
		SetZoom(factor)
		if got := Body.Points(); got != want {
			t.Errorf("zoom %v: body text is %v, want %v", factor, got, want)
		}
		if got := New(AlwaysLight).Size(base.SizeNameText); got != want {
			t.Errorf("zoom %v: Fyne's text is %v, want %v", factor, got, want)
		}
		if got := (Style{Size: 30, Set: true}).Points(); got != 30 {
			t.Errorf("zoom %v changed a drawing to %v", factor, got)
		}
	}
}

// TestIcons draws every icon that has a name.
func TestIcons(t *testing.T) {
	for _, name := range []IconName{
		IconDiscover, IconContainer, IconImage, IconVolume, IconLearn, IconNetwork, IconStack, IconEngine, IconSettings,
		IconPlay, IconStop, IconPause, IconMore, IconOpen, IconSearch, IconPlus, IconCheck, IconCross, IconWarning, IconInfo,
		IconHelp, IconCopy, IconClock, IconStar, IconDownload, IconFolder, IconFile, IconTerminal, IconLogs, IconChevronRight,
		IconChevronDown, IconChevronLeft, IconRefresh, IconOfficial, IconMemory, IconKey, IconGlobe, IconTrash, IconRing, IconDot,
		IconSpinner, IconCrash, IconEye, IconEyeOff, IconPencil, IconChevronUp, IconSave, IconWrap,
	} {
		if source, err := iconSource(name); err != nil || len(source) == 0 {
			t.Errorf("icon %q: %v", name, err)
		}
	}
}
