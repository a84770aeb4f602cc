// Package export writes what a Go app declares as a document: the way back from Go to architecture.yaml.
//
// It reads tierwall.json, and takes what CDK reports of acknowledged findings. It knows neither CDK nor templates. What a file cannot say
// is a list of sentences, with the lines of the calls.
package export
