package find_test

// stranger does nothing here: pipes have no modes.
func stranger() {}
