package feed

import (
	"escale/app/store"
	"escale/engine"
)

// route notes e, and marks what it says has changed. It never blocks: an engine
// drops subscribers that read slowly.
func (f *Feed) route(e engine.Event) {
	f.st.History.Update(func(h store.History) store.History { return h.With(e) })
	switch e.Kind {
	case engine.KindContainer:
		f.routeContainer(e)
	case engine.KindImage:
		f.images.stale()
	case engine.KindVolume:
		if e.Action != "mount" && e.Action != "unmount" {
			f.volumes.stale()
		}
	case engine.KindNetwork:
		if e.Action != "connect" && e.Action != "disconnect" { // lists do not tell members
			f.networks.stale()
		}
	case engine.KindDaemon:
	}
}

func (f *Feed) routeContainer(e engine.Event) {
	switch e.Action {
	case "attach", "detach", "resize", "top", "export", "copy", "commit", "archive-path", "extract-to-dir":
		return // changes nothing that rows show
	case "create", "destroy", "remove":
		f.images.stale() // how many containers use an image …
		f.volumes.stale()
	}
	f.containers.touch(e.ID)
}
