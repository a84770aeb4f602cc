package webacl

// References holds what statements refer to, by the text of the reference: an ARN, or a text that stands for one. What is missing is
// unknown.
type References struct {
	IPSets    map[string]Addresses
	RegexSets map[string][]string
	Groups    map[string]*Group
}

// Addresses is the content of an IP set.
type Addresses struct {
	Version string   // IPV4 or IPV6
	Blocks  []string // in CIDR notation
}
