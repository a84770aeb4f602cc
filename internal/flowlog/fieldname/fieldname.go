// Package fieldname knows the names of the fields of flow logs (VPC User Guide, "Flow log records"). It must not know what a record is, so
// that those who only write the names need not read logs.
package fieldname

import (
	"slices"
	"strings"
)

// Default are the fields of flow logs that state none, in their order: version 2.
const Default = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"

// later are the fields that later versions added.
const later = "asg-tag asg-tag-2 az-id ecs-cluster-arn ecs-cluster-name ecs-container-id ecs-container-instance-arn " +
	"ecs-container-instance-id ecs-second-container-id ecs-service-name ecs-task-arn ecs-task-definition-arn ecs-task-id " +
	"encryption-status flow-direction instance-id instance-tag instance-tag-2 interface-tag interface-tag-2 interface-type " +
	"next-hop-az-id next-hop-interface-id next-hop-interface-type next-hop-subnet-id next-hop-vpc-id pkt-dst-aws-service " +
	"pkt-dstaddr pkt-src-aws-service pkt-srcaddr region reject-reason resource-id sublocation-id sublocation-type subnet-id " +
	"tcp-flags traffic-path type vpc-id"

// All returns the names of all fields, sorted.
func All() []string { return slices.Sorted(strings.FieldsSeq(Default + " " + later)) }
