package alarms

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/alarm"
)

// Settings are what users change about alarms, by the ids of alarms.
type Settings struct {
	// Off are alarms that are left out.
	Off []string
	// Thresholds replace thresholds. Of an alarm that compares with the past, they replace the floor.
	Thresholds map[string]float64
}

// Apply changes the alarms, and returns what is wrong with the settings.
func (w *Watch) Apply(s Settings) []string {
	var wrong []string
	known := map[string]int{}
	for i, a := range w.Alarms {
		known[a.ID] = i
	}
	for _, id := range slices.Sorted(maps.Keys(s.Thresholds)) {
		i, ok := known[id]
		switch value := s.Thresholds[id]; {
		case !ok:
			wrong = append(wrong, w.unknown(id))
		case value <= 0 || value > maxThreshold:
			wrong = append(wrong, fmt.Sprintf("the threshold of the alarm %s is %g; allowed are numbers above 0, to %g", id, value, maxThreshold))
		case w.Alarms[i].Band > 0:
			w.Alarms[i].Signal.Floor = value
		default:
			w.Alarms[i].Threshold = value
		}
	}
	for _, id := range s.Off {
		if _, ok := known[id]; !ok {
			wrong = append(wrong, w.unknown(id))
		}
	}
	w.Alarms = slices.DeleteFunc(w.Alarms, func(a alarm.Alarm) bool { return slices.Contains(s.Off, a.ID) })
	return wrong
}

// maxThreshold keeps numbers short and exact.
const maxThreshold = 1e15

func (w *Watch) unknown(id string) string {
	ids := make([]string, len(w.Alarms))
	for i, a := range w.Alarms {
		ids[i] = a.ID
	}
	if len(ids) == 0 {
		return fmt.Sprintf("the network has no alarm %.100q, and no other alarm", id)
	}
	return fmt.Sprintf("the network has no alarm %.100q; it has %s", id, strings.Join(ids, ", "))
}
