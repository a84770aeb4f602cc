package alarm

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
)

// Metric is one time series of CloudWatch.
type Metric struct {
	Namespace, Name string
	Dimensions      []Dimension
	Statistic       Statistic
}

// Dimension is one of the pairs that identify a metric together with its name. CloudWatch finds a metric only by all of them.
type Dimension struct {
	Name  string
	Value arch.Operand
}

// Statistic says how the values of a period become one value.
type Statistic string

// The statistics.
const (
	Sum     Statistic = "Sum"
	Maximum Statistic = "Maximum"
)

// Formula says how the values of metrics become the one value that an alarm judges.
type Formula int

// The formulas.
const (
	// Plain is the value of the only metric.
	Plain Formula = iota
	// Percent is the first metric in percent of the total of the others.
	Percent
	// Gigabits is the total of the metrics, which are bytes, in gigabits per second.
	Gigabits
)

// Signal is the time series that an alarm judges. It has either Metrics or a Query.
type Signal struct {
	Metrics []Metric // at most MaxMetrics
	Formula Formula
	// Floor makes small values 0: those below it, of the first metric. Otherwise a few events would be a large percentage of little traffic,
	// or an anomaly after a time without any.
	Floor float64
	// Query is a query of Metrics Insights that returns one time series; nil for a signal of Metrics.
	Query Text
}

// MaxMetrics is the maximum number of metrics in the expression of an alarm (Amazon CloudWatch User Guide, "Alarm data queries").
const MaxMetrics = 10

// Of returns the signal of one metric.
func Of(m Metric) Signal { return Signal{Metrics: []Metric{m}} }

// IsOneMetric reports whether the signal is a metric itself, without an expression.
func (s Signal) IsOneMetric() bool { return s.Query == nil && s.Formula == Plain && s.Floor == 0 }

// Variable returns the name of the i-th metric in the expression.
func Variable(i int) string { return "m" + strconv.Itoa(i+1) }

// Expression returns the signal in the language of metric math, for periods of some seconds. It is empty for a query.
func (s Signal) Expression(period int) string {
	if s.Query != nil {
		return ""
	}
	text := Variable(0)
	switch s.Formula {
	case Percent:
		text = fmt.Sprintf("100*%s/%s", Variable(0), s.total(1))
	case Gigabits:
		text = fmt.Sprintf("8*%s/%d/1000000000", s.total(0), period)
	}
	if s.Floor > 0 {
		text = fmt.Sprintf("IF(%s < %s, 0, %s)", Variable(0), number(s.Floor), text)
	}
	return text
}

// total writes the total of the metrics from the given one on.
func (s Signal) total(from int) string {
	var names []string
	for i := from; i < len(s.Metrics); i++ {
		names = append(names, Variable(i))
	}
	return "(" + strings.Join(names, "+") + ")"
}

// number writes a number without an exponent.
func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// Value returns the value that CloudWatch computes from one value of each metric, for a period of some seconds. If a value that it needs is
// missing, or the result is no number, there is no value: CloudWatch then treats the data point as missing.
func (s Signal) Value(values []Point, period int) Point {
	total := 0.0
	for i, v := range values {
		if v.Missing {
			return None
		}
		if i > 0 || s.Formula != Percent {
			total += v.Value
		}
	}
	if len(values) == 0 {
		return None
	}
	out := values[0].Value
	switch {
	case s.Query == nil && s.Floor > 0 && out < s.Floor:
		return Point{}
	case s.Formula == Percent:
		out = 100 * out / total
	case s.Formula == Gigabits:
		out = 8 * total / float64(period) / 1e9
	}
	if math.IsNaN(out) || math.IsInf(out, 0) {
		return None
	}
	return Point{Value: out}
}
