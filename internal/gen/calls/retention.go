package calls

import (
	"fmt"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/document"
)

// days are the days of the CDK's RetentionDays.
var days = map[string]document.Days{
	"ONE_DAY": 1, "THREE_DAYS": 3, "FIVE_DAYS": 5, "ONE_WEEK": 7, "TWO_WEEKS": 14, "ONE_MONTH": 30, "TWO_MONTHS": 60, "THREE_MONTHS": 90,
	"FOUR_MONTHS": 120, "FIVE_MONTHS": 150, "SIX_MONTHS": 180, "ONE_YEAR": 365, "THIRTEEN_MONTHS": 400, "EIGHTEEN_MONTHS": 545,
	"TWO_YEARS": 731, "THREE_YEARS": 1096, "FIVE_YEARS": 1827, "SIX_YEARS": 2192, "SEVEN_YEARS": 2557, "EIGHT_YEARS": 2922,
	"NINE_YEARS": 3288, "TEN_YEARS": 3653, "INFINITE": -1,
}

// Days returns the days of one of the CDK's RetentionDays; 0, the default, for an empty one. It records one that it does not know.
func (c *Calls) Days(retention string, at diag.Position) document.Days {
	n, ok := days[retention]
	if !ok && retention != "" {
		c.Cannot(at, fmt.Sprintf("the retention %.40q of logs has no number of days that is known; state retention", retention))
	}
	return n
}

// Retention returns the CDK's RetentionDays for a number of days, or an empty text if CloudWatch Logs does not accept the number.
func Retention(n int) string {
	for name, d := range days {
		if int(d) == n {
			return name
		}
	}
	return ""
}
