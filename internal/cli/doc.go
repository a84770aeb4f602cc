// Package cli is the tierwall command: it reads arguments and files, has the other packages compute, and renders what they
// say. It computes nothing itself.
package cli
