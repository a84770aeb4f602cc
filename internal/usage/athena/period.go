package athena

import (
	"fmt"
	"strings"
	"time"
)

// period is SQL for the partitions of the days to read; empty if there is no limit. It compares partitions with constants only, because
// Athena leaves out folders by such conditions.
func (o Options) period() string {
	if o.Since.IsZero() && o.Until.IsZero() {
		return ""
	}
	since, until := o.Since.UTC(), o.Until.UTC()
	if o.Since.IsZero() {
		since = time.Date(firstYear, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	if o.Until.IsZero() {
		until = time.Date(lastYear, 12, 31, 0, 0, 0, 0, time.UTC)
	}
	if since.Year() == until.Year() {
		return months(since.Year(), since, until)
	}
	parts := []string{months(since.Year(), since, time.Date(since.Year(), 12, 31, 0, 0, 0, 0, time.UTC))}
	if until.Year() > since.Year()+1 {
		parts = append(parts, fmt.Sprintf("year BETWEEN %d AND %d", since.Year()+1, until.Year()-1))
	}
	parts = append(parts, months(until.Year(), time.Date(until.Year(), 1, 1, 0, 0, 0, 0, time.UTC), until))
	return strings.Join(parts, "\n    OR ")
}

// months is SQL for the days of a period in one year.
func months(year int, since, until time.Time) string {
	from, to := since.Month(), until.Month()
	if from == to {
		return fmt.Sprintf("year = %d AND month = %d AND day BETWEEN %d AND %d", year, from, since.Day(), until.Day())
	}
	parts := []string{fmt.Sprintf("month = %d AND day >= %d", from, since.Day())}
	if to > from+1 {
		parts = append(parts, fmt.Sprintf("month BETWEEN %d AND %d", from+1, to-1))
	}
	parts = append(parts, fmt.Sprintf("month = %d AND day <= %d", to, until.Day()))
	return fmt.Sprintf("year = %d AND (%s)", year, strings.Join(parts, " OR "))
}
