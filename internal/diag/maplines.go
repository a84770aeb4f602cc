package diag

import (
	"path"
	"sync"
)

// mapped holds the tables of [MapLines], by the name of the Go file as the compiler knows it.
var mapped sync.Map

// lineTable says from which lines of a source file the lines of a generated Go file are.
type lineTable struct {
	file  string
	lines map[int]int
}

// MapLines says that lines of a Go file were generated from lines of another file, which is named relative to the folder of the Go file.
// Positions at these lines then name the other file. goFile is the name that the compiler knows.
func MapLines(goFile, file string, lines map[int]int) { mapped.Store(goFile, lineTable{file, lines}) }

// source returns the position from which a line of a Go file was generated, or else the line itself.
func source(goFile string, line int) Position {
	own := Position{File: normalise(goFile), Line: line}
	table, ok := mapped.Load(goFile)
	if !ok {
		return own
	}
	from, ok := table.(lineTable).lines[line]
	if !ok {
		return own
	}
	return Position{File: path.Join(path.Dir(own.File), table.(lineTable).file), Line: from}
}
