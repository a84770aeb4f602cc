package cli

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

// keyValues holds the values of a flag that is repeated with different names: NAME=VALUE.
type keyValues map[string]string

// Decode reads one occurrence of the flag.
func (p *keyValues) Decode(c *kong.DecodeContext) error {
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
		return fmt.Errorf("%s is set twice, to %q and to %q; set it once", name, before, value)
	}
	if *p == nil {
		*p = keyValues{}
	}
	(*p)[name] = value
	return nil
}
