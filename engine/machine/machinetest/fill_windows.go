package machinetest

// fill needs signals.
func (*vm) fill() {}
