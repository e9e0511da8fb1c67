package main

import "context"

func (l layout) selftest(context.Context) error { return nil }
