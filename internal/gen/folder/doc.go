// Package folder puts a generated app on the disk: all of its files or none, and never over what a person wrote.
//
// It must not know what the files say, except whether the generator wrote them.
package folder
