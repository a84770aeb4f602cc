// Package uses is the vocabulary of grants: what each use of an AWS service needs of which endpoint, in the smallest set of actions and in
// that of the CDK library's grant of the same name, and what comes along without which it does not work.
//
// It consists of tables and what reads them. It knows nothing of tiers, endpoints and CDK.
package uses
