// Package report collects what is found while an app is synthesized, and reports it through CDK: errors as validation errors, findings
// and warnings through one validation plugin for each app.
//
// It holds the register of everything that reports, the problems of single constructs, the declared controls, and the run of the proof
// over the written templates. It knows networks only as sources of findings, and knows nothing of what a control holds.
package report
