// Package upgrade finds what goes wrong on the way from one state of the templates to the next: CloudFormation creates and
// updates first and deletes afterwards, so that what takes the place of something else meets it while it is still there.
//
// It compares templates only. What is deployed may be another state: that is for a change set to say. It knows nothing of
// declared architectures.
package upgrade
