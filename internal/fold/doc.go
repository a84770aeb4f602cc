// Package fold shortens what people read without losing any of it: it sorts names as people count, writes runs of names as ranges, and
// joins pairs that are equal but for their ends. It must not know what the names mean.
package fold
