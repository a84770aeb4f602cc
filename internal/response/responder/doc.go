// Package responder carries out what package response decides: it keeps the table, and makes AWS's sets and instances agree with it.
//
// Every step can be repeated. A process may die between any two calls, and may run twice at the same time: what is in the table gets done,
// by whoever comes next. It must not know the SDK of AWS; the function's main package has that,
// and its tests against a local AWS.
package responder
