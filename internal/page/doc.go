// Package page writes what is known of templates as one HTML page: the picture, the matrix of who reaches whom with all rules behind each
// cell, findings, exceptions, budgets and rule numbers.
//
// The page needs nothing else: it loads nothing, and its Content-Security-Policy allows nothing but its own style and script. It shows
// everything without the script, which only searches, filters and sorts. Every text from a template or a declaration is escaped by
// html/template. The package computes no traffic: it shows what packages reach, proof and explain say.
package page
