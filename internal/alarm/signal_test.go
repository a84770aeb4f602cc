package alarm_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/alarm"
	"github.com/tierwall/tierwall/internal/arch"
)

func values(list ...float64) []alarm.Point {
	var out []alarm.Point
	for _, v := range list {
		out = append(out, alarm.Point{Value: v})
	}
	return out
}

func TestSignals(t *testing.T) {
	t.Parallel()
	three := []alarm.Metric{{Name: "a"}, {Name: "b"}, {Name: "c"}}
	for _, test := range []struct {
		signal     alarm.Signal
		expression string
		values     []alarm.Point
		want       alarm.Point
	}{
		{alarm.Of(three[0]), "m1", values(7), alarm.Point{Value: 7}},
		{alarm.Signal{Metrics: three[:1], Floor: 100}, "IF(m1 < 100, 0, m1)", values(99), alarm.Point{}},
		{alarm.Signal{Metrics: three[:1], Floor: 100}, "IF(m1 < 100, 0, m1)", values(100), alarm.Point{Value: 100}},
		{alarm.Signal{Metrics: three, Formula: alarm.Percent}, "100*m1/(m2+m3)", values(1, 60, 40), alarm.Point{Value: 1}},
		{alarm.Signal{Metrics: three, Formula: alarm.Percent, Floor: 10}, "IF(m1 < 10, 0, 100*m1/(m2+m3))", values(9, 60, 40), alarm.Point{}},
		{alarm.Signal{Metrics: three, Formula: alarm.Percent}, "100*m1/(m2+m3)", values(0, 0, 0), alarm.None},
		{alarm.Signal{Metrics: three, Formula: alarm.Percent}, "100*m1/(m2+m3)", []alarm.Point{{}, alarm.None, {}}, alarm.None},
		{alarm.Signal{Metrics: three, Formula: alarm.Gigabits}, "8*(m1+m2+m3)/300/1000000000", values(15e9, 15e9, 7.5e9),
			alarm.Point{Value: 1}},
		{alarm.Signal{Query: alarm.Literal("SELECT")}, "", values(5), alarm.Point{Value: 5}},
		{alarm.Signal{}, "m1", nil, alarm.None},
	} {
		assert.Equal(t, test.expression, test.signal.Expression(300))
		assert.Equal(t, test.want, test.signal.Value(test.values, 300), test.expression)
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	text := alarm.Text{{Text: "WHERE id = '"}, alarm.Symbol("vpc"), {Text: "'"}}
	assert.Equal(t, "WHERE id = 'VPC'", text.Resolve(func(arch.Operand) string { return "VPC" }))
}

func TestCheck(t *testing.T) {
	t.Parallel()
	good := alarm.Alarm{
		ID: "A", Signal: alarm.Of(alarm.Metric{}), Period: 300, Periods: 3, Breaching: 2, Comparison: alarm.AtLeast, Threshold: 1,
		Missing: alarm.MissingIsFine, Meaning: "It is so.", Remedy: "Change it.",
	}
	assert.Empty(t, good.Check())
	assert.Equal(t, "It is so. What to do: Change it.", good.Description())
	for want, change := range map[string]func(*alarm.Alarm){
		"it has no id": func(a *alarm.Alarm) { a.ID = "" },
		"its period is 90 seconds; allowed are multiples of 60": func(a *alarm.Alarm) { a.Period = 90 },
		"it needs 4 of 3 data points":                           func(a *alarm.Alarm) { a.Breaching = 4 },
		"it evaluates more than one day":                        func(a *alarm.Alarm) { a.Period = 86400 },
		"does not fit its threshold":                            func(a *alarm.Alarm) { a.Band = 2 },
		"it has 11 metrics; allowed are 10":                     func(a *alarm.Alarm) { a.Signal.Metrics = make([]alarm.Metric, 11) },
		"it has neither metrics nor a query, or both":           func(a *alarm.Alarm) { a.Signal = alarm.Signal{} },
		"its description is longer than 1024 characters":        func(a *alarm.Alarm) { a.Meaning = string(make([]byte, 1100)) },
		"it does not say what it means and what to do":          func(a *alarm.Alarm) { a.Remedy = "" },
		"a query has no band": func(a *alarm.Alarm) {
			a.Signal, a.Band, a.Comparison = alarm.Signal{Query: alarm.Literal("q")}, 2, alarm.AboveBand
		},
	} {
		a := good
		change(&a)
		assert.Contains(t, a.Check(), want)
	}
}
