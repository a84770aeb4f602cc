// Package parquetfile reads flat Parquet files column by column: numbers of 32 and 64 bits, and texts. It knows nothing of flow logs.
//
// [Open] reads the footer. A [Reader] then reads the values of one column of one row group, page by page. It returns a page's dictionary and
// the places in it, so that callers interpret each value of a dictionary only once.
//
// Files are input from outside. No size or count of a file is trusted: memory is allocated only for bytes that are there, and a page takes
// 64 MB at most. What cannot be read is an error: damage, encryption, nested columns, and codecs and encodings that are not supported.
//
// Other libraries are not used for two reasons. They make the command several megabytes larger, and they allocate what a file claims.
//
// The source of all rules is the specification of Parquet: https://github.com/apache/parquet-format.
package parquetfile
