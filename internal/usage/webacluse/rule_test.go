package webacluse_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/usage/webacllog"
	"github.com/tierwall/tierwall/internal/usage/webacluse"
)

const template = `
Resources:
  ACL:
    Type: AWS::WAFv2::WebACL
    Properties:
      Name: shop
      Scope: REGIONAL
      DefaultAction: {Allow: {}}
      VisibilityConfig: &v {SampledRequestsEnabled: true, CloudWatchMetricsEnabled: true, MetricName: m}
      Rules:
        - {Name: Last, Priority: 9, Action: {Block: {}}, VisibilityConfig: *v, Statement: {GeoMatchStatement: {CountryCodes: [DE]}}}
        - {Name: Count, Priority: 1, Action: {Count: {}}, VisibilityConfig: *v, Statement: {GeoMatchStatement: {CountryCodes: [FR]}}}
        - {Name: Stop, Priority: 2, Action: {Block: {}}, VisibilityConfig: *v, Statement: {GeoMatchStatement: {CountryCodes: [IT]}}}
        - Name: Managed
          Priority: 3
          OverrideAction: {None: {}}
          VisibilityConfig: *v
          Statement: {ManagedRuleGroupStatement: {VendorName: AWS, Name: AWSManagedRulesCommonRuleSet}}
  Logging:
    Type: AWS::WAFv2::LoggingConfiguration
    Properties:
      ResourceArn: !GetAtt ACL.Arn
      LogDestinationConfigs: [arn:aws:s3:::aws-waf-logs-x]
`

const filter = "      LoggingFilter: {DefaultBehavior: DROP, Filters: []}\n"

func TestJoin(t *testing.T) {
	t.Parallel()
	counts := func(pairs ...any) map[string]int64 {
		out := map[string]int64{}
		for i := 0; i < len(pairs); i += 2 {
			out[pairs[i].(string)] = int64(pairs[i+1].(int))
		}
		return out
	}
	log := func(requests int64, ended, matched map[string]int64, groups map[string]map[string]int64) webacllog.ACL {
		return webacllog.ACL{
			ID: "arn:aws:wafv2:eu-west-1:1:regional/webacl/shop/0a", Requests: requests, Ended: ended, Matched: matched, Groups: groups,
		}
	}
	for name, test := range map[string]struct {
		template string
		log      webacllog.ACL
		lost     bool
		want     string
	}{
		"rules that matched sometimes, always and never": {
			log: log(10, counts("Stop", 4, "Default_Action", 6), counts("Stop", 4, "Count", 10), nil),
			want: `Count always matched 10/10
Stop matched 4/10
Managed never matched 0/6
Last never matched 0/6`,
		},
		"a rule that ends everything": {
			log: log(10, counts("Stop", 10), counts("Stop", 10), nil),
			want: `Count never matched 0/10
Stop always matched 10/10
Managed never ran 0/0
Last never ran 0/0`,
		},
		"a group that only counts": {
			log: log(3, counts("Default_Action", 3), nil, map[string]map[string]int64{"AWS#AWSManagedRulesCommonRuleSet": counts("NoUserAgent", 2)}),
			want: `Count never matched 0/3
Stop never matched 0/3
Managed matched 0/3
Last never matched 0/3`,
		},
		"a filter": {
			template: template + filter, log: log(10, counts("Stop", 10), counts("Stop", 10), nil),
			want: `doubt: the logging has a LoggingFilter, which may drop records
Count not known 0/10
Stop matched 10/10
Managed not known 0/0
Last not known 0/0`,
		},
		"no logging in the templates": {
			template: template[:strings.Index(template, "  Logging:")], log: log(1, counts("Default_Action", 1), nil, nil),
			want: `doubt: the templates have no logging configuration of the web ACL, so a filter may drop records
Count not known 0/1
Stop not known 0/1
Managed not known 0/1
Last not known 0/1`,
		},
		"a rule that the template does not have": {
			log: log(2, counts("New", 1, "Default_Action", 1), counts("New", 1), nil),
			want: `doubt: the log names the rule "New", which the template does not have: the rules changed, or differ
Count not known 0/2
Stop not known 0/2
Managed not known 0/2
Last not known 0/2`,
		},
		"damaged logs": {
			log: log(2, counts("Default_Action", 2), nil, nil), lost: true,
			want: `doubt: some of the logs could not be read
Count not known 0/2
Stop not known 0/2
Managed not known 0/2
Last not known 0/2`,
		},
		"another web ACL": {
			template: strings.Replace(template, "Name: shop", "Name: store", 1), log: log(2, counts("Default_Action", 2), nil, nil),
			want: "doubt: the templates have 0 web ACLs with this name",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if test.template == "" {
				test.template = template
			}
			file := filepath.Join(t.TempDir(), "shop.yaml")
			require.NoError(t, os.WriteFile(file, []byte(test.template), 0o600))
			a, err := cfn.Load([]string{file}, nil)
			require.NoError(t, err)
			acls := webacluse.Join(a, []webacllog.ACL{test.log}, test.lost)
			require.Len(t, acls, 1)
			var got []string
			if acls[0].Doubt != "" {
				got = append(got, "doubt: "+acls[0].Doubt)
			}
			for _, r := range acls[0].Rules {
				got = append(got, fmt.Sprintf("%s %s %d/%d", r.Name, r.State, r.Matched, r.Ran))
			}
			assert.Equal(t, test.want, strings.Join(got, "\n"))
		})
	}
}
