package cli

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

// pairs are the values of a flag that is given once for each name: NAME=VALUE.
type pairs map[string]string

// Decode takes one occurrence of the flag.
func (p *pairs) Decode(c *kong.DecodeContext) error {
	form := c.Value.Flag.PlaceHolder
	var text string
	if err := c.Scan.PopValueInto(form, &text); err != nil {
		return fmt.Errorf("the value is missing; write %s", form)
	}
	name, value, ok := strings.Cut(text, "=")
	if !ok || name == "" {
		return fmt.Errorf("expected %s, got %q", form, text)
	}
	if before, again := (*p)[name]; again && before != value {
		return fmt.Errorf("%s is given twice, as %q and as %q; give it once", name, before, value)
	}
	if *p == nil {
		*p = pairs{}
	}
	(*p)[name] = value
	return nil
}
