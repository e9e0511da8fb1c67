package kit

import (
	"strconv"
	"strings"
	"testing"

	"fyne.io/fyne/v2/test"

	"escale/views/theme"
)

// TestMeasureRemembers checks that what is remembered is what is measured, by
// style, and that it does not grow without end.
func TestMeasureRemembers(t *testing.T) {
	test.NewTempApp(t)
	for _, text := range []string{"", "Escale", "Écluse n° 4", strings.Repeat("long ", longMeasured)} {
		for _, style := range []theme.Style{theme.Small, theme.Heading, theme.Mono} {
			want := measureAnew(measured{text, style.Points(), style.Font})
			if first, again := measure(text, style), measure(text, style); first != want || again != want {
				t.Errorf("%.20q is %v, then %v, want %v", text, first, again, want)
			}
		}
	}
	for i := range 2 * mostMeasured {
		measure(strconv.Itoa(i), theme.Small)
	}
	if n := len(sizes.young) + len(sizes.old); n > mostMeasured {
		t.Errorf("%d sizes are kept, want at most %d", n, mostMeasured)
	}
	if allocated := testing.AllocsPerRun(100, func() { measure("again and again", theme.Small) }); allocated > 0 {
		t.Errorf("known text takes %v allocations", allocated)
	}
}
