package flowlog

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestSetters compares the two ways to write a field: of a column and of a line.
func TestSetters(t *testing.T) {
	t.Parallel()
	for name, f := range fields() {
		assert.True(t, names()[name], name)
		var ofColumn, ofLine Record
		switch f.kind {
		case addressField:
			value := netip.MustParseAddr("10.1.2.3")
			addressSetters[f.id](&ofColumn, value)
			ofLine.setAddress(f.id, value)
		case symbolField:
			symbolSetters[f.id](&ofColumn, 7)
			ofLine.setSymbol(f.id, 7)
		default:
			numberSetters[f.id](&ofColumn, 7)
			ofLine.setNumber(f.id, 7)
		}
		assert.NotZero(t, ofLine, name)
		assert.Equal(t, ofLine, ofColumn, name)
	}
	assert.Len(t, fields(), len(addressSetters)+len(symbolSetters)+len(numberSetters))
}
