// Package construct has helpers for the constructs of all controls: names, durations, references, log groups, and the delivery of logs.
//
// It does not know the contents of the controls.
package construct
