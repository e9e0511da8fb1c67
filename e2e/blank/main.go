// Command blank is an empty window of the toolkit: what every program made with
// it costs, and so what Escale is compared with.
package main

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
)

func main() {
	window := app.NewWithID("org.escale.blank").NewWindow("Blank")
	window.Resize(fyne.NewSize(1240, 760))
	window.ShowAndRun()
}
