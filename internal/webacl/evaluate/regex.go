package evaluate

import (
	"regexp"
	"regexp/syntax"
)

// compile reads a regular expression of PCRE. In PCRE, $ matches at the end of a text and before a newline at its end; in Go, only at the
// end. It returns nil for expressions that Go does not support.
func compile(pattern string) *regexp.Regexp {
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil
	}
	compiled, err := regexp.Compile(dollars(tree).String())
	if err != nil {
		return nil
	}
	return compiled
}

// dollars makes each $ also match before a newline at the end of the text.
func dollars(tree *syntax.Regexp) *syntax.Regexp {
	if tree.Op == syntax.OpEndText && tree.Flags&syntax.WasDollar != 0 {
		return atEnd
	}
	for i := range tree.Sub {
		tree.Sub[i] = dollars(tree.Sub[i])
	}
	return tree
}

var atEnd = func() *syntax.Regexp {
	tree, err := syntax.Parse(`(?:\n?\z)`, syntax.Perl)
	if err != nil {
		panic(err)
	}
	return tree
}()
