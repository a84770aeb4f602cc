package document

import "strings"

// importWord begins a text that stands for a value of another stack: "import NAME", with the name of its export.
const importWord = "import "

// orImport is the pattern of such a text, after that of a literal value.
const orImport = `|import [A-Za-z0-9:-]{1,255}`

// ImportedName returns the name of the export that a text stands for. ok is false for a literal value.
func ImportedName(text string) (name string, ok bool) { return strings.CutPrefix(text, importWord) }

// ImportOf returns the text that stands for a value of another stack.
func ImportOf(name string) string { return importWord + name }
