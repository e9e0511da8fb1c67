package life

import (
	"escale/app/discover"
	"escale/views/say"
)

// QuotaLine says how many downloads are left; empty when there is no limit, or
// it is not known what is left of it.
func QuotaLine(q discover.Quota) string {
	switch {
	case !q.Known():
		return ""
	case q.Window <= 0:
		return say.N("discover.quota.left", q.Remaining, "Limit", say.Count(int64(q.Limit)))
	}
	return say.N("discover.quota", q.Remaining, "Limit", say.Count(int64(q.Limit)), "Window", say.Duration(q.Window))
}
