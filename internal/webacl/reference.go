package webacl

// References holds what statements name, by the text that they name it by: an ARN, or what stands for one. What is not
// there is not known.
type References struct {
	IPSets    map[string]Addresses
	RegexSets map[string][]string
	Groups    map[string]*Group
}

// Addresses is what an IP set holds.
type Addresses struct {
	Version string   // IPV4 or IPV6
	Blocks  []string // in CIDR notation
}
