package machinetest

func playWSL([]string) int { return 1 }
