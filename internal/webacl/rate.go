package webacl

// The limits of rate-based statements, in requests (AWS WAF Developer Guide, "Rate-based rule settings").
const (
	MinRate = 10
	MaxRate = 2_000_000_000
)

// RateWindows are the evaluation windows in seconds. 0 stands for 300.
var RateWindows = []int{0, 60, 120, 300, 600}
