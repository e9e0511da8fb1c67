package hostport_test

// stranger does nothing here: no port needs rights.
func stranger() {}
