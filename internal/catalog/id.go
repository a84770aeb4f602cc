package catalog

import "github.com/tierwall/tierwall/internal/lazyregexp"

var prefixListID = lazyregexp.New(`^pl-[0-9a-f]{8,17}$`)

// IsPrefixListID reports whether a text has the form of a managed prefix list's id: "pl-0123456789abcdef0".
func IsPrefixListID(text string) bool { return prefixListID.MatchString(text) }
