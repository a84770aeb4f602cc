package template

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestHoles: values get into texts wherever they stand, and what is no hole stays.
func TestHoles(t *testing.T) {
	t.Parallel()
	h := &holes{}
	ref := object{"Ref": "Vpc"}
	assert.Equal(t, "known", h.hole("known"))
	hole := h.hole(ref)
	assert.Equal(t, object{
		"a": ref, "b": []any{object{"Fn::Join": []any{"", []any{"x ", ref, ` "y"`}}}}, "c": "\x007\x00 \x00x\x00 \x00", "d": 1,
	}, h.filled(object{"a": hole, "b": []any{"x " + hole + ` "y"`}, "c": "\x007\x00 \x00x\x00 \x00", "d": 1}))
}

// TestScript: the JSON is what JavaScript writes. A backslash before u0000 is no hole.
func TestScript(t *testing.T) {
	t.Parallel()
	assert.Equal(t, `{"4":"a","11":"b","01":"c","x":[1,true,"<&>"]}`,
		script(object{"x": []any{1, true, "<&>"}, "11": "b", "4": "a", "01": "c"}))
	assert.Equal(t, "\"\x001\x00 \\\\u0000 \u2028\"", script("\x001\x00 \\u0000 \u2028"))
	assert.Equal(t, `{"LogGroupNames":["a"]}`, script(object{"LogGroupNames": []string{"a"}}))
}
