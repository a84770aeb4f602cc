package athena

import (
	"fmt"
	"strings"
	"time"
)

// period is SQL for the partitions of the days to read; empty if there is no limit. It compares partitions with constants only, because
// Athena leaves out folders by such conditions.
func (o Options) period() string {
	if o.Days > 0 {
		return lastDays(o.Days)
	}
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

// lastDays is SQL for the partitions of the last n days, with the day on which the query runs. Days in the logs are of UTC, and so is
// current_date in Athena. The engine computes the expressions before it looks for folders. The last condition is exact, and the others
// bound each partition by itself.
func lastDays(n int) string {
	before := func(days int) string {
		if days == 0 {
			return "current_date"
		}
		return fmt.Sprintf("current_date - INTERVAL '%d' DAY", days)
	}
	number := func(days int) string {
		return fmt.Sprintf("year(%[1]s) * 10000 + month(%[1]s) * 100 + day(%[1]s)", before(days))
	}
	// each lists what a function says of the days, a step apart, with the first and the last one.
	each := func(name string, step int) string {
		var out []string
		for days := 0; days < n-1; days += step {
			out = append(out, name+"("+before(days)+")")
		}
		return name + " IN (" + strings.Join(append(out, name+"("+before(n-1)+")"), ", ") + ")"
	}
	parts := []string{fmt.Sprintf("year BETWEEN year(%s) AND year(%s)", before(n-1), before(0))}
	if n <= manyDays {
		parts = append(parts, each("month", shortestMonth))
	}
	if n <= fewDays {
		parts = append(parts, each("day", 1))
	}
	parts = append(parts, "year * 10000 + month * 100 + day BETWEEN\n      "+number(n-1)+"\n      AND "+number(0))
	return strings.Join(parts, "\n    AND ")
}

const (
	// shortestMonth is a step that misses no month.
	shortestMonth = 28
	// manyDays touch almost all months.
	manyDays = 300
	// fewDays are worth a list.
	fewDays = 7
)
