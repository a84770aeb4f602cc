// Package owned says which files a generator writes, and recognizes those that it wrote: their headers say so, and have the hash of what
// follows them.
//
// It must not know what the files hold, nor where they are.
package owned
