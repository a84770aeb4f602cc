package response

import (
	"encoding/json"
	"fmt"
	"time"
)

// alarm reads a change of an alarm's state (Amazon CloudWatch User Guide, "Alarm events and EventBridge"). AWS puts no address into it. An
// alarm of the user has one if a dimension of its metric is the address.
func (c Config) alarm(e envelope) (Outcome, error) {
	var d struct {
		AlarmName string `json:"alarmName"`
		State     struct {
			Value     string `json:"value"`
			Timestamp string `json:"timestamp"`
		} `json:"state"`
		Configuration struct {
			Metrics []struct {
				MetricStat struct {
					Metric struct {
						Dimensions map[string]string `json:"dimensions"`
					} `json:"metric"`
				} `json:"metricStat"`
			} `json:"metrics"`
		} `json:"configuration"`
	}
	var out Outcome
	if err := json.Unmarshal(e.Detail, &d); err != nil {
		return out, fmt.Errorf("the alarm is malformed: %w", err)
	}
	rule, found := AlarmRule{}, false
	for _, r := range c.Alarms {
		if r.Name == d.AlarmName {
			rule, found = r, true
		}
	}
	if !found || d.State.Value != "ALARM" {
		out.skip(d.AlarmName, "the alarm is not one of those that block, or it did not go off")
		return out, nil
	}
	at, err := alarmTime(d.State.Timestamp)
	if err != nil {
		return out, err
	}
	for _, m := range d.Configuration.Metrics {
		text, ok := m.MetricStat.Metric.Dimensions[rule.Dimension]
		if !ok {
			continue
		}
		a, ok := address(text)
		if !ok {
			out.skip(text, "the dimension %s of the alarm %s is no address", rule.Dimension, cleanText(d.AlarmName))
			continue
		}
		out.Candidates = append(out.Candidates, Candidate{
			Action: Block, Finding: cleanID("alarm:" + d.AlarmName), Address: a, At: at, Expires: lasting(at, rule.Minutes),
			Reason: cleanText("alarm " + d.AlarmName),
		})
	}
	if len(out.Candidates)+len(out.Skips) == 0 {
		out.skip(d.AlarmName, "no metric of the alarm has the dimension %s", rule.Dimension)
	}
	return out, nil
}

// alarmTime reads the time of an alarm's state, such as 2026-11-28T10:00:00.000+0000.
func alarmTime(text string) (time.Time, error) {
	for _, layout := range []string{"2006-01-02T15:04:05.999-0700", time.RFC3339} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC().Truncate(time.Second), nil
		}
	}
	return time.Time{}, fmt.Errorf("the alarm has no valid time: %q", cleanText(text))
}
