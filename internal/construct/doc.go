// Package construct is what the constructs of all controls share beside their reports: names, durations, references, and the
// delivery of logs.
//
// It knows nothing of what the controls hold.
package construct
