// Package parquetfile reads flat Parquet files column by column: numbers of 32 and 64 bits, and texts. It knows nothing of flow logs.
//
// [Open] reads the footer. A [Reader] then reads the values of one column of one row group, page by page. It returns a page's dictionary
// and the places in it, so that callers interpret each value of a dictionary only once.
//
// Files are input from outside. No size or count of a file is trusted: memory is allocated only for bytes that are there, and a page takes
// 64 MB at most. What cannot be read is an error: damage, encryption, nested columns, and codecs and encodings that are not supported.
//
// The package does not use github.com/parquet-go/parquet-go, except in tests. That library makes the command seven megabytes larger. Its
// parts for footers and runs are small, but they allocate what a file claims, and panic on some damaged files.
//
// The source of all rules is the specification of Parquet: https://github.com/apache/parquet-format.
package parquetfile
