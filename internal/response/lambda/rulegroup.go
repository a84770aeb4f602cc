package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/networkfirewall"
	"github.com/aws/aws-sdk-go-v2/service/networkfirewall/types"

	"github.com/tierwall/tierwall/internal/response/responder"
)

// ruleGroup is a rule group of AWS Network Firewall with a list of domain names.
type ruleGroup struct {
	client *networkfirewall.Client
	arn    string
	last   *networkfirewall.DescribeRuleGroupOutput // as Read found it
}

func (g *ruleGroup) Name() string { return "rule group " + g.arn }

func (g *ruleGroup) Read(ctx context.Context) ([]string, string, error) {
	out, err := g.client.DescribeRuleGroup(ctx, &networkfirewall.DescribeRuleGroupInput{RuleGroupArn: &g.arn})
	if err != nil {
		return nil, "", err
	}
	if out.RuleGroup == nil || out.RuleGroup.RulesSource == nil || out.RuleGroup.RulesSource.RulesSourceList == nil {
		return nil, "", errors.New("it is no list of domain names")
	}
	g.last = out
	names := slices.Clone(out.RuleGroup.RulesSource.RulesSourceList.Targets)
	slices.Sort(names)
	return names, aws.ToString(out.UpdateToken), nil
}

// Write replaces all names, which is the only way there is. Everything else of the group stays as Read found it.
func (g *ruleGroup) Write(ctx context.Context, token string, want []string) error {
	g.last.RuleGroup.RulesSource.RulesSourceList.Targets = want
	in := &networkfirewall.UpdateRuleGroupInput{RuleGroupArn: &g.arn, UpdateToken: &token, RuleGroup: g.last.RuleGroup}
	if r := g.last.RuleGroupResponse; r != nil {
		in.Description, in.EncryptionConfiguration = r.Description, r.EncryptionConfiguration
	}
	_, err := g.client.UpdateRuleGroup(ctx, in)
	if _, stale := errors.AsType[*types.InvalidTokenException](err); stale {
		return responder.ErrConflict
	}
	if err != nil {
		return fmt.Errorf("%s: %w", g.Name(), err)
	}
	return nil
}
