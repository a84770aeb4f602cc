// Package cli is the tierwall command. It reads arguments and files, calls the packages that compute the answers, and renders these
// as text, JSON, SARIF or Markdown.
//
// The package computes no answer itself and must not know how an answer is found: it knows the results of reach, proof, upgrade and
// the packages of the controls (webacl, networkfirewall, iam), but never the plan or the constructs.
//
// Each command is a type with its flags and a Run method, in a file of its own; help.go holds their long help. templateFlags and
// reachFlags are the flags that several commands share. Output to people is a [table], prose with wrapped lines, or both.
package cli
