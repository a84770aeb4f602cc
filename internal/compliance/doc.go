// Package compliance collects what a reviewer may take as evidence for the requirements of a standard: which resources and flows serve each
// requirement, and what is missing.
//
// It is evidence, not a certification. A control that is present and stops, logs or tells nothing does not count as evidence. What
// templates and declarations cannot show, such as an approval or a test, is named as something to attach. If a part of the templates is not
// understood, the requirements that it may touch are unsure.
//
// The titles of requirements are summaries; they never quote a standard. The package decides nothing about traffic: it arranges what
// packages reach, proof, policy and survey say. It must not know formats of output.
package compliance
