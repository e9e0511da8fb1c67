package main

import (
	"context"
	"errors"
	"log/slog"
	"runtime/debug"

	"github.com/sirupsen/logrus"

	"escale/engine/machine"
	"escale/engine/machine/helper"
)

// The helper is there all day and seldom busy: it collects its garbage early.
const (
	collectAt = 50       // percent of growth
	softLimit = 64 << 20 // bytes
)

func serve(ctx context.Context, home machine.Home) error {
	debug.SetGCPercent(collectAt)
	debug.SetMemoryLimit(softLimit)
	logrus.SetLevel(logrus.PanicLevel) // the network library would tell of every connection that ends
	d, err := chooseDriver(ctx, home)
	if err != nil {
		return err
	}
	h, err := helper.Open(helper.Options{Home: home, Driver: d, Version: version}) //nolint:contextcheck // what is thrown away goes, whoever asked
	if errors.Is(err, helper.ErrRunning) {
		slog.Info("another helper serves this home already", "home", home.Data)
		return nil
	}
	if err != nil {
		return err
	}
	return errors.Join(h.Serve(ctx), h.Close())
}
