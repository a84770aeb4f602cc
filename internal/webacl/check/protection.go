package check

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/webacl"
)

func (c *checker) protection(d *webacl.DataProtectionConfig) {
	if d == nil {
		return
	}
	for i, p := range d.DataProtections {
		where := fmt.Sprintf("DataProtectionConfig.DataProtections[%d]", i)
		c.enum("data-protection", where+".Action", p.Action, "SUBSTITUTION", "HASH")
		c.enum("data-protection", where+".Field.FieldType", p.Field.FieldType, "SINGLE_HEADER", "SINGLE_COOKIE", "SINGLE_QUERY_ARGUMENT",
			"QUERY_STRING", "BODY")
		if single := strings.HasPrefix(p.Field.FieldType, "SINGLE_"); !single && len(p.Field.FieldKeys) > 0 {
			c.failAt("data-protection", where+".Field.FieldKeys", "a field that takes no keys has some",
				"got "+strings.Join(p.Field.FieldKeys, ", ")+" for "+p.Field.FieldType, "leave them out")
		}
	}
}
