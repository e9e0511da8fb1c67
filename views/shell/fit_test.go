package shell

import (
	"image"
	"testing"
)

func TestFit(t *testing.T) {
	laptop, beside := image.Rect(0, 28, 1920, 1080), image.Rect(1920, 0, 4480, 1440)
	small := image.Rect(0, 0, 1366, 728) // with a taskbar
	for name, tc := range map[string]struct {
		window  image.Rectangle
		screens []image.Rectangle
		want    image.Rectangle
	}{
		"where it was":          {at(100, 100, 1240, 760), screens(laptop), at(100, 100, 1240, 760)},
		"on the second screen":  {at(2560, 200, 1240, 760), screens(laptop, beside), at(2560, 200, 1240, 760)},
		"over both screens":     {at(1400, 200, 1240, 760), screens(laptop, beside), at(1400, 200, 1240, 760)},
		"a little over an edge": {at(-200, 100, 1240, 760), screens(laptop), at(-200, 100, 1240, 760)},
		"second screen is gone": {at(2560, 200, 1240, 760), screens(laptop), at(340, 174, 1240, 760)},
		"mostly over an edge":   {at(1700, 100, 1240, 760), screens(laptop), at(680, 100, 1240, 760)},
		"its top is outside":    {at(100, -90, 1240, 760), screens(laptop), at(100, 28, 1240, 760)},
		"larger than today's":   {at(40, 40, 2500, 1400), screens(laptop), at(0, 28, 1920, 1052)},
		"larger, and elsewhere": {at(2560, 40, 2500, 1400), screens(laptop), at(0, 28, 1920, 1052)},
		"a little too large":    {at(40, 10, 1256, 799), screens(small), at(40, 0, 1256, 728)},
		"cut by Windows":        {at(0, 0, 1378, 780), screens(small), at(0, 0, 1366, 728)},
		"stretched over both":   {at(1000, 100, 2500, 900), screens(laptop, beside), at(1000, 100, 2500, 900)},
		"main screen is left":   {at(9000, 40, 1000, 700), screens(beside, laptop), at(2700, 370, 1000, 700)},
		"far above":             {at(100, -15_000, 1000, 700), screens(laptop), at(460, 204, 1000, 700)},
		"no screen is known":    {at(2560, 200, 1240, 760), nil, at(2560, 200, 1240, 760)},
		"a window without size": {at(2560, 200, 0, 0), screens(laptop), at(2560, 200, 0, 0)},
	} {
		if got := fit(tc.window, tc.screens); got != tc.want {
			t.Errorf("%s: %v, want %v", name, got, tc.want)
		}
	}
}

func at(x, y, width, height int) image.Rectangle { return image.Rect(x, y, x+width, y+height) }

func screens(all ...image.Rectangle) []image.Rectangle { return all }
