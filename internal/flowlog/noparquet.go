//go:build !parquet

package flowlog

import "io"

// ReadsParquet reports whether this build reads Parquet.
const ReadsParquet = false

// parquetReader refuses Parquet. The library that reads it makes the command seven megabytes larger, so it needs the build tag parquet.
type parquetReader struct {
	symbols  *Symbols
	emit     func(*Record)
	problems *problems
}

func (p *parquetReader) read(io.ReaderAt, int64) {
	p.problems.addText(0, "this build of tierwall does not read Parquet: "+
		"install it with \"go install -tags parquet github.com/tierwall/tierwall@latest\"")
}
