package alarm

// State is a state of an alarm.
type State string

// The states, in CloudWatch's words.
const (
	OK               State = "OK"
	InAlarm          State = "ALARM"
	InsufficientData State = "INSUFFICIENT_DATA"
)

// Point is a data point.
type Point struct {
	Value float64
	// Upper is the upper end of the band at this time. Only alarms with a band have it.
	Upper   float64
	Missing bool
}

// None is a missing data point.
var None = Point{Missing: true}

// Breaches reports whether a data point breaches the threshold. A missing one does not.
func (a Alarm) Breaches(p Point) bool {
	if p.Missing {
		return false
	}
	switch a.Comparison {
	case AtLeast:
		return p.Value >= a.Threshold
	case Above:
		return p.Value > a.Threshold
	case Below:
		return p.Value < a.Threshold
	case AboveBand:
		return p.Value > p.Upper
	}
	return false
}

// State returns the state of the alarm after an evaluation, as CloudWatch decides it (Amazon CloudWatch User Guide, "Configuring how
// CloudWatch alarms treat missing data"). inRange are the data points of the evaluation range, from the oldest on. CloudWatch looks at more
// periods than the alarm has, and AWS does not publish at how many. current is the state before the evaluation.
func (a Alarm) State(inRange []Point, current State) State {
	var present []Point
	for _, p := range inRange {
		if !p.Missing {
			present = append(present, p)
		}
	}
	if len(present) == 0 {
		return a.withoutData(current)
	}
	newest := present[max(0, len(present)-a.Periods):]
	breaching := 0
	for _, p := range newest {
		if a.Breaches(p) {
			breaching++
		}
	}
	filled := a.Periods - len(newest)
	switch {
	case breaching >= a.Breaching:
		return InAlarm
	case filled == 0 || breaching < len(newest):
		if a.Missing == MissingIsBreaching && breaching+filled >= a.Breaching {
			return InAlarm
		}
		return OK
	}
	return a.onlyBreaching(inRange, current) // All present points breach, but they are too few.
}

// withoutData returns the state if the range has no data at all.
func (a Alarm) withoutData(current State) State {
	switch a.Missing {
	case MissingIsIgnored:
		return current
	case MissingIsBreaching:
		return InAlarm
	case MissingIsFine:
		return OK
	}
	return InsufficientData
}

// onlyBreaching returns the state if every present data point breaches, but there are fewer than the alarm needs.
func (a Alarm) onlyBreaching(inRange []Point, current State) State {
	if state := a.withoutData(current); state != InsufficientData || a.Missing == MissingIsIgnored {
		return state
	}
	for i, p := range inRange { // "Avoiding premature transitions to alarm state": the oldest one is old enough to decide.
		if !p.Missing {
			if len(inRange)-i >= a.Breaching {
				return InAlarm
			}
			break
		}
	}
	return InsufficientData
}
