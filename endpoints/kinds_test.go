package endpoints_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/endpoints"
	"github.com/tierwall/tierwall/firewall"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/tierstest"
)

// TestEveryKindOfTier: tiers of every kind may be granted services with gateway endpoints and with interface endpoints.
func TestEveryKindOfTier(t *testing.T) {
	for _, inspected := range []bool{false, true} {
		for name, make := range map[string]func(*tiers.Network) tiers.Tier{
			"edge": func(n *tiers.Network) tiers.Tier { return tiers.NewEdgeTier(n, "Tier", nil) },
			"internal edge": func(n *tiers.Network) tiers.Tier {
				return tiers.NewEdgeTier(n, "Tier", &tiers.EdgeTierProps{Internal: true})
			},
			"web":     func(n *tiers.Network) tiers.Tier { return tiers.NewWebTier(n, "Tier", nil) },
			"app":     func(n *tiers.Network) tiers.Tier { return tiers.NewAppTier(n, "Tier", nil) },
			"data":    func(n *tiers.Network) tiers.Tier { return tiers.NewDataTier(n, "Tier", nil) },
			"bastion": func(n *tiers.Network) tiers.Tier { return tiers.NewBastionTier(n, "Tier", nil) },
		} {
			t.Run(name, func(t *testing.T) {
				stack := tierstest.Stack(t)
				n := network(stack)
				if inspected {
					firewall.Inspect(n, &firewall.Props{Paths: firewall.Egress | firewall.EastWest})
				}
				endpoints.Grant(make(n),
					endpoints.S3(endpoints.ARN("arn:aws:s3:::backups")).Write("*"),
					endpoints.DynamoDB(endpoints.ARN("arn:aws:dynamodb:eu-west-1:123456789012:table/locks")).Read(),
					endpoints.SQS(endpoints.ARN("arn:aws:sqs:eu-west-1:123456789012:jobs")).Consume())
				assert.NoError(t, tierstest.Synth(t, stack))
			})
		}
	}
}
