package kit

import "strings"

// VisibleText is the text in sight, one line each, for tools that read the
// screen.
func (v *LogView) VisibleText() string {
	var text strings.Builder
	last := min(v.source.Len(), v.top.line+v.rowsShown)
	for i := v.top.line; i < last; i++ {
		for _, span := range v.source.Line(i).Spans {
			text.WriteString(span.Text)
		}
		text.WriteByte('\n')
	}
	return text.String()
}
