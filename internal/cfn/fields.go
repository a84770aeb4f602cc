package cfn

import (
	"cmp"
	"slices"
)

// Fields are the fields of an object, sorted by name; none is Missing. Objects are small and many, so a sorted slice takes half the memory
// of a map.
type Fields []Field

// Field is one field of an object.
type Field struct {
	Name string
	Value
}

// Get returns the named field. It returns Missing if there is none.
func (f Fields) Get(name string) Value {
	i, ok := slices.BinarySearchFunc(f, name, func(f Field, name string) int { return cmp.Compare(f.Name, name) })
	if !ok {
		return Value{}
	}
	return f[i].Value
}

func (f Fields) sort() {
	slices.SortFunc(f, func(a, b Field) int { return cmp.Compare(a.Name, b.Name) })
}

func (f Fields) walk(yield func(Value) bool) bool {
	for i := range f {
		if !f[i].walk(yield) {
			return false
		}
	}
	return true
}
