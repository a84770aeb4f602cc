package athena

// What tests see of the package.
var (
	IsAddress = isAddress
	Expand    = expand
	Pad       = pad
	Padded    = padded
	Text      = text
	Printable = printable
)

// PeriodSQL returns the condition of a period.
func PeriodSQL(o Options) string { return o.period() }
