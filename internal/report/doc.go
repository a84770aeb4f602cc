// Package report collects the results of checks during the synthesis of an app, and reports them through CDK: errors as validation errors,
// findings and warnings through one validation plugin for each app.
//
// The package has the register of everything that reports, the problems of single constructs, the declared controls, and the run of the
// proof over the written templates. It knows networks only as sources of findings, and does not know the contents of a control.
package report
