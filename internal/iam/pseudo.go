package iam

import "strings"

// The pseudo parameters of CloudFormation that texts of policies hold.
const (
	OwnPartition = "${AWS::Partition}"
	OwnRegion    = "${AWS::Region}"
	OwnAccount   = "${AWS::AccountId}"
)

// isPseudo reports whether an unknown part of a text is a pseudo parameter.
func isPseudo(p part) bool { return p.unknown && strings.HasPrefix(p.text, "${AWS::") }
