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
	for name, inspected := range map[string]bool{"not inspected": false, "inspected": true} {
		t.Run(name, func(t *testing.T) {
			stack := tierstest.Stack(t)
			n := network(stack)
			if inspected {
				firewall.Inspect(n, &firewall.Props{Paths: firewall.Egress | firewall.EastWest})
			}
			for _, tier := range []tiers.Tier{
				tiers.NewEdgeTier(n, "Edge", nil), tiers.NewEdgeTier(n, "Internal", &tiers.EdgeTierProps{Internal: true, Block: 7}),
				tiers.NewWebTier(n, "Web", nil), tiers.NewAppTier(n, "App", nil), tiers.NewDataTier(n, "Data", nil),
				tiers.NewBastionTier(n, "Bastion", nil),
			} {
				endpoints.Grant(tier,
					endpoints.S3(endpoints.ARN("arn:aws:s3:::backups")).Write("*"),
					endpoints.DynamoDB(endpoints.ARN("arn:aws:dynamodb:eu-west-1:123456789012:table/locks")).Read(),
					endpoints.SQS(endpoints.ARN("arn:aws:sqs:eu-west-1:123456789012:jobs")).Consume())
			}
			assert.NoError(t, tierstest.Synth(t, stack))
		})
	}
}
