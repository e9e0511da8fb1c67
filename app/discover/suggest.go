package discover

import (
	"cmp"
	"slices"
	"strings"
)

// nearest returns at most limit names within a few slips of query, the closest
// first.
func nearest(query string, names []string, limit int) []string {
	type candidate struct {
		name  string
		slips int
	}
	query = strings.ToLower(query)
	allowed := max(1, min(3, len([]rune(query))/3))
	var found []candidate
	for _, name := range names {
		short := name[strings.LastIndex(name, "/")+1:]
		slips := min(distance(query, name), distance(query, short))
		if slips > 0 && slips <= allowed && !slices.ContainsFunc(found, func(c candidate) bool { return c.name == name }) {
			found = append(found, candidate{name, slips})
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Compare(a.slips, b.slips) })
	var out []string
	for _, c := range found[:min(limit, len(found))] {
		out = append(out, c.name)
	}
	return out
}

// distance counts the letters to insert, remove, replace or swap with their
// neighbour to get from one word to the other.
func distance(from, to string) int {
	a, b := []rune(from), []rune(to)
	if len(a) > 64 || len(b) > 64 {
		return 64
	}
	before, above := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range above {
		above[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, above = above, row
	}
	return above[len(b)]
}
