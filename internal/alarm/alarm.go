package alarm

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Alarm is an alarm of CloudWatch.
type Alarm struct {
	// ID identifies the alarm within its network. It is identity: it never depends on content or order.
	ID string
	// Layer is the part of the network that the alarm is about, as a dashboard shows it.
	Layer string
	// Title says in a few words what the alarm is about.
	Title  string
	Signal Signal
	Period int // in seconds
	// Periods and Breaching are CloudWatch's N and M: the alarm goes off if Breaching of the last Periods data points breach.
	Periods, Breaching int
	Comparison         Comparison
	// Threshold is what the value is compared with; unused if Band is set.
	Threshold float64
	// Band compares with a band around the values that the past lets expect, this many standard deviations wide. 0 compares with Threshold.
	Band    float64
	Missing Treatment
	// ReportsSilence says that the state without data is reported as well, because silence is what the alarm is about.
	ReportsSilence bool
	// Meaning says what it means that the alarm goes off, and Remedy what to do. Both are sentences.
	Meaning, Remedy string
}

// Comparison says which values breach.
type Comparison string

// The comparisons, in CloudWatch's words.
const (
	AtLeast   Comparison = "GreaterThanOrEqualToThreshold"
	Above     Comparison = "GreaterThanThreshold"
	Below     Comparison = "LessThanThreshold"
	AboveBand Comparison = "GreaterThanUpperThreshold"
)

// Treatment says how missing data is treated.
type Treatment string

// The treatments, in CloudWatch's words.
const (
	MissingIsMissing   Treatment = "missing"
	MissingIsIgnored   Treatment = "ignore"
	MissingIsBreaching Treatment = "breaching"
	MissingIsFine      Treatment = "notBreaching"
)

// Description is what people read when the alarm goes off.
func (a Alarm) Description() string { return a.Meaning + " What to do: " + a.Remedy }

// The limits of CloudWatch (Amazon CloudWatch API Reference, PutMetricAlarm).
const (
	maxDescription = 1024  // characters
	maxWindow      = 86400 // seconds of all evaluated periods
)

// Check returns what CloudWatch rejects in the alarm, or an empty string.
func (a Alarm) Check() string {
	var found []string
	say := func(wrong bool, format string, args ...any) {
		if wrong {
			found = append(found, fmt.Sprintf(format, args...))
		}
	}
	say(a.ID == "", "it has no id")
	say(a.Period < 60 || a.Period%60 != 0, "its period is %d seconds; allowed are multiples of 60", a.Period)
	say(a.Breaching < 1 || a.Breaching > a.Periods, "it needs %d of %d data points", a.Breaching, a.Periods)
	say(a.Period*a.Periods > maxWindow, "it evaluates more than one day")
	say((a.Band > 0) != (a.Comparison == AboveBand), "its comparison %s does not fit its threshold", a.Comparison)
	say(len(a.Signal.Metrics) > MaxMetrics, "it has %d metrics; allowed are %d", len(a.Signal.Metrics), MaxMetrics)
	say((len(a.Signal.Metrics) == 0) == (a.Signal.Query == nil), "it has neither metrics nor a query, or both")
	say(a.Signal.Query != nil && a.Band > 0, "a query has no band")
	say(utf8.RuneCountInString(a.Description()) > maxDescription, "its description is longer than %d characters", maxDescription)
	say(a.Meaning == "" || a.Remedy == "", "it does not say what it means and what to do")
	return strings.Join(found, "; ")
}
