package construct

import (
	"math"
	"time"
)

// Seconds returns a duration in seconds, rounded away from zero. A duration of a few nanoseconds, which is usually a number without a unit,
// therefore does not become zero, which means the default.
func Seconds(d time.Duration) int {
	return int(math.Copysign(math.Ceil(math.Abs(d.Seconds())), d.Seconds()))
}
