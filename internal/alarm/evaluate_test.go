package alarm_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/alarm"
)

// points reads AWS's notation: "0" is a good data point, "X" a bad one and "-" a missing one.
func points(text string) []alarm.Point {
	var out []alarm.Point
	for _, c := range text {
		switch c {
		case '0':
			out = append(out, alarm.Point{})
		case 'X':
			out = append(out, alarm.Point{Value: 1})
		default:
			out = append(out, alarm.None)
		}
	}
	return out
}

var treatments = []alarm.Treatment{alarm.MissingIsMissing, alarm.MissingIsIgnored, alarm.MissingIsBreaching, alarm.MissingIsFine}

// TestTablesOfAWS applies the tables of "Configuring how CloudWatch alarms treat missing data" (Amazon CloudWatch User Guide).
func TestTablesOfAWS(t *testing.T) {
	t.Parallel()
	const keep = alarm.State("the state before")
	all := func(s alarm.State) [4]alarm.State { return [4]alarm.State{s, s, s, s} }
	for _, test := range []struct {
		breaching int
		inRange   string
		want      [4]alarm.State // by treatment
	}{
		{3, "0-X-X", all(alarm.OK)},
		{3, "0----", all(alarm.OK)},
		{3, "0XX-X", all(alarm.InAlarm)},
		{3, "-----", [4]alarm.State{alarm.InsufficientData, keep, alarm.InAlarm, alarm.OK}},
		{3, "----X", [4]alarm.State{alarm.InsufficientData, keep, alarm.InAlarm, alarm.OK}},
		{3, "X----", [4]alarm.State{alarm.InAlarm, keep, alarm.InAlarm, alarm.OK}},
		// From the text below the tables, "Avoiding premature transitions to alarm state": as old as the data points to alarm, and not so old.
		{3, "--X--", [4]alarm.State{alarm.InAlarm, keep, alarm.InAlarm, alarm.OK}},
		{3, "---X-", [4]alarm.State{alarm.InsufficientData, keep, alarm.InAlarm, alarm.OK}},
		{2, "0-X-X", all(alarm.InAlarm)},
		{2, "00X0X", all(alarm.InAlarm)},
		{2, "0-X--", [4]alarm.State{alarm.OK, alarm.OK, alarm.InAlarm, alarm.OK}},
		{2, "----0", [4]alarm.State{alarm.OK, alarm.OK, alarm.InAlarm, alarm.OK}},
		{2, "----X", [4]alarm.State{alarm.InsufficientData, keep, alarm.InAlarm, alarm.OK}},
	} {
		for i, treatment := range treatments {
			a := alarm.Alarm{Periods: 3, Breaching: test.breaching, Comparison: alarm.AtLeast, Threshold: 1, Missing: treatment}
			assert.Equal(t, test.want[i], a.State(points(test.inRange), keep), "%d of 3: %s, %s", test.breaching, test.inRange, treatment)
		}
	}
}

// TestOldRange: a range longer than the periods only matters if data is missing.
func TestOldRange(t *testing.T) {
	t.Parallel()
	a := alarm.Alarm{Periods: 2, Breaching: 2, Comparison: alarm.AtLeast, Threshold: 1, Missing: alarm.MissingIsFine}
	assert.Equal(t, alarm.OK, a.State(points("XX00"), alarm.InAlarm))
	assert.Equal(t, alarm.InAlarm, a.State(points("XX--"), alarm.OK), "old data counts until newer data arrives")
}

func TestComparisons(t *testing.T) {
	t.Parallel()
	for comparison, want := range map[alarm.Comparison][3]bool{ // 1, 2 and 3 against 2
		alarm.AtLeast: {false, true, true}, alarm.Above: {false, false, true}, alarm.Below: {true, false, false},
		alarm.AboveBand: {false, false, true},
	} {
		for i := range 3 {
			a := alarm.Alarm{Comparison: comparison, Threshold: 2}
			assert.Equal(t, want[i], a.Breaches(alarm.Point{Value: float64(i + 1), Upper: 2}), comparison)
		}
		assert.False(t, alarm.Alarm{Comparison: comparison, Threshold: 2}.Breaches(alarm.None))
	}
}

// TestMonotone: whatever the treatment, an additional breaching point instead of a good one never ends an alarm, and an alarm with
// complete data does not depend on the treatment.
func TestMonotone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := alarm.Alarm{Periods: rapid.IntRange(1, 5).Draw(t, "N"), Comparison: alarm.AtLeast, Threshold: 1,
			Missing: rapid.SampledFrom(treatments).Draw(t, "treatment")}
		a.Breaching = rapid.IntRange(1, a.Periods).Draw(t, "M")
		inRange := points(rapid.StringMatching("[0X-]{5,9}").Draw(t, "range"))
		before := a.State(inRange, alarm.OK)
		complete := true
		for i, p := range inRange {
			complete = complete && !p.Missing
			if !p.Missing && p.Value == 0 && before == alarm.InAlarm {
				worse := append(append(append([]alarm.Point{}, inRange[:i]...), alarm.Point{Value: 1}), inRange[i+1:]...)
				assert.Equal(t, alarm.InAlarm, a.State(worse, alarm.InAlarm))
			}
		}
		if complete {
			for _, other := range treatments {
				b := a
				b.Missing = other
				assert.Equal(t, before, b.State(inRange, alarm.InsufficientData))
			}
		}
	})
}
