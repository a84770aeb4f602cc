// Package flowlog reads VPC flow logs as a stream of records: text with a header line or a given format, plain or in gzip, exports of
// CloudWatch Logs as text and as JSON, and Parquet. Lines that are JSON objects are records of other logs, such as those of firewalls: a
// sink may take them. The fields of all versions up to 11 are known; unknown fields are skipped.
//
// [Read] reads files and folders on all cores. Each worker hands its records to a sink of its own. Memory does not grow with the logs.
//
// Logs are input from outside. What cannot be read is a [Problem] with file, line and count, and a problem says whether records may be
// lost. The package never guesses the value of a field.
//
// The package knows nothing of tiers, networks and architectures.
package flowlog
