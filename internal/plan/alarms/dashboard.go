package alarms

import (
	"strings"

	"github.com/tierwall/tierwall/internal/alarm"
	"github.com/tierwall/tierwall/internal/arch"
)

// Graph is a graph on the dashboard, of metrics or of a query.
type Graph struct {
	Layer, Title string
	Lines        []Line
	Query        alarm.Text
}

// Line is one metric of a graph.
type Line struct {
	Label  string
	Metric alarm.Metric
}

// maxLines is how many metrics a graph shows; CloudWatch accepts 500, and nobody can read that many.
const maxLines = 50

func (b *builder) graph(g Graph) {
	if len(g.Lines) == 0 && g.Query == nil {
		return
	}
	if len(g.Lines) > maxLines {
		g.Lines = g.Lines[:maxLines]
		g.Title += " (the first 50)"
	}
	b.watch.Graphs = append(b.watch.Graphs, g)
}

// The dashboard's grid is 24 units wide (Amazon CloudWatch API Reference, "Dashboard Body Structure and Syntax").
const (
	gridWidth    = 24
	graphHeight  = 6
	perRow       = 3
	headerHeight = 1
)

// Dashboard returns the body of the dashboard: the states of all alarms, then a row for each layer, then what is not watched. value returns
// the value of a symbol, and arn the ARN of an alarm.
func (w Watch) Dashboard(title string, value func(arch.Operand) string, arn func(id string) string) map[string]any {
	d := &dashboard{value: value}
	d.text("# " + markdown(title))
	d.alarms(w.Alarms, arn)
	for _, layer := range []string{BalancerLayer, WebACLLayer, FirewallLayer, NATLayer, TransitLayer, EndpointLayer, TierLayer} {
		d.layer(layer, w.Graphs)
	}
	if len(w.Gaps) > 0 {
		var lines []string
		for _, g := range w.Gaps {
			lines = append(lines, "- "+markdown(g))
		}
		d.tall("## Not watched\n"+strings.Join(lines, "\n"), headerHeight+len(lines))
	}
	return map[string]any{"widgets": d.widgets}
}

// dashboard places widgets from top to bottom.
type dashboard struct {
	value   func(arch.Operand) string
	widgets []any
	y       int
}

func (d *dashboard) add(x, width, height int, kind string, properties map[string]any) {
	d.widgets = append(d.widgets, map[string]any{
		"type": kind, "x": x, "y": d.y, "width": width, "height": height, "properties": properties,
	})
}

func (d *dashboard) text(text string) { d.tall(text, headerHeight) }

func (d *dashboard) tall(text string, height int) {
	d.add(0, gridWidth, height, "text", map[string]any{"markdown": text})
	d.y += height
}

// maxStates is the maximum number of alarms in a widget.
const maxStates = 100

func (d *dashboard) alarms(alarms []alarm.Alarm, arn func(id string) string) {
	for from := 0; from < len(alarms); from += maxStates {
		var arns []string
		for _, a := range alarms[from:min(from+maxStates, len(alarms))] {
			arns = append(arns, arn(a.ID))
		}
		height := 1 + (len(arns)+3)/4
		d.add(0, gridWidth, height, "alarm", map[string]any{"title": "Alarms", "alarms": arns, "sortBy": "stateUpdatedTimestamp"})
		d.y += height
	}
}

func (d *dashboard) layer(layer string, graphs []Graph) {
	var row []Graph
	for _, g := range graphs {
		if g.Layer == layer {
			row = append(row, g)
		}
	}
	if len(row) == 0 {
		return
	}
	d.text("## " + layer)
	for i, g := range row {
		d.add(i%perRow*gridWidth/perRow, gridWidth/perRow, graphHeight, "metric", d.properties(g))
		if i%perRow == perRow-1 || i == len(row)-1 {
			d.y += graphHeight
		}
	}
}

func (d *dashboard) properties(g Graph) map[string]any {
	out := map[string]any{
		"title": g.Title, "view": "timeSeries", "stacked": false, "period": fiveMinutes, "region": d.value(region), "stat": string(alarm.Sum),
	}
	if g.Query != nil {
		out["metrics"] = []any{[]any{map[string]any{"expression": g.Query.Resolve(d.value), "label": g.Title, "id": "q1"}}}
		return out
	}
	var metrics []any
	for _, l := range g.Lines {
		metric := []any{l.Metric.Namespace, l.Metric.Name}
		for _, dimension := range l.Metric.Dimensions {
			metric = append(metric, dimension.Name, alarm.Text{dimension.Value}.Resolve(d.value))
		}
		metrics = append(metrics, append(metric, map[string]any{"label": l.Label, "stat": string(l.Metric.Statistic)}))
	}
	out["metrics"] = metrics
	return out
}

// markdown escapes the characters that have a meaning in Markdown or HTML.
func markdown(text string) string {
	var b strings.Builder
	for _, c := range text {
		switch {
		case strings.ContainsRune("\\`*_{}[]<>()#+!|~&$", c):
			b.WriteByte('\\')
			b.WriteRune(c)
		case c < ' ':
			b.WriteByte(' ')
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}
