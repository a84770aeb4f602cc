package parquetfile

import (
	"errors"
	"fmt"
	"slices"
)

// Type says which values a column has.
type Type uint8

// The types of columns.
const (
	Other  Type = iota // neither of these; a Reader refuses the column
	Number             // whole numbers of 32 or 64 bits
	Text               // texts of any length
)

// Column is a column at the top of a file's schema.
type Column struct {
	Name string
	Type Type
	// Stored names how the file stores the values, for messages: "INT96", "INT64 for dates and times", "nested columns".
	Stored string

	physical int32 // the type of the values as the specification numbers it
	leaf     int   // the place among the column chunks of a row group
	optional bool
}

// The physical types that are read.
const (
	physicalInt32 = 1
	physicalInt64 = 2
	physicalBytes = 6
)

var physicalNames = [...]string{"BOOLEAN", "INT32", "INT64", "INT96", "FLOAT", "DOUBLE", "BYTE_ARRAY", "FIXED_LEN_BYTE_ARRAY"}

// element is an element of a schema.
type element struct {
	name               []byte
	physical           int32 // -1 if there is none
	repetition         int32
	children           int32
	converted, logical int // what the values mean, -1 if the file does not say
}

// The repetitions of an element.
const (
	required = iota
	optional
	repeated
)

func readElement(t *compact, of kind) element {
	out := element{physical: notGiven, converted: notGiven, logical: notGiven}
	t.structure(of, func(id int, of kind) {
		switch id {
		case 1:
			out.physical = t.number32(of)
		case 3:
			out.repetition = t.number32(of)
		case 4:
			out.name = t.bytes(of)
		case 5:
			out.children = t.number32(of)
		case 6:
			out.converted = int(t.number32(of))
		case 10:
			t.structure(of, func(id int, _ kind) { out.logical = id })
		}
	})
	if out.name == nil || out.children < 0 {
		t.fail(errors.New("an element of the schema has no name, or less than no columns"))
	}
	return out
}

// columnsOf returns the columns of a schema, and the number of its leaves, nested ones included.
func columnsOf(schema []element) (columns []Column, leaves int, err error) {
	if len(schema) == 0 {
		return nil, 0, errors.New("it has no schema")
	}
	rest, count := schema[1:], int(schema[0].children)
	for range count {
		if len(rest) == 0 {
			return nil, 0, errSchema
		}
		column, size, inside, err := columnOf(rest)
		if err != nil {
			return nil, 0, err
		}
		column.leaf = leaves
		columns, leaves, rest = append(columns, column), leaves+inside, rest[size:]
	}
	if len(rest) > 0 {
		return nil, 0, errSchema
	}
	return columns, leaves, nil
}

var errSchema = errors.New("the schema has more or fewer elements than it says")

// columnOf returns the column that begins a list of elements, the number of its elements, and the number of its leaves.
func columnOf(elements []element) (column Column, size, leaves int, err error) {
	for open := 1; open > 0; size++ {
		if size == len(elements) {
			return Column{}, 0, 0, errSchema
		}
		children := int(elements[size].children)
		open += children - 1
		if children == 0 {
			leaves++
		}
	}
	first := elements[0]
	column = Column{Name: string(first.name), physical: first.physical, optional: first.repetition == optional}
	switch {
	case first.children > 0:
		column.Stored = "nested columns"
	case first.repetition == repeated:
		column.Stored = "lists"
	case first.repetition < 0 || first.repetition > repeated || first.physical < 0 || int(first.physical) >= len(physicalNames):
		return Column{}, 0, 0, fmt.Errorf("column %q has a type that Parquet does not have", column.Name)
	default:
		column.Type, column.Stored = typeOf(first)
	}
	return column, size, leaves, nil
}

// What numbers and texts may mean so that they are read as they are: the specification's ConvertedType and LogicalType.
const (
	notGiven = -1

	convertedText, convertedEnum, convertedJSON = 0, 4, 19
	convertedFirstNumber, convertedLastNumber   = 11, 18

	logicalText, logicalEnum, logicalJSON = 1, 4, 12
	logicalNumber                         = 10
	logicalUnknown                        = 11 // of a column without any value
)

// typeOf returns the type of a leaf and how it is stored.
func typeOf(e element) (Type, string) {
	stored := physicalNames[e.physical]
	switch e.physical {
	case physicalInt32, physicalInt64:
		if e.meansNumber() {
			return Number, stored
		}
		return Other, stored + " for dates, times or decimals"
	case physicalBytes:
		if e.meansText() {
			return Text, stored
		}
		return Other, stored + " for other values than texts"
	}
	return Other, stored
}

func (e element) meansNumber() bool {
	converted := e.converted == notGiven || e.converted >= convertedFirstNumber && e.converted <= convertedLastNumber
	return converted && (e.logical == notGiven || e.logical == logicalNumber || e.logical == logicalUnknown)
}

func (e element) meansText() bool {
	return slices.Contains([]int{notGiven, convertedText, convertedEnum, convertedJSON}, e.converted) &&
		slices.Contains([]int{notGiven, logicalText, logicalEnum, logicalJSON, logicalUnknown}, e.logical)
}
