package main

import (
	stdlog "log"
	"log/slog"
	"os"
	"runtime"

	"escale/app/crash"
	"escale/app/instance"
	"escale/app/journal"
	"escale/app/release"
	"escale/engine/machine"
)

// What the packager says of releases; see packaging/bundle. Without a key, no
// newer version is ever looked for.
var (
	releaseKey     string // the public ed25519 key of manifests, as base64
	releaseAddress string // where the manifest is, unless the user names another place
)

// keepJournal begins the log of this run. Without being the first, another may
// write in the same file: then it is shown alone.
func keepJournal(log *slog.Logger, first *instance.First, said string) *journal.Journal {
	folder := journal.Folder()
	if first == nil {
		folder = ""
	}
	notes, err := journal.Open(folder, os.Stderr)
	if err != nil {
		log.Warn("the log is not kept", "error", err)
	}
	stdlog.SetOutput(notes) // the toolkit's words
	notes.Log.Info("Escale starts", "version", version(), "system", runtime.GOOS+"/"+runtime.GOARCH)
	if said != "" {
		notes.Log.Info("while the toolkit was set up", "said", said)
	}
	return notes
}

// watchCrashes has the end of this run noted if it is a bad one, and returns the
// report of the last run, if that was one.
func watchCrashes(log *slog.Logger, first *instance.First) (watch *crash.Watch, report string) {
	if first == nil {
		return nil, "" // another one may be watched there
	}
	watch, report, err := crash.Begin(crash.Folder(), version())
	if err != nil {
		log.Warn("a crash would leave no report", "error", err)
	}
	return watch, report
}

// end says that the run ended well.
func end(notes *journal.Journal, watch *crash.Watch) {
	if watch != nil {
		if err := watch.Close(); err != nil {
			notes.Log.Warn("the watch over this run is not ended", "error", err)
		}
	}
	_ = notes.Close() // nobody is left to be told
}

// dataFolder is where images and containers are kept by the Escale Machine.
func dataFolder() string {
	home, err := machine.LocateHome()
	if err != nil {
		return ""
	}
	return home.Data
}

// releases is what this build can hear of newer versions.
func releases(log *slog.Logger) release.Options {
	o := release.Options{Address: releaseAddress, Version: version()}
	key, err := release.ParseKey(releaseKey)
	if err != nil {
		log.Error("newer versions cannot be looked for", "error", err)
	}
	if key != nil {
		o.Fetch = (&release.Source{Key: key, UserAgent: "Escale/" + version()}).Fetch
	}
	return o
}
