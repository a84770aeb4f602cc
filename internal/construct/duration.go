package construct

import (
	"math"
	"time"
)

// Seconds returns a duration in seconds, rounded away from zero: what is too short to be meant, as a number without a unit, does not
// become zero, which stands for a default.
func Seconds(d time.Duration) int {
	return int(math.Copysign(math.Ceil(math.Abs(d.Seconds())), d.Seconds()))
}
